import type { KeywordMachine } from '../keyword-automaton.ts'
import { keywordMachine } from '../keyword-automaton.ts'
import { wordStarts } from './cue-source.ts'

/** Words that say what stands beside them, by the number under which they are looked for. */
export interface Said {
  readonly said: number
}

/** How a word begins that is looked for. */
interface Word {
  readonly letters: string
  /** It ends there, and no letter may follow. */
  readonly isWhole: boolean
  /** It counts inside of other words too, as Han words do. */
  readonly isAnywhere: boolean
  readonly owners: Set<number>
}

/** Spaces and signs between the parts of a word, which is the same without them; not the end of a line. */
const LEFT_OUT = /[^\S\n]|[_'’"\-.]/
const isLeftOut = (letter: string): boolean => LEFT_OUT.test(letter)
const isLetter = (code: number): boolean => isLower(code) || (code >= 0x41 && code <= 0x5a)
const isLower = (code: number): boolean => code >= 0x61 && code <= 0x7a

/** What a character is to the machine: left out, in no word, an ASCII one, or one of so many kinds of others. */
const SKIPPED = 255
const OTHER_KINDS = 128
/** What some ASCII letters also look like to a regular expression without regard to case. */
const ALSO: readonly (readonly [string, string])[] = [
  ['ſ', 's'],
  ['\u212a', 'k'],
  ['İ', 'i'],
  ['Σ', 'σ'],
  ['ς', 'σ'],
]
/** Places of the last letters, from which one sees where a word began. */
const REMEMBERED = 15
const MOST_KEYS = 256
const LONGEST_KEY = 64

/** All words that anybody asks for, found in one pass through a text that all who ask share. */
export class CueWords {
  readonly #words = new Map<string, Word>()
  #owners = 0
  #table: Table | null = null
  /** What keys say that were asked about; the same ones come again and again. */
  readonly #keys = new Map<string, ReadonlySet<number>>()
  #text = ''
  /** Of each word that was found, in their order, which and where what is looked at of it ends. */
  #found = new Int32Array(64)
  #ends = new Int32Array(64)
  #count = 0
  readonly #places = new Int32Array(REMEMBERED + 1)

  /**
   * Makes words known.
   * @param alone sources of regular expressions, as in `cues`, of words between which and others no letter stands
   * @param anywhere likewise, of words that count wherever they stand
   */
  add(alone: readonly string[], anywhere: readonly string[] = []): Said {
    const said = this.#owners
    this.#owners += 1
    for (const [sources, isAnywhere] of [
      [alone, false],
      [anywhere, true],
    ] as const) {
      for (const { letters, isWhole } of sources.flatMap((source) => wordStarts(source, isLeftOut))) {
        const lower = letters.toLowerCase()
        const name = `${lower} ${isWhole} ${isAnywhere}`
        const word = this.#words.get(name) ?? { letters: lower, isWhole, isAnywhere, owners: new Set() }
        word.owners.add(said)
        this.#words.set(name, word)
      }
    }
    this.#table = null
    this.#keys.clear()
    this.#begin('')
    return { said }
  }

  get owners(): number {
    return this.#owners
  }

  /** Whether one of them, or what could be one, ends in a stretch of a text. */
  isNear({ said }: Said, text: string, from: number, to: number): boolean {
    const { owned, row } = this.#read(text)
    for (let i = this.#firstFrom(from); i < this.#count && (this.#ends[i] ?? 0) <= to; i += 1)
      if (owned[(this.#found[i] ?? 0) * row + said] === 1) return true
    return false
  }

  /** Whether a key has one of them, or what could be one. */
  isInKey({ said }: Said, key: string | null): boolean {
    return key !== null && this.#saidByKey(key).has(said)
  }

  #saidByKey(key: string): ReadonlySet<number> {
    const known = this.#keys.get(key.length > LONGEST_KEY ? '' : key)
    if (known !== undefined) return known
    // What a long one says, whoever asks finds out.
    const said = new Set<number>()
    if (key.length > LONGEST_KEY) for (let owner = 0; owner < this.#owners; owner += 1) said.add(owner)
    else this.#collect(key, said)
    if (this.#keys.size >= MOST_KEYS) this.#keys.clear()
    this.#keys.set(key.length > LONGEST_KEY ? '' : key, said)
    return said
  }

  #collect(key: string, said: Set<number>): void {
    const { ownersOf } = this.#read(key)
    for (let i = 0; i < this.#count; i += 1)
      for (const owner of ownersOf[this.#found[i] ?? 0] ?? []) said.add(owner)
  }

  /**
   * Writes a mark for all of which a word ends in a stretch of a text: up to a place to `before`, and up to the end to `around`.
   * What is in the key of the text stands before everything.
   */
  mark({ text, key }: Keyed, stretch: Stretch, marks: Marks): void {
    if (key !== null)
      for (const owner of this.#saidByKey(key)) marks.before[owner] = marks.around[owner] = marks.mark
    const { ownersOf } = this.#read(text)
    for (let i = this.#firstFrom(stretch.from); i < this.#count; i += 1) {
      const end = this.#ends[i] ?? 0
      if (end > stretch.to) break
      for (const owner of ownersOf[this.#found[i] ?? 0] ?? []) {
        marks.around[owner] = marks.mark
        if (end <= stretch.at) marks.before[owner] = marks.mark
      }
    }
  }

  #firstFrom(from: number): number {
    let [low, high] = [0, this.#count]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ends[middle] ?? 0) < from) low = middle + 1
      else high = middle
    }
    return low
  }

  #read(text: string): Table {
    const table = (this.#table ??= tableOf([...this.#words.values()], this.#owners))
    if (this.#text === text) return table
    this.#begin(text)
    const { kinds, width, machine, hasEnd } = table
    const { next } = machine
    const places = this.#places
    let state = 0
    let seen = 0
    for (let at = 0; at < text.length; at += 1) {
      const kind = kinds[text.charCodeAt(at)] ?? 0
      if (kind === SKIPPED) continue
      places[seen & REMEMBERED] = at
      seen += 1
      state = next[state * width + kind] ?? 0
      if (hasEnd[state] === 0) continue
      for (const word of machine.words[state] ?? []) {
        const start = places[(seen - (table.sizes[word] ?? 0)) & REMEMBERED] ?? 0
        if (table.isAnywhere[word] === 1 || isWord(text, start, table.isWhole[word] === 1 ? at : -1))
          this.#note(word, at + 1)
      }
    }
    return table
  }

  #begin(text: string): void {
    this.#text = text
    this.#count = 0
  }

  #note(word: number, end: number): void {
    if (this.#count === this.#ends.length) {
      const [found, ends] = [this.#found, this.#ends]
      this.#found = new Int32Array(this.#count * 2)
      this.#ends = new Int32Array(this.#count * 2)
      this.#found.set(found)
      this.#ends.set(ends)
    }
    this.#found[this.#count] = word
    this.#ends[this.#count] = end
    this.#count += 1
  }
}

interface Keyed {
  readonly text: string
  readonly key: string | null
}
interface Stretch {
  readonly from: number
  readonly at: number
  readonly to: number
}
interface Marks {
  readonly mark: number
  readonly before: Int32Array
  readonly around: Int32Array
}

interface Table {
  readonly kinds: Uint8Array
  readonly width: number
  readonly machine: KeywordMachine
  /** Of each state whether a word ends there. */
  readonly hasEnd: Uint8Array
  readonly sizes: Uint8Array
  readonly isWhole: Uint8Array
  readonly isAnywhere: Uint8Array
  readonly ownersOf: readonly (readonly number[])[]
  /** By word and owner, `row` to a word. */
  readonly owned: Uint8Array
  readonly row: number
}

function tableOf(words: readonly Word[], owners: number): Table {
  const kinds = new Uint8Array(65_536)
  let width = 1
  for (const letter of words.map(({ letters }) => letters).join('')) {
    const code = letter.charCodeAt(0)
    if (code >= 0x80 || kinds[code] !== 0) continue
    kinds[code] = width
    kinds[letter.toUpperCase().charCodeAt(0)] = width
    width += 1
  }
  for (const { letters } of words)
    for (const letter of letters) {
      const code = letter.charCodeAt(0)
      if (code < 0x80) continue
      const kind = width + (code % OTHER_KINDS)
      kinds[code] = kind
      const upper = letter.toUpperCase().charCodeAt(0)
      if (upper >= 0x80) kinds[upper] = kind
    }
  for (const [one, other] of ALSO) kinds[one.charCodeAt(0)] = kinds[other.charCodeAt(0)] ?? 0
  for (let code = 0; code < kinds.length; code += 1)
    if (isLeftOut(String.fromCharCode(code))) kinds[code] = SKIPPED
  width += OTHER_KINDS
  const machine = keywordMachine(
    words.map(({ letters }) => letters),
    kinds,
    width,
  )
  const owned = new Uint8Array(words.length * owners)
  words.forEach((word, at) => {
    for (const owner of word.owners) owned[at * owners + owner] = 1
  })
  return {
    kinds,
    width,
    machine,
    hasEnd: Uint8Array.from(machine.words, ({ length }) => Number(length > 0)),
    sizes: Uint8Array.from(words, ({ letters }) => letters.length),
    isWhole: Uint8Array.from(words, (word) => Number(word.isWhole)),
    isAnywhere: Uint8Array.from(words, (word) => Number(word.isAnywhere)),
    ownersOf: words.map((word) => [...word.owners]),
    owned,
    row: owners,
  }
}

/** Whether no letter stands right before it, and none behind its last one where it is whole; `taxNo` is two words. */
function isWord(text: string, start: number, last: number): boolean {
  if (start > 0 && isWithin(text.charCodeAt(start - 1), text.charCodeAt(start))) return false
  return last < 0 || last + 1 >= text.length || !isWithin(text.charCodeAt(last), text.charCodeAt(last + 1))
}

/** Whether two characters are of one word, as far as ASCII letters show. */
const isWithin = (one: number, next: number): boolean =>
  isLetter(one) && isLetter(next) && !(isLower(one) && !isLower(next))

/** The words of all recognisers. */
export const CUE_WORDS = new CueWords()
