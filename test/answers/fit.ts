/** The sentences that might answer one question. */
export interface RankedGroup {
  /** `missing`: the detail is not there, where the rest is; `elsewhere`: nothing of it is. */
  readonly answer: 'there' | 'missing' | 'elsewhere'
  readonly candidates: readonly {
    readonly vector: readonly number[]
    /** Part of the score that is not learned. */
    readonly offset: number
    readonly isRight: boolean
  }[]
}

const STEPS = 1500
const RATE = 0.5
/** How much each kind of question counts, however many there are of it. */
const MASS = { there: 0.5, missing: 0.4, elsewhere: 0.1 } as const
/** Keeps the weights small; without it the few examples would be learned by heart. */
const DECAY = 0.002

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0)
  return sum
}

function addTo(into: number[], vector: readonly number[], times: number): void {
  if (times === 0) return
  for (let at = 0; at < vector.length; at++) into[at] = (into[at] ?? 0) + times * (vector[at] ?? 0)
}

/** Gradient ascent with weights that decay towards `prior`; `gradient` adds its part for the weights into `into`. */
function ascend(
  prior: readonly number[],
  count: number,
  gradient: (weights: readonly number[], into: number[]) => void,
): number[] {
  const weights = [...prior]
  for (let step = 0; step < STEPS; step++) {
    const into = weights.map(() => 0)
    gradient(weights, into)
    for (const [at, change] of into.entries())
      weights[at] =
        (weights[at] ?? 0) + RATE * (change / count - DECAY * ((weights[at] ?? 0) - (prior[at] ?? 0)))
  }
  return weights
}

/** Weights under which the right sentences come first: softmax over the sentences of each question. */
export function fitRanks(groups: readonly RankedGroup[], prior: readonly number[]): number[] {
  const usable = groups.filter(({ candidates }) => candidates.some(({ isRight }) => isRight))
  return ascend(prior, usable.length, (weights, into) => {
    for (const { candidates } of usable) {
      const scores = candidates.map(({ vector, offset }) => dot(vector, weights) + offset)
      const most = Math.max(...scores)
      const powers = scores.map((score) => Math.exp(score - most))
      const all = powers.reduce((sum, power) => sum + power, 0)
      const right = powers.reduce((sum, power, at) => sum + (candidates[at]?.isRight ? power : 0), 0)
      for (const [at, { vector, isRight }] of candidates.entries()) {
        const power = powers[at] ?? 0
        addTo(into, vector, (isRight ? power / right : 0) - power / all)
      }
    }
  })
}

/** Weights and, last, a bias that tell an answer from the best sentence of a question without one. */
export function fitChance(
  groups: readonly RankedGroup[],
  ranks: readonly number[],
  telling: readonly boolean[],
): number[] {
  const examples = groups.flatMap(({ answer, candidates }) => {
    const isThere = answer === 'there'
    const ranked = candidates
      .filter(({ isRight }) => isRight === isThere)
      .toSorted((a, b) => dot(b.vector, ranks) + b.offset - dot(a.vector, ranks) - a.offset)
    const top = ranked[0]
    if (!top) return []
    const vector = [...top.vector.map((value, at) => (telling[at] ? value : 0)), 1]
    return [{ answer, vector, target: isThere ? 1 : 0 }]
  })
  const counts = { there: 0, missing: 0, elsewhere: 0 }
  for (const { answer } of examples) counts[answer]++
  const prior = [...ranks, 0].map(() => 0)
  return ascend(prior, examples.length, (weights, into) => {
    for (const { answer, vector, target } of examples) {
      const said = 1 / (1 + Math.exp(-dot(vector, weights)))
      const weight = (examples.length * MASS[answer]) / counts[answer]
      addTo(into, vector, weight * (target - said))
    }
  })
}
