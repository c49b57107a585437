import type { Clock } from '../../kernel/clock.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { RunnerRooms } from './runner.ts'

/** What sources did, in the metrics. */
export function countSources(metrics: Metrics, clock: Clock): RunnerRooms['figures'] {
  const items = metrics.counter('freehold_source_items_total')
  const runs = metrics.counter('freehold_source_runs_total')
  const success = metrics.gauge('freehold_source_success_seconds')
  return {
    item: (outcome) => items.bind({ outcome }).inc(),
    ran(source, code) {
      runs.bind({ outcome: code }).inc()
      if (code === 'ok') success.bind({ source }).set(Math.round(clock.now() / 1000))
    },
  }
}
