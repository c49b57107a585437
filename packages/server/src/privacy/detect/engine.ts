import { createNameDetector } from '../names/name-detector.ts'
import { EMAIL } from '../recognisers/email.ts'
import type { Detector } from './detector.ts'
import type { Recogniser, ScanContext } from './recogniser.ts'
import type { Span } from './span.ts'

const RECOGNISERS: readonly Recogniser[] = [EMAIL]

/** All that this program finds by itself. */
export function createEngine(): Detector {
  const names = createNameDetector()
  return {
    id: 'engine',
    detect: (text, context) =>
      [...recognised(text, context), ...names.detect(text, context)].sort(
        (one, other) => one.start - other.start,
      ),
  }
}

function recognised(text: string, context: ScanContext): readonly Span[] {
  const spans: Span[] = []
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
