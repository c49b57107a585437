import type { Text } from '../traverse/texts.ts'

const SLOTS = 1 << 18

/** Says whether something stands in a request already. Most of what does not is told without a search, by three letters in a row. */
export class RequestWords {
  readonly #texts: readonly Text[]
  /** Null: nobody has asked yet. */
  #triples: Uint8Array | null = null

  /** What the model said is not looked at: what was made up for it stands there by right. */
  constructor(texts: readonly Text[]) {
    this.#texts = texts
  }

  hold(words: string): boolean {
    const triples = (this.#triples ??= this.#read())
    for (let at = 2; at < words.length; at += 1) if (triples[slotAt(words, at)] === 0) return false
    return this.#texts.some(({ value, isSpoken }) => isSpoken !== true && value.includes(words))
  }

  #read(): Uint8Array {
    const triples = new Uint8Array(SLOTS)
    for (const { value, isSpoken } of this.#texts) {
      if (isSpoken === true) continue
      for (let at = 2; at < value.length; at += 1) triples[slotAt(value, at)] = 1
    }
    return triples
  }
}

/** Of the three code units that end there. */
const slotAt = (text: string, at: number): number =>
  (Math.imul(text.charCodeAt(at - 2), 0x9e3779b1) ^
    Math.imul(text.charCodeAt(at - 1), 0x85ebca6b) ^
    Math.imul(text.charCodeAt(at), 0xc2b2ae35)) >>>
  14
