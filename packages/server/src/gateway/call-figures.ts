import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { boundOnce } from '../kernel/metrics.ts'
import type { CallFigures } from './call.ts'

/** Outcomes that say nothing against the target. */
const NO_FAILURE: ReadonlySet<string> = new Set(['ok', 'client_left', 'revoked', 'lost'])

/** Counts the calls to targets and logs the failed ones; children are bound once per target and outcome. */
export function createCallFigures(log: Log, metrics: Metrics): CallFigures {
  const ofTarget = boundOnce((target) => ({
    firstByte: metrics.histogram('freehold_target_first_byte_seconds').bind({ target }),
    inZone: boundOnce((zone) => ({
      egress: metrics.counter('freehold_egress_bytes_total').bind({ target, zone }),
      attempts: boundOnce((outcome) =>
        metrics.counter('freehold_target_attempts_total').bind({ target, zone, outcome }),
      ),
    })),
  }))
  const spared = boundOnce((target) =>
    boundOnce((reason) => metrics.counter('freehold_target_spared_total').bind({ target, reason })),
  )
  const retried = boundOnce((target) =>
    boundOnce((outcome) => metrics.counter('freehold_retries_total').bind({ target, outcome })),
  )
  const hedged = boundOnce((target) =>
    boundOnce((outcome) => metrics.counter('freehold_hedges_total').bind({ target, outcome })),
  )
  return {
    spared: (target, reason) => spared(target)(reason).inc(),
    hedged: (target, outcome) => hedged(target)(outcome).inc(),
    retried: (target, outcome) => retried(target)(outcome).inc(),
    attempt({ request, target, zone, outcome, bytes, firstByteMs, startedMs, trace }) {
      trace?.called({ target, zone, outcome, bytes, firstByteMs, startedMs })
      const { firstByte, inZone } = ofTarget(target)
      const { egress, attempts } = inZone(zone)
      attempts(outcome).inc()
      if (zone !== 'local') egress.inc(bytes)
      if (firstByteMs !== null) firstByte.observe(firstByteMs / 1000)
      if (NO_FAILURE.has(outcome)) return
      const status = Number(outcome)
      const isStatus = Number.isInteger(status)
      log.warn('target.failed', {
        request,
        target,
        code: isStatus ? 'status' : outcome,
        status: isStatus ? status : 0,
      })
    },
  }
}
