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

/** The labels of four types, and the one of none. */
const SUMMED_AT_ONCE = 9

interface Weights {
  readonly weights: Int8Array
  readonly mask: number
}

/** Sums in registers take half the time of sums in the table, and this is most of what tagging costs. */
function emitNine({ count, perToken, hashes }: Features, { weights, mask }: Weights, into: Int32Array): void {
  for (let token = 0; token < count; token += 1) {
    let [a, b, c, d, e, f, g, h, i] = [0, 0, 0, 0, 0, 0, 0, 0, 0]
    const end = (token + 1) * perToken
    for (let n = token * perToken; n < end; n += 1) {
      const at = ((hashes[n] ?? 0) & mask) * SUMMED_AT_ONCE
      a += weights[at] ?? 0
      b += weights[at + 1] ?? 0
      c += weights[at + 2] ?? 0
      d += weights[at + 3] ?? 0
      e += weights[at + 4] ?? 0
      f += weights[at + 5] ?? 0
      g += weights[at + 6] ?? 0
      h += weights[at + 7] ?? 0
      i += weights[at + 8] ?? 0
    }
    const row = token * SUMMED_AT_ONCE
    into[row] = a
    into[row + 1] = b
    into[row + 2] = c
    into[row + 3] = d
    into[row + 4] = e
    into[row + 5] = f
    into[row + 6] = g
    into[row + 7] = h
    into[row + 8] = i
  }
}

/** A linear-chain tagger (Collins 2002): the best sequence of labels for a window, by Viterbi. */
export class Tagger {
  readonly #model: TaggerModel
  #scores = new Int32Array(0)
  /** What the features of each token alone say, without the steps between labels. */
  #said = new Int32Array(0)
  #from = new Uint8Array(0)

  constructor(model: TaggerModel) {
    this.#model = model
  }

  get labels(): readonly string[] {
    return this.#model.labels
  }

  /** Writes the label of each token to `into`. */
  tag(features: Features, into: Uint8Array): void {
    const { count } = features
    const size = this.#model.labels.length
    if (count === 0) return
    if (this.#from.length < count * size) {
      this.#from = new Uint8Array(count * size * 2)
      this.#scores = new Int32Array(count * size * 2)
      this.#said = new Int32Array(count * size * 2)
    }
    const scores = this.#scores
    const from = this.#from
    this.#emit(features)
    this.#said.set(scores.subarray(0, count * size))
    this.#chain(count)
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
    const size = this.#model.labels.length
    let gain = 0
    for (let token = first; token <= last; token += 1)
      gain += (this.#said[token * size + (labels[token] ?? 0)] ?? 0) - (this.#said[token * size] ?? 0)
    return gain
  }

  #emit({ count, perToken, hashes }: Features): void {
    const { weights, buckets, labels } = this.#model
    const size = labels.length
    const mask = buckets - 1
    const scores = this.#scores
    if (size === SUMMED_AT_ONCE) {
      emitNine({ count, perToken, hashes }, { weights, mask }, scores)
      return
    }
    for (let token = 0; token < count; token += 1) {
      const row = token * size
      scores.fill(0, row, row + size)
      for (let n = token * perToken; n < (token + 1) * perToken; n += 1) {
        const at = ((hashes[n] ?? 0) & mask) * size
        for (let label = 0; label < size; label += 1)
          scores[row + label] = (scores[row + label] ?? 0) + (weights[at + label] ?? 0)
      }
    }
  }

  #chain(count: number): void {
    const { steps, labels } = this.#model
    const size = labels.length
    const scores = this.#scores
    for (let label = 0; label < size; label += 1) scores[label] = (scores[label] ?? 0) + (steps[label] ?? 0)
    for (let token = 1; token < count; token += 1) {
      const row = token * size
      for (let label = 0; label < size; label += 1) {
        let best = -Infinity
        let by = 0
        for (let before = 0; before < size; before += 1) {
          const score = (scores[row - size + before] ?? 0) + (steps[(before + 1) * size + label] ?? 0)
          if (score > best) {
            best = score
            by = before
          }
        }
        scores[row + label] = (scores[row + label] ?? 0) + best
        this.#from[row + label] = by
      }
    }
  }
}
