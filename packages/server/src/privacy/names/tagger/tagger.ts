/** What a tagger was trained to: weights per feature bucket and label, and for each step from label to label. */
export interface TaggerModel {
  readonly labels: readonly string[]
  /** A power of two. */
  readonly buckets: number
  /** `bucket * labels + label`. */
  readonly weights: Int8Array
  /** `(before + 1) * labels + label`; row 0 is the beginning of a window. */
  readonly steps: Int16Array
}

/** Features of a window of tokens: so many hashes for each, one after the other. */
export interface Features {
  readonly count: number
  readonly perToken: number
  readonly hashes: Uint32Array
}

/** Labels whose weights are added at once: two in each half of a word of 32 bits, and as many in the bytes between. */
const AT_ONCE = 4
/** So that no weight is below zero, and none borrows from its neighbour. */
const ZERO = 128

/** The weights of a bucket in as few words as hold them, a byte each. */
function packed({ labels, buckets, weights }: TaggerModel): Int32Array {
  const size = labels.length
  const width = Math.ceil(size / AT_ONCE)
  const words = new Int32Array(buckets * width)
  for (let bucket = 0; bucket < buckets; bucket += 1)
    for (let label = 0; label < size; label += 1) {
      const word = bucket * width + Math.floor(label / AT_ONCE)
      const byte = (weights[bucket * size + label] ?? 0) + ZERO
      words[word] = (words[word] ?? 0) | (byte << (8 * (label % AT_ONCE)))
    }
  return words
}

/** A linear-chain tagger (Collins 2002): the best sequence of labels for a window, by Viterbi. */
export class Tagger {
  readonly labels: readonly string[]
  readonly #words: Int32Array
  readonly #mask: number
  /** `label * labels + before`, and what the beginning of a window says of each label. */
  readonly #steps: Int32Array
  readonly #begins: Int32Array
  #scores = new Int32Array(0)
  /** What the features of each token alone say, without the steps between labels. */
  #said = new Int32Array(0)
  #from = new Uint8Array(0)

  constructor(model: TaggerModel) {
    const size = model.labels.length
    this.labels = model.labels
    this.#words = packed(model)
    this.#mask = model.buckets - 1
    this.#begins = Int32Array.from(model.steps.subarray(0, size))
    this.#steps = Int32Array.from(
      { length: size * size },
      (_, at) => model.steps[((at % size) + 1) * size + Math.floor(at / size)] ?? 0,
    )
  }

  /** Writes the label of each token to `into`. */
  tag(features: Features, into: Uint8Array): void {
    const { count } = features
    const size = this.labels.length
    if (count === 0) return
    if (this.#from.length < count * size) {
      this.#from = new Uint8Array(count * size * 2)
      this.#scores = new Int32Array(count * size * 2)
      this.#said = new Int32Array(count * size * 2)
    }
    this.#emit(features)
    this.#chain(count)
    const scores = this.#scores
    const from = this.#from
    let best = 0
    const last = (count - 1) * size
    for (let label = 1; label < size; label += 1)
      if ((scores[last + label] ?? 0) > (scores[last + best] ?? 0)) best = label
    for (let token = count - 1; token >= 0; token -= 1) {
      into[token] = best
      best = from[token * size + best] ?? 0
    }
  }

  /** How much more the labels of these tokens weigh, in the window tagged last, than if nothing were there (label 0). */
  gain(labels: Uint8Array, first: number, last: number): number {
    const size = this.labels.length
    let gain = 0
    for (let token = first; token <= last; token += 1)
      gain += (this.#said[token * size + (labels[token] ?? 0)] ?? 0) - (this.#said[token * size] ?? 0)
    return gain
  }

  /** Adds up four weights at a time: of 257 bytes the sum still fits into half a word. */
  #emit({ count, perToken, hashes }: Features): void {
    const words = this.#words
    const mask = this.#mask
    const said = this.#said
    const size = this.labels.length
    const width = Math.ceil(size / AT_ONCE)
    const zero = perToken * ZERO
    for (let token = 0; token < count; token += 1) {
      const first = token * perToken
      for (let word = 0; word < width; word += 1) {
        let even = 0
        let odd = 0
        for (let n = first; n < first + perToken; n += 1) {
          const four = words[((hashes[n] ?? 0) & mask) * width + word] ?? 0
          even = (even + (four & 0x00ff00ff)) | 0
          odd = (odd + ((four >>> 8) & 0x00ff00ff)) | 0
        }
        // What is written beyond the last label belongs to the next token, which comes after.
        const at = token * size + word * AT_ONCE
        said[at] = (even & 0xffff) - zero
        said[at + 1] = (odd & 0xffff) - zero
        said[at + 2] = (even >>> 16) - zero
        said[at + 3] = (odd >>> 16) - zero
      }
    }
  }

  #chain(count: number): void {
    const steps = this.#steps
    const size = this.labels.length
    const scores = this.#scores
    const said = this.#said
    const from = this.#from
    for (let label = 0; label < size; label += 1)
      scores[label] = (said[label] ?? 0) + (this.#begins[label] ?? 0)
    for (let row = size; row < count * size; row += size) {
      const before = row - size
      const first = scores[before] ?? 0
      for (let label = 0; label < size; label += 1) {
        const step = label * size
        let best = first + (steps[step] ?? 0)
        let by = 0
        for (let one = 1; one < size; one += 1) {
          const score = ((scores[before + one] ?? 0) + (steps[step + one] ?? 0)) | 0
          if (score > best) {
            best = score
            by = one
          }
        }
        scores[row + label] = best + (said[row + label] ?? 0)
        from[row + label] = by
      }
    }
  }
}
