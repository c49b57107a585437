import type { BoundCounter, BoundHistogram, Metrics } from '../kernel/metrics.ts'
import type { Log } from '../kernel/log.ts'
import type { FaultCode } from '../kernel/fault.ts'

/** A request that is over, as the log and the metrics know it. */
export interface OverRequest {
  readonly request: string
  readonly operation: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly status: number
  readonly code: FaultCode | 'ok'
  readonly durationMs: number
  readonly zone?: 'local' | 'private' | 'managed' | null
  readonly class?: 'public' | 'internal' | 'confidential' | 'restricted' | null
  readonly model?: string | null
  readonly promptTokens?: number
  readonly completionTokens?: number
}

interface Bound {
  readonly outcome: BoundCounter
  readonly duration: BoundHistogram
}

/** Writes one log line and the figures of every request; metric children are bound once per operation and outcome. */
export function createRequestFigures(log: Log, metrics: Metrics): (over: OverRequest) => void {
  const bound = new Map<string, Bound>()
  const boundTo = (route: string, outcome: string): Bound => {
    const key = `${route} ${outcome}`
    const known = bound.get(key)
    if (known) return known
    const fresh = {
      outcome: metrics.counter('freehold_http_requests_total').bind({ route, outcome }),
      duration: metrics.histogram('freehold_http_request_duration_seconds').bind({ route }),
    }
    bound.set(key, fresh)
    return fresh
  }
  return (over) => {
    const { outcome, duration } = boundTo(over.operation, over.code)
    outcome.inc()
    duration.observe(over.durationMs / 1000)
    if (over.model && over.zone) model(metrics, over, { model: over.model, zone: over.zone })
    log.info('request', {
      request: over.request,
      method: over.method,
      route: over.operation,
      status: over.status,
      ms: Math.round(over.durationMs * 100) / 100,
      zone: over.zone ?? null,
      class: over.class ?? null,
      code: over.code === 'ok' ? null : over.code,
    })
  }
}

function model(
  metrics: Metrics,
  over: OverRequest,
  where: { readonly model: string; readonly zone: string },
): void {
  const labels = { operation: 'chat', ...where }
  const seconds = metrics.histogram('gen_ai_client_operation_duration_seconds')
  seconds.bind({ ...labels, outcome: over.code }).observe(over.durationMs / 1000)
  const tokens = metrics.histogram('gen_ai_client_token_usage')
  tokens.bind({ ...labels, type: 'input' }).observe(over.promptTokens ?? 0)
  tokens.bind({ ...labels, type: 'output' }).observe(over.completionTokens ?? 0)
}
