import { EMAIL } from '../recognisers/email.ts'
import { NATIONAL_IDS } from '../recognisers/national/all.ts'
import { createSecretDetector } from '../secrets/secret-detector.ts'
import type { Detector } from './detector.ts'
import type { Recogniser, ScanContext } from './recogniser.ts'
import type { Span } from './span.ts'

const RECOGNISERS: readonly Recogniser[] = [EMAIL, ...NATIONAL_IDS]
const SECRETS = createSecretDetector()

/** All that this program finds by itself. */
export const createEngine = (): Detector => ({ id: 'engine', detect })

function detect(text: string, context: ScanContext): readonly Span[] {
  const spans: Span[] = [...SECRETS.detect(text, context)]
  for (let at = 0; at < text.length; at += 1) {
    for (const recogniser of RECOGNISERS) {
      const { id, type, starts, pattern } = recogniser
      if (!starts.test(text[at] ?? '')) continue
      pattern.lastIndex = at
      const value = pattern.exec(text)?.[0]
      if (value === undefined) continue
      const verdict = recogniser.judge({ value, text, start: at, end: at + value.length, context })
      if (verdict !== null) spans.push({ start: at, end: at + value.length, type, source: id, ...verdict })
    }
  }
  return spans
}
