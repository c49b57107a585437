import type { Detector } from '../../detect/detector.ts'
import { ACTING_SCORE } from '../../detect/span.ts'
import type { LabelledText } from './labelled-text.ts'

/** How a detector did on labelled texts. `strict` counts exact spans, `recall` secrets that are covered whole. */
export interface Score {
  readonly recall: number
  readonly precision: number
  readonly strict: number
  readonly decoys: number
  readonly faults: readonly string[]
}

export function score(detector: Detector, texts: readonly LabelledText[]): Score {
  const sums = { gold: 0, covered: 0, exact: 0, spans: 0, right: 0, decoys: 0, flagged: 0 }
  const faults: string[] = []
  for (const { carrier, text, secrets } of texts) {
    const spans = detector
      .detect(text, { language: null, key: null })
      .filter((span) => span.score >= ACTING_SCORE)
    const missed = secrets.filter(
      (gold) => !spans.some(({ start, end }) => start <= gold.start && end >= gold.end),
    )
    const wrong = spans.filter(
      ({ start, end }) => !secrets.some((gold) => start < gold.end && end > gold.start),
    )
    const exact = secrets.filter((gold) =>
      spans.some(({ start, end }) => start === gold.start && end === gold.end),
    )
    sums.gold += secrets.length
    sums.covered += secrets.length - missed.length
    sums.exact += exact.length
    sums.spans += spans.length
    sums.right += spans.length - wrong.length
    if (secrets.length === 0) sums.decoys += 1
    if (secrets.length === 0 && spans.length > 0) sums.flagged += 1
    if (exact.length < secrets.length || spans.length > exact.length) {
      faults.push(
        `${carrier}: ${text} → ${JSON.stringify(spans.map(({ start, end, source }) => [text.slice(start, end), source]))}`,
      )
    }
  }
  return {
    recall: sums.covered / Math.max(1, sums.gold),
    precision: sums.right / Math.max(1, sums.spans),
    strict: (2 * sums.exact) / Math.max(1, sums.gold + sums.spans),
    decoys: sums.flagged / Math.max(1, sums.decoys),
    faults,
  }
}
