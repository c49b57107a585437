import type { FeatureName } from './sentence-features.ts'

/** Learned by `node test/answers/train.ts`, like all that follows. A sentence's rank among those that might answer. */
export const SENTENCE_WEIGHTS: Readonly<Record<FeatureName, number>> = {
  own: 2.73,
  around: 3.06,
  rest: 3.4,
  unsaid: -1.64,
  pairs: 2.18,
  form: 1.41,
  lacksFigure: -1.74,
  lacksWords: 0.33,
  near: 2.01,
  fresh: 0.86,
  repeats: -2.48,
  wide: -0.55,
  passage: 3.35,
  defines: 1.5,
}

/** Whether the best sentence answers at all: a logistic regression. */
export const ANSWER_WEIGHTS: Readonly<Record<FeatureName | 'bias', number>> = {
  own: 2.04,
  around: 2.39,
  rest: 2.57,
  unsaid: -0.97,
  pairs: 1.28,
  form: 0.65,
  lacksFigure: -2.42,
  lacksWords: 0.27,
  near: 0.0,
  fresh: 0.0,
  repeats: -0.58,
  wide: 0.0,
  passage: 0.0,
  defines: 0.0,
  bias: -2.63,
}
