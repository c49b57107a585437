import { endOfSeparators, FOLDED, groupsDigits, SEPARATOR } from './characters.ts'

/** From here on scripts write a word with two signs, or with one. */
const FIRST_OF_SHORT_WORDS = 0x2e80
const FEWEST_BITS = 64
/** A text has about half as many runs as signs, since most occur again: one bit in three or four is set then. */
const BITS_PER_SIGN = 1.5

/** The run that ends with a sign: of three signs, or of two where one of them is nearly a word. */
const runOf = (first: number, second: number, third: number): number =>
  second >= FIRST_OF_SHORT_WORDS || third >= FIRST_OF_SHORT_WORDS
    ? mixed(0, second, third)
    : mixed(first, second, third)

function mixed(first: number, second: number, third: number): number {
  const hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b) ^ Math.imul(third, 0xc2b2ae35)
  return (hash ^ (hash >>> 15)) & 0x7fffffff
}

/** The runs that stand within a folded form; none where it is too short to have one. */
export function runsOf(form: string): readonly number[] {
  const runs: number[] = []
  for (let at = 1; at < form.length; at += 1) {
    const [first, second, third] = [
      at < 2 ? 0 : form.charCodeAt(at - 2),
      form.charCodeAt(at - 1),
      form.charCodeAt(at),
    ]
    const isOfTwo = second >= FIRST_OF_SHORT_WORDS || third >= FIRST_OF_SHORT_WORDS
    if (isOfTwo || first !== 0) runs.push(runOf(first, second, third))
  }
  return runs
}

/**
 * Which signs stand in a row in some texts, as a set that may tell too much and never too little (Bloom 1970): of most
 * forms it says that they stand in none of them, so that they need not be read.
 */
export class SignRuns {
  readonly #bits: Uint8Array
  readonly #mask: number

  /** `texts`: normalised. */
  constructor(texts: readonly string[]) {
    const signs = texts.reduce((sum, text) => sum + text.length, 0)
    const bits = 2 ** Math.ceil(Math.log2(Math.max(FEWEST_BITS, signs * BITS_PER_SIGN)))
    this.#bits = new Uint8Array(bits / 8)
    this.#mask = bits - 1
    for (const text of texts) this.#read(text)
  }

  get sizeBytes(): number {
    return this.#bits.length
  }

  mayHold(runs: readonly number[]): boolean {
    for (const run of runs) {
      const bit = run & this.#mask
      if (((this.#bits[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false
    }
    return true
  }

  /** As `FormFinder` reads it. */
  #read(text: string): void {
    const bits = this.#bits
    const mask = this.#mask
    let first = 0
    let second = 0
    for (let at = 0; at < text.length; at += 1) {
      const third = FOLDED[text.charCodeAt(at)] ?? 0
      if (third === SEPARATOR) {
        const begin = at
        at = endOfSeparators(text, begin) - 1
        if (groupsDigits(text, begin, at + 1)) continue
      }
      const bit = runOf(first, second, third) & mask
      bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7))
      first = second
      second = third
    }
  }
}
