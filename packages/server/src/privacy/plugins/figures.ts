import type { Metrics } from '../../kernel/metrics.ts'
import type { FailureCode } from './plugin.ts'

/** What one detector has done: counts and times, never a value. */
export interface Figures {
  readonly calls: number
  readonly failures: number
  readonly lastFailure: FailureCode | null
  /** Finds of types that mean nothing here. */
  ignored: number
  answered(seconds: number): void
  failed(code: FailureCode): void
  /** A search went on without it. */
  missed(): void
}

export function figuresIn(metrics: Metrics, detector: string): Figures {
  const calls = metrics.counter('freehold_privacy_detector_calls_total')
  const seconds = metrics.histogram('freehold_privacy_detector_seconds').bind({ detector })
  const done = { calls: 0, failures: 0, ignored: 0, lastFailure: null as FailureCode | null }
  return Object.assign(done, {
    answered(took: number) {
      done.calls += 1
      calls.bind({ detector, outcome: 'ok' }).inc()
      seconds.observe(took)
    },
    missed: () => metrics.counter('freehold_privacy_detector_missed_total').bind({ detector }).inc(),
    failed(code: FailureCode) {
      done.calls += 1
      done.failures += 1
      // What it was left alone for says more.
      if (code !== 'away') done.lastFailure = code
      calls.bind({ detector, outcome: code }).inc()
    },
  })
}
