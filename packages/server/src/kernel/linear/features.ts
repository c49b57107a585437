/** How a text becomes numbers; a model only reads texts through the schema that it was trained with. */
export interface FeatureSchema {
  readonly version: 1
  /** How many numbers a text has; a power of two. */
  readonly buckets: number
}

export const TEXT_FEATURES: FeatureSchema = { version: 1, buckets: 32_768 }

/** A text as a sparse vector of length 1; an empty one has no entries. */
export interface Features {
  readonly at: Uint32Array
  readonly value: Float32Array
}

/** Longer texts are read to here: what somebody wants stands in the beginning. */
const TEXT_LENGTH = 4096
const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193
const WORD = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}\p{M}])+/gu
const HAN = /^\p{Script=Han}/u
/** One kind of feature must not be taken for another that spells the same. */
const KIND = { word: 1, pair: 2, piece: 3 } as const
const SHORTEST_PIECE = 3
const LONGEST_PIECE = 5
/** Chinese has no spaces: its pieces are shorter, and stand for words. */
const LONGEST_HAN_PIECE = 3

/** FNV-1a over UTF-16 code units. */
function mixed(hash: number, text: string): number {
  let state = hash
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), FNV_PRIME)
  return state
}

/** The high bits of FNV vary more than the low ones. */
const bucketOf = (hash: number, mask: number): number => (hash ^ (hash >>> 15)) & mask

/**
 * Turns texts into hashed features: words, pairs of words, and pieces of three to five characters of each word with its
 * ends; of Chinese, pieces of one to three characters. Each counts 1 + ln(times); together they have length 1.
 */
export class FeatureReader {
  readonly schema: FeatureSchema
  readonly #mask: number
  readonly #counts: Float32Array
  readonly #touched: number[] = []

  constructor(schema: FeatureSchema = TEXT_FEATURES) {
    this.schema = schema
    this.#mask = schema.buckets - 1
    this.#counts = new Float32Array(schema.buckets)
  }

  read(text: string): Features {
    const words = text.slice(0, TEXT_LENGTH).toWellFormed().normalize('NFKC').toLowerCase().match(WORD) ?? []
    let before = '^'
    for (const word of words) {
      if (HAN.test(word)) this.#addHan(word)
      else this.#addWord(word)
      this.#count(mixed(mixed(mixed(FNV_BASIS ^ KIND.pair, before), ' '), word))
      before = word
    }
    return this.#taken()
  }

  #addWord(word: string): void {
    this.#count(mixed(FNV_BASIS ^ KIND.word, word))
    const whole = `^${word}$`
    for (let from = 0; from + SHORTEST_PIECE <= whole.length; from++) {
      let hash = FNV_BASIS ^ KIND.piece
      const until = Math.min(whole.length, from + LONGEST_PIECE)
      for (let at = from; at < until; at++) {
        hash = Math.imul(hash ^ whole.charCodeAt(at), FNV_PRIME)
        if (at - from + 1 >= SHORTEST_PIECE) this.#count(hash)
      }
    }
  }

  #addHan(run: string): void {
    for (let from = 0; from < run.length; from++) {
      let hash = FNV_BASIS ^ KIND.word
      const until = Math.min(run.length, from + LONGEST_HAN_PIECE)
      for (let at = from; at < until; at++) {
        hash = Math.imul(hash ^ run.charCodeAt(at), FNV_PRIME)
        this.#count(hash)
      }
    }
  }

  #count(hash: number): void {
    const bucket = bucketOf(hash, this.#mask)
    const count = this.#counts[bucket] ?? 0
    if (count === 0) this.#touched.push(bucket)
    this.#counts[bucket] = count + 1
  }

  #taken(): Features {
    const at = Uint32Array.from(this.#touched)
    const value = new Float32Array(at.length)
    let squares = 0
    for (let entry = 0; entry < at.length; entry++) {
      const bucket = at[entry] ?? 0
      const weight = 1 + Math.log(this.#counts[bucket] ?? 1)
      value[entry] = weight
      squares += weight * weight
      this.#counts[bucket] = 0
    }
    this.#touched.length = 0
    const length = Math.sqrt(squares) || 1
    for (let entry = 0; entry < value.length; entry++) value[entry] = (value[entry] ?? 0) / length
    return { at, value }
  }
}
