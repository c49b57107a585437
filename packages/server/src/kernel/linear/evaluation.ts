import type { Classifier, Example } from './classifier.ts'

export interface LabelRecall {
  readonly label: string
  readonly examples: number
  readonly right: number
}

export interface Evaluation {
  readonly examples: number
  /** Share of the examples whose label was guessed. */
  readonly accuracy: number
  readonly outOfScope: {
    readonly examples: number
    /** Chance that an example of a label scores above one of none; null without any such example. */
    readonly auroc: number | null
  }
  /** All labels, the least recognised first. */
  readonly labels: readonly LabelRecall[]
}

/** Area under the ROC curve by ranks (Mann and Whitney); equal scores count half. Null when one side is empty. */
export function auroc(inside: readonly number[], outside: readonly number[]): number | null {
  if (inside.length === 0 || outside.length === 0) return null
  const all = [
    ...inside.map((score) => ({ score, isInside: true })),
    ...outside.map((score) => ({ score, isInside: false })),
  ].toSorted((a, b) => a.score - b.score)
  let ranks = 0
  for (let from = 0; from < all.length;) {
    let until = from
    while (until < all.length && all[until]?.score === all[from]?.score) until++
    const rank = (from + 1 + until) / 2
    for (let at = from; at < until; at++) if (all[at]?.isInside) ranks += rank
    from = until
  }
  const pairs = inside.length * outside.length
  return (ranks - (inside.length * (inside.length + 1)) / 2) / pairs
}

/** How well a model does on examples that it has not seen; `outside` are texts of none of its labels. */
export function evaluate(
  model: Classifier,
  examples: readonly Example[],
  outside: readonly string[],
): Evaluation {
  const labels = new Map<string, { examples: number; right: number }>()
  const scores: number[] = []
  let right = 0
  for (const { text, label } of examples) {
    const guess = model.guess(text)
    scores.push(guess.score)
    const count = labels.get(label) ?? { examples: 0, right: 0 }
    labels.set(label, count)
    count.examples++
    if (guess.label !== label) continue
    count.right++
    right++
  }
  return {
    examples: examples.length,
    accuracy: examples.length > 0 ? right / examples.length : 0,
    outOfScope: {
      examples: outside.length,
      auroc: auroc(
        scores,
        outside.map((text) => model.guess(text).score),
      ),
    },
    labels: [...labels]
      .map(([label, { examples, right }]) => ({ label, examples, right }))
      .toSorted((a, b) => a.right / a.examples - b.right / b.examples || (a.label < b.label ? -1 : 1)),
  }
}
