import type { Metrics } from '../../kernel/metrics.ts'
import type { Detection } from './detection.ts'
import { createDetection } from './detection.ts'
import { createLazyEngine } from './engine.ts'
import { ACTING_SCORE } from './span.ts'

/** Detection with all that this program finds by itself; what it found goes by type into the metrics, never a value. */
export function openDetection(metrics: Metrics): Detection {
  const found = metrics.counter('freehold_privacy_found_total')
  const seconds = metrics.histogram('freehold_privacy_scan_seconds').bind({})
  return createDetection({
    engine: createLazyEngine(),
    scanned(spans, ms) {
      seconds.observe(ms / 1000)
      const counts = new Map<string, number>()
      for (const { type, score } of spans) {
        if (score >= ACTING_SCORE) counts.set(type, (counts.get(type) ?? 0) + 1)
      }
      for (const [type, count] of counts) found.bind({ type }).inc(count)
    },
  })
}
