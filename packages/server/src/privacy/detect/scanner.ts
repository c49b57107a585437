import { CUE_WORDS } from './cue-words.ts'
import type { List } from './first-look.ts'
import { FirstLook } from './first-look.ts'
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

/** A recogniser as it is run: all of the same shape, which is what makes reading them fast. */
interface Tried {
  readonly recogniser: Recogniser
  readonly pattern: RegExp
  /** As `Recogniser.runs`, all bits where any length will do. */
  readonly runs: number
  /** It wants words around it: of these numbers, or -1. */
  readonly isSaid: boolean
  readonly saidBefore: number
  readonly saidAround: number
}

type Listing = (all: readonly Tried[]) => List<Tried>

/** Recognisers that can begin at the same characters, by where in a word they are tried. */
interface Group {
  readonly anywhere: List<Tried>
  /** Inside a word, where a run of digits begins. */
  readonly atDigits: List<Tried>
  readonly all: List<Tried>
  /** At the begin of a word: those that want no digit in it, and those that are tried at a word with one. */
  readonly atWord: List<Tried>
  readonly atNumber: List<Tried>
}

/** From here on the length of a word is no reason not to try. */
const LONG_WORD = 31
const ANY_LENGTH = -1

const tried = (recogniser: Recogniser): Tried => {
  const { pattern, runs, saidBefore, saidAround } = recogniser
  return {
    recogniser,
    pattern,
    // What is long enough is no reason not to try.
    runs: runs === undefined ? ANY_LENGTH : runs | (1 << LONG_WORD),
    isSaid: saidBefore !== undefined || saidAround !== undefined,
    saidBefore: saidBefore?.said ?? -1,
    saidAround: saidAround?.said ?? -1,
  }
}

const within = (all: readonly Tried[], anchors: readonly Recogniser['anchor'][]): readonly Tried[] =>
  all.filter(({ recogniser }) => anchors.includes(recogniser.anchor))

const groupOf = (all: readonly Tried[], list: Listing): Group => ({
  all: list(all),
  anywhere: list(within(all, [undefined])),
  atDigits: list(within(all, [undefined, 'digits'])),
  atWord: list(within(all, [undefined, 'word'])),
  atNumber: list(within(all, [undefined, 'word', 'number'])),
})

const ASCII = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code))
const BEYOND = Array.from({ length: 65_408 }, (_, code) => String.fromCharCode(code + 128)).join('')

/** The characters of a class. Most classes are of ASCII only, which their source shows. */
function codesOf(starts: RegExp): number[] {
  const everywhere = new RegExp(starts.source, `${starts.flags.replaceAll(/[gy]/g, '')}g`)
  const isBeyond = /[^ -~]|\\[^dw]|\^|\./.test(starts.source)
  const codes = Array.from(ASCII.matchAll(everywhere), ({ index }) => index)
  return isBeyond ? [...codes, ...Array.from(BEYOND.matchAll(everywhere), ({ index }) => index + 128)] : codes
}

interface Table {
  /** The group of each character, by index; 0 where nothing begins. */
  readonly indexOf: Uint8Array
  readonly groups: readonly Group[]
  readonly look: FirstLook<Tried>
  /** Whether anything may begin in the middle of a word. */
  readonly looksInside: boolean
}

function compile(recognisers: readonly Recogniser[]): Table {
  const sets = new Map<number, Tried[]>()
  const all = recognisers.map(tried)
  const look = new FirstLook(all)
  const list: Listing = (some) => look.list(some)
  for (const one of all) {
    for (const code of codesOf(one.recogniser.starts)) {
      const set = sets.get(code)
      if (set) set.push(one)
      else sets.set(code, [one])
    }
  }
  const indexOf = new Uint8Array(65_536)
  const groups: Group[] = [groupOf([], list)]
  const indexes = new Map<string, number>()
  for (const [code, some] of sets) {
    const name = some.map(({ recogniser }) => recogniser.id).join(' ')
    let index = indexes.get(name)
    if (index === undefined) {
      index = groups.length
      indexes.set(name, index)
      groups.push(groupOf(some, list))
    }
    indexOf[code] = index
  }
  if (groups.length > 256) throw new Error('more classes of first characters than the table can hold')
  const looksInside = [...sets].some(
    ([code, some]) => KIND[code] !== 0 && some.some(({ recogniser }) => !recogniser.anchor),
  )
  return { indexOf, groups, look, looksInside }
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

/** Words that say what a value is stand no further away from where it begins. */
const BEFORE = 72
const BEHIND = 96

/** Which words stand around a place of a text, looked up when one is asked for. */
class Around {
  #of: { readonly text: string; readonly key: string | null } = { text: '', key: null }
  #at = -1
  #mark = 0
  #before = new Int32Array(0)
  #around = new Int32Array(0)

  begin(text: string, { key }: ScanContext): void {
    this.#of = { text, key }
    this.#at = -1
    this.#mark = 0
    if (this.#before.length < CUE_WORDS.owners) {
      this.#before = new Int32Array(CUE_WORDS.owners)
      this.#around = new Int32Array(CUE_WORDS.owners)
    } else {
      this.#before.fill(0)
      this.#around.fill(0)
    }
  }

  /** Whether a recogniser that wants words could have them at a place. */
  has({ saidBefore, saidAround }: Tried, at: number): boolean {
    if (this.#at !== at) {
      this.#at = at
      this.#mark += 1
      CUE_WORDS.mark(
        this.#of,
        { from: at - BEFORE, at, to: at + BEHIND },
        { mark: this.#mark, before: this.#before, around: this.#around },
      )
    }
    return saidBefore < 0 ? this.#around[saidAround] === this.#mark : this.#before[saidBefore] === this.#mark
  }
}

/** Whatever any of the recognisers finds in a text, in the order of where it began; they overlap. */
export function createScanner(
  recognisers: readonly Recogniser[],
): (text: string, context: ScanContext) => Span[] {
  const { indexOf, groups, look, looksInside } = compile(recognisers)
  const groupAt = (code: number): Group | undefined => groups[indexOf[code] ?? 0]

  const around = new Around()

  return (text, context) => {
    const spans: Span[] = []
    around.begin(text, context)
    const attempt = (list: List<Tried> | undefined, at: number, length: number): void => {
      if (list === undefined || list.all.length === 0) return
      for (const one of look.possible(list, text, at)) {
        if ((one.runs & length) === 0) continue
        if (one.isSaid && !around.has(one, at)) continue
        const { pattern } = one
        pattern.lastIndex = at
        if (!pattern.test(text)) continue
        const end = pattern.lastIndex
        const { id, type } = one.recogniser
        const verdict = one.recogniser.judge({ value: text.slice(at, end), text, start: at, end, context })
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
        attempt(beginsDigits ? group?.atDigits : group?.anywhere, at, ANY_LENGTH)
      }
    }
    for (let at = 0; at < text.length;) {
      const code = text.charCodeAt(at)
      if (KIND[code] === 0) {
        if (indexOf[code] !== 0) attempt(groupAt(code)?.all, at, ANY_LENGTH)
        at += 1
        continue
      }
      const { end, kinds } = wordFrom(text, at)
      const group = groupAt(code)
      const list = KIND[code] === DIGIT ? group?.all : kinds & DIGIT ? group?.atNumber : group?.atWord
      attempt(list, at, 1 << Math.min(end - at, LONG_WORD))
      if (looksInside || kinds === (LETTER | DIGIT)) inside(at + 1, end)
      at = end
    }
    return spans
  }
}
