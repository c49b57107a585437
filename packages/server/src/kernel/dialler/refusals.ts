import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Refusal } from './dialler.ts'

/** Counts and logs what a dialler refused. */
export function tellRefusals(log: Log, metrics: Metrics): (refusal: Refusal) => void {
  const refused = metrics.counter('freehold_dial_refused_total')
  return ({ target, reason }) => {
    refused.bind({ reason }).inc()
    log.warn('dial.refused', { target, reason })
  }
}
