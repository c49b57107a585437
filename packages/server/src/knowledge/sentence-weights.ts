import type { FeatureName } from './sentence-features.ts'

/** Learned from the questions in test/answers, as docs/extract-1.md says, like all that follows. A sentence's rank among those that might answer. */
export const SENTENCE_WEIGHTS: Readonly<Record<FeatureName, number>> = {
  own: 2.73,
  around: 2.85,
  rest: 3.49,
  unsaid: -1.49,
  pairs: 2.34,
  held: 1.67,
  form: 1.85,
  lacksFigure: -2.27,
  lacksWords: 0.42,
  near: 1.77,
  fresh: 0.83,
  repeats: -2.45,
  wide: -0.54,
  passage: 3.1,
  defines: 1.5,
}

/** Whether the best sentence answers at all: a logistic regression. */
export const ANSWER_WEIGHTS: Readonly<Record<FeatureName | 'bias', number>> = {
  own: 1.75,
  around: 1.87,
  rest: 2.36,
  unsaid: -1.23,
  pairs: 0.88,
  held: 1.62,
  form: 0.63,
  lacksFigure: -1.92,
  lacksWords: 0.28,
  near: 0.0,
  fresh: 0.0,
  repeats: -0.73,
  wide: 0.0,
  passage: 0.0,
  defines: 0.0,
  bias: -2.89,
}
