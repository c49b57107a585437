import type { Gateway } from '../../gateway/gateway.ts'
import { Fault } from '../../kernel/fault.ts'
import { knownLanguage } from '../../privacy/detect/language.ts'
import type { OpenDetection } from '../../privacy/detect/opening.ts'
import { ACTING_SCORE } from '../../privacy/detect/span.ts'
import type { Handlers } from './handlers.ts'

/** Finding personal data, secrets and the terms of the caller's tenant in a text, and who looks for them. */
export function privacyHandlers(
  detection: OpenDetection,
  { dictionaries }: Pick<Gateway['privacy'], 'dictionaries'>,
): Pick<Handlers, 'privacy.detect' | 'privacy.detectors'> {
  return {
    async 'privacy.detect'({ caller, body: { text, language, minScore = ACTING_SCORE } }) {
      const { dictionary } = await termsOf(() => dictionaries.of(caller.tenant))
      const context = { language: knownLanguage(language), key: null }
      const spans = await detection.detect(text, context, dictionary)
      const told = spans.filter(({ score }) => score >= minScore)
      return { entities: told.map(({ type, start, end, score }) => ({ type, start, end, score })) }
    },
    'privacy.detectors': async () => ({ detectors: detection.plugins.view() }),
  }
}

/** @throws Fault `unavailable`: without them something would be missing in the answer */
async function termsOf<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw new Fault('unavailable', 'The dictionaries of your tenant cannot be read. Ask the operator.', {
      cause,
    })
  }
}
