import type { Recogniser, ScanContext } from './recogniser.ts'
import type { Span } from './span.ts'

const LETTER = 1
const DIGIT = 2
/** For each character whether it is an ASCII letter or digit. */
const KIND = Uint8Array.from({ length: 65_536 }, (_, code) => {
  if (code >= 0x30 && code <= 0x39) return DIGIT
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
  return isLetter ? LETTER : 0
})

type Lengths = readonly (readonly Recogniser[])[]

/** Recognisers that can begin at the same characters, by where in a word they are tried. */
interface Group {
  readonly anywhere: readonly Recogniser[]
  /** Inside a word, where a run of digits begins. */
  readonly atDigits: readonly Recogniser[]
  readonly all: readonly Recogniser[]
  /**
   * At the begin of a word of so many characters, the last ones of any more: those that want no digit in the word, those that
   * are tried at a word with one, and all.
   */
  readonly atWordOfLength: Lengths
  readonly atNumberOfLength: Lengths
  readonly allOfLength: Lengths
}

/** From here on the length of a word is no reason not to try. */
const LONG_WORD = 31

const within = (recognisers: readonly Recogniser[], anchors: readonly Recogniser['anchor'][]): Recogniser[] =>
  recognisers.filter(({ anchor }) => anchors.includes(anchor))

const ofLengths = (recognisers: readonly Recogniser[]): Lengths =>
  Array.from({ length: LONG_WORD + 1 }, (_, length) =>
    recognisers.filter(
      ({ runs }) => runs === undefined || length === LONG_WORD || (runs & (1 << length)) !== 0,
    ),
  )

const groupOf = (all: readonly Recogniser[]): Group => {
  return {
    all,
    anywhere: within(all, [undefined]),
    atDigits: within(all, [undefined, 'digits']),
    allOfLength: ofLengths(all),
    atWordOfLength: ofLengths(within(all, [undefined, 'word'])),
    atNumberOfLength: ofLengths(within(all, [undefined, 'word', 'number'])),
  }
}

const ASCII = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code))
const BEYOND = Array.from({ length: 65_408 }, (_, code) => String.fromCharCode(code + 128)).join('')

/** The characters of a class. Most classes are of ASCII only, which their source shows. */
function codesOf(starts: RegExp): number[] {
  const everywhere = new RegExp(starts.source, `${starts.flags.replaceAll(/[gy]/g, '')}g`)
  const isBeyond = /[^ -~]|\\[^dw]|\^|\./.test(starts.source)
  const codes = Array.from(ASCII.matchAll(everywhere), ({ index }) => index)
  return isBeyond ? [...codes, ...Array.from(BEYOND.matchAll(everywhere), ({ index }) => index + 128)] : codes
}

const NONE: readonly Recogniser[] = []
const NOTHING: Group = groupOf([])

interface Table {
  /** The group of each character, by index; 0 where nothing begins. */
  readonly indexOf: Uint8Array
  readonly groups: readonly Group[]
  /** Whether anything may begin in the middle of a word. */
  readonly looksInside: boolean
}

function compile(recognisers: readonly Recogniser[]): Table {
  const sets = new Map<number, Recogniser[]>()
  for (const recogniser of recognisers) {
    for (const code of codesOf(recogniser.starts)) {
      const set = sets.get(code)
      if (set) set.push(recogniser)
      else sets.set(code, [recogniser])
    }
  }
  const indexOf = new Uint8Array(65_536)
  const groups: Group[] = [NOTHING]
  const indexes = new Map<string, number>()
  for (const [code, all] of sets) {
    const name = all.map(({ id }) => id).join(' ')
    let index = indexes.get(name)
    if (index === undefined) {
      index = groups.length
      indexes.set(name, index)
      groups.push(groupOf(all))
    }
    indexOf[code] = index
  }
  if (groups.length > 256) throw new Error('more classes of first characters than the table can hold')
  const looksInside = [...sets].some(([code, all]) => KIND[code] !== 0 && all.some(({ anchor }) => !anchor))
  return { indexOf, groups, looksInside }
}

/** Where a word of ASCII letters and digits ends, and which of both it has. */
function wordFrom(text: string, from: number): { readonly end: number; readonly kinds: number } {
  let end = from
  let kinds = 0
  for (let kind = KIND[text.charCodeAt(end)] ?? 0; kind !== 0; kind = KIND[text.charCodeAt(end)] ?? 0) {
    kinds |= kind
    end += 1
    if (end === text.length) break
  }
  return { end, kinds }
}

/** Whatever any of the recognisers finds in a text, in the order of where it began; they overlap. */
export function createScanner(
  recognisers: readonly Recogniser[],
): (text: string, context: ScanContext) => Span[] {
  const { indexOf, groups, looksInside } = compile(recognisers)
  const groupAt = (code: number): Group => groups[indexOf[code] ?? 0] ?? NOTHING

  return (text, context) => {
    const spans: Span[] = []
    const attempt = (tried: readonly Recogniser[], at: number): void => {
      for (const recogniser of tried) {
        const { pattern } = recogniser
        pattern.lastIndex = at
        if (!pattern.test(text)) continue
        const end = pattern.lastIndex
        const verdict = recogniser.judge({ value: text.slice(at, end), text, start: at, end, context })
        const { id, type } = recogniser
        if (verdict !== null) spans.push({ start: at, end, type, source: id, ...verdict })
      }
    }
    /** What begins inside a word: at each character, or only where digits begin. */
    const inside = (from: number, end: number): void => {
      for (let at = from; at < end; at += 1) {
        const code = text.charCodeAt(at)
        if (indexOf[code] === 0) continue
        const beginsDigits = KIND[code] === DIGIT && KIND[text.charCodeAt(at - 1)] === LETTER
        const group = groupAt(code)
        attempt(beginsDigits ? group.atDigits : group.anywhere, at)
      }
    }
    for (let at = 0; at < text.length;) {
      const code = text.charCodeAt(at)
      if (KIND[code] === 0) {
        if (indexOf[code] !== 0) attempt(groupAt(code).all, at)
        at += 1
        continue
      }
      const { end, kinds } = wordFrom(text, at)
      const group = groupAt(code)
      const length = Math.min(end - at, LONG_WORD)
      const lengths =
        KIND[code] === DIGIT
          ? group.allOfLength
          : kinds & DIGIT
            ? group.atNumberOfLength
            : group.atWordOfLength
      attempt(lengths[length] ?? NONE, at)
      if (looksInside || kinds === (LETTER | DIGIT)) inside(at + 1, end)
      at = end
    }
    return spans
  }
}
