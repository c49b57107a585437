import { endOfSeparators, FOLDED, groupsDigits, SEPARATOR } from './characters.ts'

/** From here on scripts write a word with two signs, or with one. */
const FIRST_OF_SHORT_WORDS = 0x2e80
const FEWEST_BITS = 64
/** A text has about half as many runs as signs, since most occur again: one bit in three or four is set then. */
const BITS_PER_SIGN = 1.5

/** The run that ends with a sign: of three signs, or of two where one of them is nearly a word. -1: there is none. */
function runOf(first: number, second: number, third: number): number {
  if (second === 0) return -1
  if (second >= FIRST_OF_SHORT_WORDS || third >= FIRST_OF_SHORT_WORDS) return mixed(0, second, third)
  return first === 0 || first >= FIRST_OF_SHORT_WORDS ? -1 : mixed(first, second, third)
}

function mixed(first: number, second: number, third: number): number {
  const hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b) ^ Math.imul(third, 0xc2b2ae35)
  return (hash ^ (hash >>> 15)) & 0x7fffffff
}

/** The runs of a folded form; none where it is too short to have one. */
export function runsOf(form: string): readonly number[] {
  const runs: number[] = []
  let [first, second] = [0, 0]
  for (let at = 0; at < form.length; at += 1) {
    const third = form.charCodeAt(at)
    const run = runOf(first, second, third)
    if (run >= 0) runs.push(run)
    first = second
    second = third
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
    let [first, second] = [0, 0]
    for (let at = 0; at < text.length; at += 1) {
      const third = FOLDED[text.charCodeAt(at)] ?? 0
      if (third === SEPARATOR) {
        const end = endOfSeparators(text, at)
        const isNothing = groupsDigits(text, at, end)
        at = end - 1
        if (isNothing) continue
      }
      const run = runOf(first, second, third)
      if (run >= 0) {
        const bit = run & this.#mask
        this.#bits[bit >> 3] = (this.#bits[bit >> 3] ?? 0) | (1 << (bit & 7))
      }
      first = second
      second = third
    }
  }
}
