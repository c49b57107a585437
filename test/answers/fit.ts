/** The sentences that might answer one question. */
export interface RankedGroup {
  readonly isAnswerable: boolean
  readonly candidates: readonly {
    readonly vector: readonly number[]
    /** Part of the score that is not learned. */
    readonly offset: number
    readonly isRight: boolean
  }[]
}

const STEPS = 1500
const RATE = 0.5
/** Keeps the weights small; without it the few examples would be learned by heart. */
const DECAY = 0.002

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)

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
        const pull = (isRight ? power / right : 0) - power / all
        for (const [feature, value] of vector.entries()) into[feature] = (into[feature] ?? 0) + pull * value
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
  const examples = groups.flatMap(({ isAnswerable, candidates }) => {
    const ranked = candidates
      .filter(({ isRight }) => isRight === isAnswerable)
      .toSorted((a, b) => dot(b.vector, ranks) + b.offset - dot(a.vector, ranks) - a.offset)
    const top = ranked[0]
    return top
      ? [
          {
            vector: [...top.vector.map((value, at) => (telling[at] ? value : 0)), 1],
            target: isAnswerable ? 1 : 0,
          },
        ]
      : []
  })
  const right = examples.reduce((sum, { target }) => sum + target, 0)
  const prior = [...ranks, 0].map(() => 0)
  return ascend(prior, examples.length, (weights, into) => {
    for (const { vector, target } of examples) {
      const said = 1 / (1 + Math.exp(-dot(vector, weights)))
      // Both kinds weigh the same, however many there are of each.
      const weight = examples.length / (2 * (target === 1 ? right : examples.length - right))
      for (const [feature, value] of vector.entries())
        into[feature] = (into[feature] ?? 0) + weight * (target - said) * value
    }
  })
}
