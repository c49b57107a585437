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

/** Labels whose weights are in one word of 32 bits, a byte each, and how many such words a bucket has. */
const [IN_A_WORD, WORDS] = [4, 3]
/** So that no weight is below zero, and none borrows from its neighbour. */
const ZERO = 128

/** The weights of a bucket in as few words as hold them. */
function packed({ labels, buckets, weights }: TaggerModel): Int32Array {
  const size = labels.length
  if (size > IN_A_WORD * WORDS) throw new Error('more labels than the tagger adds up at once')
  const words = new Int32Array(buckets * WORDS)
  for (let bucket = 0; bucket < buckets; bucket += 1)
    for (let label = 0; label < size; label += 1) {
      const word = bucket * WORDS + (label >>> 2)
      words[word] = (words[word] ?? 0) | (((weights[bucket * size + label] ?? 0) + ZERO) << (8 * (label & 3)))
    }
  return words
}

/** For each label the labels before it, those from which the step is the best first. */
interface Steps {
  readonly before: Uint8Array
  readonly weight: Int32Array
}

function ordered({ labels, steps }: TaggerModel): Steps {
  const size = labels.length
  const before = new Uint8Array(size * size)
  const weight = new Int32Array(size * size)
  for (let label = 0; label < size; label += 1) {
    const step = (one: number): number => steps[(one + 1) * size + label] ?? 0
    const best = Array.from(labels, (_, one) => one).toSorted((one, other) => step(other) - step(one))
    before.set(best, label * size)
    weight.set(best.map(step), label * size)
  }
  return { before, weight }
}

/** A linear-chain tagger (Collins 2002): the best sequence of labels for a window, by Viterbi. */
export class Tagger {
  readonly labels: readonly string[]
  readonly #words: Int32Array
  readonly #mask: number
  readonly #steps: Steps
  /** What the beginning of a window says of each label. */
  readonly #begins: Int32Array
  #scores = new Int32Array(0)
  /** What the features of each token alone say, without the steps between labels. */
  #said = new Int32Array(0)
  #from = new Uint8Array(0)

  constructor(model: TaggerModel) {
    this.labels = model.labels
    this.#words = packed(model)
    this.#mask = model.buckets - 1
    this.#begins = Int32Array.from(model.steps.subarray(0, model.labels.length))
    this.#steps = ordered(model)
  }

  /** Writes the label of each token to `into`. */
  tag(features: Features, into: Uint8Array): void {
    const { count } = features
    const size = this.labels.length
    if (count === 0) return
    if (this.#from.length < count * size) {
      // With room for the words of the last token, which hold more labels than there are.
      const room = (count + 1) * size * 2
      this.#from = new Uint8Array(room)
      this.#scores = new Int32Array(room)
      this.#said = new Int32Array(room)
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

  /** Adds up the weights of two labels at a time: of 257 bytes the sum still fits into half a word. */
  #emit({ count, perToken, hashes }: Features): void {
    const words = this.#words
    const mask = this.#mask
    for (let token = 0; token < count; token += 1) {
      let [a, b, c, d, e, f] = [0, 0, 0, 0, 0, 0]
      for (let n = token * perToken; n < (token + 1) * perToken; n += 1) {
        const at = ((hashes[n] ?? 0) & mask) * WORDS
        const first = words[at] ?? 0
        const second = words[at + 1] ?? 0
        const third = words[at + 2] ?? 0
        a = (a + (first & 0x00ff00ff)) | 0
        b = (b + ((first >>> 8) & 0x00ff00ff)) | 0
        c = (c + (second & 0x00ff00ff)) | 0
        d = (d + ((second >>> 8) & 0x00ff00ff)) | 0
        e = (e + (third & 0x00ff00ff)) | 0
        f = (f + ((third >>> 8) & 0x00ff00ff)) | 0
      }
      // What is written beyond the last label is of the next token, which comes after.
      const at = token * this.labels.length
      this.#unpack(at, a, b)
      this.#unpack(at + IN_A_WORD, c, d)
      this.#unpack(at + 2 * IN_A_WORD, e, f)
      this.#lift(at, perToken * ZERO)
    }
  }

  #unpack(at: number, even: number, odd: number): void {
    const said = this.#said
    said[at] = even & 0xffff
    said[at + 1] = odd & 0xffff
    said[at + 2] = even >>> 16
    said[at + 3] = odd >>> 16
  }

  #lift(at: number, zero: number): void {
    const said = this.#said
    for (let label = at; label < at + this.labels.length; label += 1) said[label] = (said[label] ?? 0) - zero
  }

  #chain(count: number): void {
    const { before, weight } = this.#steps
    const size = this.labels.length
    const scores = this.#scores
    const said = this.#said
    const from = this.#from
    for (let label = 0; label < size; label += 1)
      scores[label] = (said[label] ?? 0) + (this.#begins[label] ?? 0)
    for (let row = size; row < count * size; row += size) {
      let most = scores[row - size] ?? 0
      for (let one = row - size + 1; one < row; one += 1) {
        const score = scores[one] ?? 0
        if (score > most) most = score
      }
      for (let label = 0; label < size; label += 1) {
        const steps = label * size
        let by = before[steps] ?? 0
        let best = ((scores[row - size + by] ?? 0) + (weight[steps] ?? 0)) | 0
        // No other is better once the step is so much worse.
        for (let one = steps + 1; one < steps + size && most + (weight[one] ?? 0) >= best; one += 1) {
          const other = before[one] ?? 0
          const score = ((scores[row - size + other] ?? 0) + (weight[one] ?? 0)) | 0
          if (score > best || (score === best && other < by)) {
            best = score
            by = other
          }
        }
        scores[row + label] = best + (said[row + label] ?? 0)
        from[row + label] = by
      }
    }
  }
}
