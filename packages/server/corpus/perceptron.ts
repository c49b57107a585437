import type { Features, TaggerModel } from '../src/privacy/names/tagger/tagger.ts'

/** A window of tokens with the labels that are right for it. */
export interface Lesson {
  readonly features: Features
  readonly gold: Uint8Array
}

/** So much better than every other sequence the right one must be, for each label that differs. */
const MARGIN = 3

/**
 * Learns the weights of a `Tagger`: an averaged structured perceptron (Collins 2002) that decodes with a price on wrong
 * labels, so that right ones win by a margin. The same lessons in the same order give the same weights everywhere.
 */
export class Perceptron {
  readonly #size: number
  readonly #buckets: number
  readonly #weights: Float64Array
  readonly #steps: Float64Array
  /** What each change weighs in the average. */
  readonly #weightSums: Float64Array
  readonly #stepSums: Float64Array
  #clock = 1

  constructor(labels: number, buckets: number) {
    this.#size = labels
    this.#buckets = buckets
    this.#weights = new Float64Array(buckets * labels)
    this.#weightSums = new Float64Array(buckets * labels)
    this.#steps = new Float64Array((labels + 1) * labels)
    this.#stepSums = new Float64Array((labels + 1) * labels)
  }

  /** Returns how many labels it would have got wrong, the price on them included. */
  learn({ features, gold }: Lesson): number {
    const said = this.#decode(features, gold)
    let wrong = 0
    for (let token = 0; token < features.count; token += 1) {
      const [right, other] = [gold[token] ?? 0, said[token] ?? 0]
      if (right !== other) {
        wrong += 1
        this.#shift(features, token, right, 1)
        this.#shift(features, token, other, -1)
      }
      const rightStep = ((token === 0 ? -1 : (gold[token - 1] ?? 0)) + 1) * this.#size + right
      const otherStep = ((token === 0 ? -1 : (said[token - 1] ?? 0)) + 1) * this.#size + other
      if (rightStep === otherStep) continue
      this.#shiftStep(rightStep, 1)
      this.#shiftStep(otherStep, -1)
    }
    this.#clock += 1
    return wrong
  }

  /** The averages. */
  #averages(): { readonly weights: Float64Array; readonly steps: Float64Array } {
    return {
      weights: this.#weights.map((weight, at) => weight - (this.#weightSums[at] ?? 0) / this.#clock),
      steps: this.#steps.map((step, at) => step - (this.#stepSums[at] ?? 0) / this.#clock),
    }
  }

  /**
   * The sum of the averages of several that saw the lessons in other orders, which is steadier than each; scaled so that all
   * but the largest in ten thousand fit into a byte.
   */
  static model(learners: readonly Perceptron[], labels: readonly string[]): TaggerModel {
    const [first, ...others] = learners.map((learner) => learner.#averages())
    const weights = first?.weights ?? new Float64Array(0)
    const steps = first?.steps ?? new Float64Array(0)
    for (const other of others) {
      for (const [at, weight] of other.weights.entries()) weights[at] = (weights[at] ?? 0) + weight
      for (const [at, step] of other.steps.entries()) steps[at] = (steps[at] ?? 0) + step
    }
    const sizes = weights.map(Math.abs).sort()
    const scale = 127 / (sizes[Math.floor(sizes.length * 0.9999)] || 1)
    const within = (most: number) => (value: number) =>
      Math.max(-most, Math.min(most, Math.round(value * scale)))
    return {
      labels,
      buckets: weights.length / labels.length,
      weights: Int8Array.from(weights, within(127)),
      steps: Int16Array.from(steps, within(32_767)),
    }
  }

  #shift({ perToken, hashes }: Features, token: number, label: number, by: number): void {
    for (let n = token * perToken; n < (token + 1) * perToken; n += 1) {
      const at = ((hashes[n] ?? 0) & (this.#buckets - 1)) * this.#size + label
      this.#weights[at] = (this.#weights[at] ?? 0) + by
      this.#weightSums[at] = (this.#weightSums[at] ?? 0) + by * this.#clock
    }
  }

  #shiftStep(at: number, by: number): void {
    this.#steps[at] = (this.#steps[at] ?? 0) + by
    this.#stepSums[at] = (this.#stepSums[at] ?? 0) + by * this.#clock
  }

  #decode(features: Features, gold: Uint8Array): Uint8Array {
    const { count } = features
    const size = this.#size
    const scores = this.#emissions(features, gold)
    const from = new Uint8Array(count * size)
    for (let label = 0; label < size; label += 1)
      scores[label] = (scores[label] ?? 0) + (this.#steps[label] ?? 0)
    for (let row = size; row < count * size; row += size) {
      for (let label = 0; label < size; label += 1) {
        let [best, by] = [Number.NEGATIVE_INFINITY, 0]
        for (let before = 0; before < size; before += 1) {
          const score = (scores[row - size + before] ?? 0) + (this.#steps[(before + 1) * size + label] ?? 0)
          if (score > best) [best, by] = [score, before]
        }
        scores[row + label] = (scores[row + label] ?? 0) + best
        from[row + label] = by
      }
    }
    return this.#traced(scores, from, count)
  }

  #emissions({ count, perToken, hashes }: Features, gold: Uint8Array): Float64Array {
    const size = this.#size
    const scores = new Float64Array(count * size)
    for (let token = 0; token < count; token += 1) {
      const row = token * size
      for (let n = token * perToken; n < (token + 1) * perToken; n += 1) {
        const at = ((hashes[n] ?? 0) & (this.#buckets - 1)) * size
        for (let label = 0; label < size; label += 1)
          scores[row + label] = (scores[row + label] ?? 0) + (this.#weights[at + label] ?? 0)
      }
      for (let label = 0; label < size; label += 1)
        if (label !== gold[token]) scores[row + label] = (scores[row + label] ?? 0) + MARGIN
    }
    return scores
  }

  #traced(scores: Float64Array, from: Uint8Array, count: number): Uint8Array {
    const size = this.#size
    const said = new Uint8Array(count)
    const last = (count - 1) * size
    let best = 0
    for (let label = 1; label < size; label += 1)
      if ((scores[last + label] ?? 0) > (scores[last + best] ?? 0)) best = label
    for (let token = count - 1; token >= 0; token -= 1) {
      said[token] = best
      best = from[token * size + best] ?? 0
    }
    return said
  }
}
