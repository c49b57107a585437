import type { Metrics } from '../kernel/metrics.ts'
import { boundOnce } from '../kernel/metrics.ts'
import type { Log } from '../kernel/log.ts'
import type { Trace } from '../kernel/trace.ts'
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
  readonly trace?: Trace | null
}

/** Writes one log line and the figures of every request; metric children are bound once per set of labels. `also` hears of it afterwards. */
export function createRequestFigures(
  log: Log,
  metrics: Metrics,
  also: ((over: OverRequest) => void) | null = null,
): (over: OverRequest) => void {
  const ofRoute = boundOnce((route) => ({
    duration: metrics.histogram('freehold_http_request_duration_seconds').bind({ route }),
    outcome: boundOnce((outcome) => metrics.counter('freehold_http_requests_total').bind({ route, outcome })),
  }))
  const ofModel = boundOnce((model) => boundOnce((zone) => modelFigures(metrics, model, zone)))
  return (over) => {
    const seconds = over.durationMs / 1000
    const route = ofRoute(over.operation)
    route.outcome(over.code).inc()
    route.duration.observe(seconds)
    if (over.model && over.zone) {
      const figures = ofModel(over.model)(over.zone)
      figures.duration(over.code).observe(seconds)
      figures.input.observe(over.promptTokens ?? 0)
      figures.output.observe(over.completionTokens ?? 0)
    }
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
    also?.(over)
  }
}

function modelFigures(metrics: Metrics, model: string, zone: string) {
  const labels = { operation: 'chat', model, zone }
  const seconds = metrics.histogram('gen_ai_client_operation_duration_seconds')
  const tokens = metrics.histogram('gen_ai_client_token_usage')
  return {
    duration: boundOnce((outcome) => seconds.bind({ ...labels, outcome })),
    input: tokens.bind({ ...labels, type: 'input' }),
    output: tokens.bind({ ...labels, type: 'output' }),
  }
}
