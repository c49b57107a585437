import type { SentenceFeatures } from './sentence-features.ts'
import { SENTENCE_FEATURES } from './sentence-features.ts'
import { ANSWER_WEIGHTS, SENTENCE_WEIGHTS } from './sentence-weights.ts'

function sumOf(features: SentenceFeatures, weights: SentenceFeatures): number {
  return SENTENCE_FEATURES.reduce((sum, name) => sum + features[name] * weights[name], 0)
}

/** Orders the sentences that might answer a question. */
export function rankScore(features: SentenceFeatures): number {
  return sumOf(features, SENTENCE_WEIGHTS)
}

/** How likely a sentence answers its question, between 0 and 1. */
export function answerChance(features: SentenceFeatures): number {
  return 1 / (1 + Math.exp(-ANSWER_WEIGHTS.bias - sumOf(features, ANSWER_WEIGHTS)))
}
