import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { boundOnce } from '../kernel/metrics.ts'
import { causeOf } from '../kernel/cause.ts'
import type { KeyServiceFigure } from '../store/keys/key-service.ts'
import type { StoreEvent } from '../store/open.ts'
import type { ObjectFigure } from '../store/s3/object-client.ts'

export interface StoreLog {
  readonly event: (event: StoreEvent) => void
  /** The verdict of the readiness probe has turned. */
  readonly reachable: (isReachable: boolean) => void
  /** The same of the object store. */
  readonly blobsReachable: (isReachable: boolean) => void
  /** A request to the object store is over. */
  readonly object: (figure: ObjectFigure) => void
  /** A call to the service that keeps the root key is over. */
  readonly keyService: (figure: KeyServiceFigure) => void
}

/** Tells the operator in the log and the metrics what the store reports. */
export function createStoreLog(log: Log, metrics: Metrics): StoreLog {
  const restarts = metrics.counter('freehold_database_restarts_total').bind({})
  const listening = metrics.gauge('freehold_identity_listening').bind({})
  const ofOperation = boundOnce((operation) => ({
    seconds: metrics.histogram('freehold_blobs_request_seconds').bind({ operation }),
    outcome: boundOnce((outcome) =>
      metrics.counter('freehold_blobs_requests_total').bind({ operation, outcome }),
    ),
  }))
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
      else if (event.event === 'tenant_database.down') {
        const { name, code } = causeOf(event.error)
        log.error(event.event, { tenant: event.tenant, name, code })
      } else if (event.event === 'tenant_database.up') log.info(event.event, { tenant: event.tenant })
      else if (event.event === 'keys.follow_failed') {
        const { name, code } = causeOf(event.error)
        log.warn(event.event, { name, code })
      } else if (event.event === 'database.listening') {
        listening.set(event.isListening ? 1 : 0)
        if (event.isListening) log.info(event.event, {})
        else log.warn('database.not_listening', {})
      } else log.info(event.event, {})
    },
    reachable: (isReachable) =>
      isReachable ? log.info('database.reachable', {}) : log.error('database.unreachable', {}),
    blobsReachable: (isReachable) =>
      isReachable ? log.info('blobs.reachable', {}) : log.error('blobs.unreachable', {}),
    object({ operation, outcome, ms, failure }) {
      const figures = ofOperation(operation)
      figures.outcome(outcome).inc()
      figures.seconds.observe(ms / 1000)
      // A probe that fails again and again says so once, when the verdict turns.
      if (failure !== null && operation !== 'probe') log.warn('blobs.failed', { operation, ...failure })
    },
    keyService({ operation, outcome, ms }) {
      metrics.counter('freehold_key_service_requests_total').bind({ operation, outcome }).inc()
      metrics
        .histogram('freehold_key_service_request_seconds')
        .bind({ operation })
        .observe(ms / 1000)
      if (outcome !== 'ok') log.warn('keys.service_failed', { operation, outcome })
    },
  }
}
