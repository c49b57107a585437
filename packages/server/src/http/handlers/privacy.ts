import { knownLanguage } from '../../privacy/detect/language.ts'
import type { OpenDetection } from '../../privacy/detect/opening.ts'
import { ACTING_SCORE } from '../../privacy/detect/span.ts'
import type { Handlers } from './handlers.ts'

/** Finding personal data and secrets in a text, and who looks for them. */
export function privacyHandlers(
  detection: OpenDetection,
): Pick<Handlers, 'privacy.detect' | 'privacy.detectors'> {
  return {
    async 'privacy.detect'({ body: { text, language, minScore = ACTING_SCORE } }) {
      const spans = await detection.detect(text, { language: knownLanguage(language), key: null })
      const told = spans.filter(({ score }) => score >= minScore)
      return { entities: told.map(({ type, start, end, score }) => ({ type, start, end, score })) }
    },
    'privacy.detectors': async () => ({ detectors: detection.plugins.view() }),
  }
}
