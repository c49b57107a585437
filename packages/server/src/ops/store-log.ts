import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { StoreEvent } from '../store/open.ts'

export interface StoreLog {
  readonly event: (event: StoreEvent) => void
  /** The verdict of the readiness probe has turned. */
  readonly reachable: (isReachable: boolean) => void
}

/** Tells the operator in the log and the metrics what the store reports. */
export function createStoreLog(log: Log, metrics: Metrics): StoreLog {
  const restarts = metrics.counter('freehold_database_restarts_total').bind({})
  return {
    event(event) {
      if (event.event === 'database.started')
        log.info(event.event, { pid: event.pid, major: event.major, ms: event.tookMs })
      else if (event.event === 'database.leftover') log.warn(event.event, { pid: event.pid })
      else if (event.event === 'database.exited') {
        restarts.inc()
        log.error(event.event, { code: event.code, signal: event.signal, restartInMs: event.restartInMs })
      } else if (event.event === 'database.restart_failed')
        log.error(event.event, { restartInMs: event.restartInMs })
      else if (event.event === 'schema.migrated')
        log.info(event.event, { version: event.version, applied: event.applied })
      else log.info(event.event, {})
    },
    reachable: (isReachable) =>
      isReachable ? log.info('database.reachable', {}) : log.error('database.unreachable', {}),
  }
}
