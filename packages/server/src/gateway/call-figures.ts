import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { CallFigures } from './call.ts'

/** Counts the calls to targets and logs the failed ones; children are bound once per target and outcome. */
export function createCallFigures(log: Log, metrics: Metrics): CallFigures {
  const ofTarget = new Map<string, ReturnType<typeof figuresOf>>()
  const figuresOf = (target: string, zone: 'private' | 'managed') => ({
    firstByte: metrics.histogram('freehold_target_first_byte_seconds').bind({ target }),
    egress: metrics.counter('freehold_egress_bytes_total').bind({ target, zone }),
    attempts: new Map<string, { readonly inc: () => void }>(),
  })
  return {
    attempt({ request, target, zone, outcome, bytes, firstByteMs }) {
      let figures = ofTarget.get(target)
      if (figures === undefined) ofTarget.set(target, (figures = figuresOf(target, zone)))
      let attempts = figures.attempts.get(outcome)
      if (attempts === undefined) {
        attempts = metrics.counter('freehold_target_attempts_total').bind({ target, zone, outcome })
        figures.attempts.set(outcome, attempts)
      }
      attempts.inc()
      figures.egress.inc(bytes)
      if (firstByteMs !== null) figures.firstByte.observe(firstByteMs / 1000)
      if (outcome === 'ok' || outcome === 'client_left') return
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
