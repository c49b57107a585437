import type { Example } from './classifier.ts'
import { Classifier, trainClassifier } from './classifier.ts'

/** How sure a guess must be. */
export interface IntentBounds {
  /** How far its probability must be above the next intent's. */
  readonly margin: number
  /** Its least score; what is like none of the examples stays below. */
  readonly score: number
}

/** Found on authored examples: of texts of none of the intents nine in ten stay below one of them. */
export const INTENT_BOUNDS: IntentBounds = { margin: 0.35, score: 1.2 }

/** Says what somebody wants; null when it is none of the intents, or could be several. */
export interface IntentRouter {
  route(text: string, bounds?: IntentBounds): string | null
}

/**
 * Learns when it is first asked, so that nothing waits for it at the start, and again when `examples` gives another
 * list. Some hundred examples take a few milliseconds.
 */
export function createIntentRouter(
  examples: () => readonly Example[],
  usual: IntentBounds = INTENT_BOUNDS,
): IntentRouter {
  let learned: { readonly from: readonly Example[]; readonly model: Classifier } | null = null
  return {
    route(text, { margin, score } = usual) {
      const from = examples()
      if (from.length === 0) return null
      if (learned?.from !== from) learned = { from, model: new Classifier(trainClassifier(from)) }
      const guess = learned.model.guess(text)
      return guess.margin >= margin && guess.score >= score ? guess.label : null
    },
  }
}
