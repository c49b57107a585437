import type { Features } from './features.ts'

/** Learning rate of each pass over the examples. */
const RATES: readonly number[] = [2, 2, 2, 1, 1, 0.5, 0.5, 0.25]
/** A class that is as good as ruled out learns nothing from the example; leaving it out halves the time. */
const NEGLIGIBLE = 3e-4

/** One example: its features and the number of its class. */
export interface Lesson {
  readonly features: Features
  readonly label: number
}

export interface Training {
  readonly buckets: number
  readonly classes: number
  /** The same seed gives the same weights everywhere. */
  readonly seed: number
}

/** Numbers from 0 to below 1 that are the same everywhere (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Fisher and Yates, in place. */
function shuffle(order: Uint32Array, next: () => number): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1))
    const kept = order[last] ?? 0
    order[last] = order[other] ?? 0
    order[other] = kept
  }
}

/**
 * Scores of all classes into `into`. Weights lie bucket by bucket, so that a feature touches one run of memory; four
 * features at a time, because the sums would else be read and written once for each.
 */
export function scoresOf(weights: Float32Array, { at, value }: Features, into: Float64Array): void {
  const classes = into.length
  const whole = at.length - (at.length % 4)
  into.fill(0)
  for (let entry = 0; entry < whole; entry += 4) {
    const from0 = (at[entry] ?? 0) * classes
    const from1 = (at[entry + 1] ?? 0) * classes
    const from2 = (at[entry + 2] ?? 0) * classes
    const from3 = (at[entry + 3] ?? 0) * classes
    const times0 = value[entry] ?? 0
    const times1 = value[entry + 1] ?? 0
    const times2 = value[entry + 2] ?? 0
    const times3 = value[entry + 3] ?? 0
    for (let label = 0; label < classes; label++)
      into[label] =
        (into[label] ?? 0) +
        times0 * (weights[from0 + label] ?? 0) +
        times1 * (weights[from1 + label] ?? 0) +
        times2 * (weights[from2 + label] ?? 0) +
        times3 * (weights[from3 + label] ?? 0)
  }
  for (let entry = whole; entry < at.length; entry++) {
    const from = (at[entry] ?? 0) * classes
    const times = value[entry] ?? 0
    for (let label = 0; label < classes; label++)
      into[label] = (into[label] ?? 0) + times * (weights[from + label] ?? 0)
  }
}

/** Turns scores into probabilities, in place. */
export function soften(scores: Float64Array): void {
  let most = -Infinity
  for (const score of scores) if (score > most) most = score
  let sum = 0
  for (let label = 0; label < scores.length; label++) {
    const power = Math.exp((scores[label] ?? 0) - most)
    scores[label] = power
    sum += power
  }
  for (let label = 0; label < scores.length; label++) scores[label] = (scores[label] ?? 0) / sum
}

/** Softmax regression by stochastic gradient descent, one example at a time. */
export function trainSoftmax(lessons: readonly Lesson[], { buckets, classes, seed }: Training): Float32Array {
  const weights = new Float32Array(buckets * classes)
  const order = Uint32Array.from(lessons.keys())
  const next = seeded(seed)
  const scores = new Float64Array(classes)
  const steps = new Float64Array(classes)
  const moving = new Uint32Array(classes)
  for (const rate of RATES) {
    shuffle(order, next)
    for (const number of order) {
      const lesson = lessons[number]
      if (!lesson) continue
      scoresOf(weights, lesson.features, scores)
      soften(scores)
      let count = 0
      for (let label = 0; label < classes; label++) {
        const gap = (scores[label] ?? 0) - (label === lesson.label ? 1 : 0)
        if (gap < NEGLIGIBLE && gap > -NEGLIGIBLE) continue
        steps[count] = rate * gap
        moving[count++] = label
      }
      const { at, value } = lesson.features
      for (let entry = 0; entry < at.length; entry++) {
        const from = (at[entry] ?? 0) * classes
        const times = value[entry] ?? 0
        for (let move = 0; move < count; move++) {
          const place = from + (moving[move] ?? 0)
          weights[place] = (weights[place] ?? 0) - (steps[move] ?? 0) * times
        }
      }
    }
  }
  return weights
}
