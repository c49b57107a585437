import { causeOf } from '../../kernel/cause.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { ShippingEvent } from './shipping.ts'
import type { WriteAheadEvent } from './write-ahead.ts'

export interface RecordsLog {
  writing(event: WriteAheadEvent): void
  shipping(event: ShippingEvent): void
}

/** Tells the operator in the log and the metrics how the records of requests fare. */
export function createRecordsLog(log: Log, metrics: Metrics): RecordsLog {
  const written = metrics.counter('freehold_records_written_total').bind({})
  const syncs = metrics.histogram('freehold_records_sync_seconds').bind({})
  return {
    writing(event) {
      switch (event.event) {
        case 'records.written':
          return written.inc(event.lines)
        case 'records.synced':
          return syncs.observe(event.seconds)
        case 'records.failed':
          return log.error(event.event, { during: event.during, code: codeOf(event.error) })
        case 'records.full':
          return log.error(event.event, { freeBytes: event.freeBytes })
        case 'records.works_again':
          return log.info(event.event, {})
        case 'records.recovered': {
          const { lines, cutBytes, closed, ms } = event
          return log.info(event.event, { lines, cutBytes, closed, ms })
        }
        case 'records.damaged': {
          const { damage, path, fromOffset, toOffset } = event
          return log.error(event.event, { damage, path, fromOffset, toOffset })
        }
      }
    },
    shipping(event) {
      switch (event.event) {
        case 'records.ship_failed': {
          const { name, code } = causeOf(event.error)
          return log.warn(event.event, { name, code, retryInMs: event.retryInMs })
        }
        case 'records.ship_resumed':
          return log.info(event.event, { attempts: event.attempts })
        case 'records.tenant_gone':
          return log.warn(event.event, { lines: event.lines })
        case 'records.line_refused':
          return log.error(event.event, { request: event.request, code: event.code })
      }
    },
  }
}

const codeOf = (error: unknown): string => causeOf(error).code ?? 'unknown'
