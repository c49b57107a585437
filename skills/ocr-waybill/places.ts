import { readFileSync } from 'node:fs'
import { isOneApart } from './words.ts'

/** A province, city or county of China: what it is called, and what lies in it. */
interface Place {
  readonly name: string
  readonly inner: Map<string, Place>
}
const place = (name: string): Place => ({ name, inner: new Map() })
const CHINA = place('')
const everywhere = new Map<string, Place>()
const within = (outer: Place, name: string): Place => {
  const inner = outer.inner.get(name) ?? place(name)
  outer.inner.set(name, inner)
  if (!everywhere.has(name)) everywhere.set(name, inner)
  return inner
}
for (const line of readFileSync(new URL('places.txt', import.meta.url), 'utf8').split('\n')) {
  const [province = '', city = '', ...counties] = line.split(' ')
  if (province === '') continue
  const outer = within(CHINA, province)
  const middle = city === '-' ? outer : within(outer, city)
  for (const county of counties) within(middle, county)
}
const LONGEST = Math.max(...Array.from(everywhere.keys(), (name) => name.length))

const UNKNOWN = 8
const ELSEWHERE = 6

interface Stretch {
  readonly from: number
  readonly to: number
  /** What lies in the division before. */ readonly outer: Place
}

/** The divisions that an address begins with: what they cost, and the first that is none that is known. */
function divisions(text: string): { readonly cost: number; readonly strange: Stretch | null } {
  let at = text.search(/\p{Script=Han}/u)
  if (at < 0) return { cost: 0, strange: null }
  at += /^(?:寄件|收件|发货|收货|详细)?地址[:：\s]*/u.exec(text.slice(at))?.[0].length ?? 0
  let [outer, cost] = [CHINA, 0]
  let strange: Stretch | null = null
  for (let depth = 0; depth < 3; depth++) {
    const known = placeAt(text, at)
    if (known !== null) {
      const here = outer === CHINA ? known : withinOf(outer, known.name)
      const stretch = { from: at, to: at + known.name.length, outer }
      if (here === null && replaced(text, stretch, outer.inner.keys()).length > 0) {
        cost += ELSEWHERE
        strange ??= stretch
      }
      outer = here ?? known
      at += known.name.length
      continue
    }
    const unit = /^[^路街道号]{1,9}?(?:省|自治[区州县]|[市区县州盟旗])/u.exec(text.slice(at))
    if (!unit || (depth === 0 && unit[0].length < 3)) break
    cost += UNKNOWN
    strange ??= { from: at, to: at + unit[0].length, outer }
    // A division below one that is not known may be any.
    at += unit[0].length
    outer = CHINA
  }
  return { cost, strange }
}

/** What of that name lies in a division, or in one of those in it. */
function withinOf(outer: Place, name: string): Place | null {
  const here = outer.inner.get(name)
  if (here) return here
  for (const inner of outer.inner.values()) {
    const found = inner.inner.get(name)
    if (found) return found
  }
  return null
}

function placeAt(text: string, at: number): Place | null {
  for (let length = Math.min(LONGEST, text.length - at); length > 1; length--) {
    const known = everywhere.get(text.slice(at, at + length))
    if (known) return known
  }
  return null
}

/** How unlikely the divisions are that an address begins with. */
export const costOfPlaces = (text: string): number => divisions(text).cost

/** The same address with a known division in place of one that is none; one that lies where it says comes first. */
export function otherPlaces(text: string): readonly string[] {
  const { strange } = divisions(text)
  if (strange === null) return []
  const here = replaced(text, strange, strange.outer.inner.keys())
  return here.length > 0 ? here : replaced(text, strange, everywhere.keys())
}

function replaced(text: string, { from, to }: Stretch, names: Iterable<string>): readonly string[] {
  const found: string[] = []
  for (const name of names)
    for (let end = to - 1; end <= Math.min(text.length, to + 4); end++)
      if (end - from > 1 && Math.abs(end - from - name.length) < 2 && isOneApart(text.slice(from, end), name))
        found.push(text.slice(0, from) + name + text.slice(end))
  return found
}
