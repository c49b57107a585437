import type { Metrics } from '../kernel/metrics.ts'
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

/** Writes one log line and the figures of every request; metric children are bound once per set of labels. */
export function createRequestFigures(log: Log, metrics: Metrics): (over: OverRequest) => void {
  const ofRoute = boundOnce((route: string, outcome: string) => ({
    outcome: metrics.counter('freehold_http_requests_total').bind({ route, outcome }),
    duration: metrics.histogram('freehold_http_request_duration_seconds').bind({ route }),
  }))
  const ofModel = boundOnce((model: string, zone: string, outcome: string) =>
    modelFigures(metrics, { model, zone, outcome }),
  )
  return (over) => {
    const seconds = over.durationMs / 1000
    const { outcome, duration } = ofRoute(over.operation, over.code)
    outcome.inc()
    duration.observe(seconds)
    if (over.model && over.zone) {
      const figures = ofModel(over.model, over.zone, over.code)
      figures.duration.observe(seconds)
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
  }
}

function modelFigures(
  metrics: Metrics,
  { outcome, ...where }: { readonly model: string; readonly zone: string; readonly outcome: string },
) {
  const labels = { operation: 'chat', ...where }
  const tokens = metrics.histogram('gen_ai_client_token_usage')
  return {
    duration: metrics.histogram('gen_ai_client_operation_duration_seconds').bind({ ...labels, outcome }),
    input: tokens.bind({ ...labels, type: 'input' }),
    output: tokens.bind({ ...labels, type: 'output' }),
  }
}

/** Remembers what `bind` made for the same words; the words are names of ours, so there are few. */
function boundOnce<Words extends readonly string[], Child>(
  bind: (...words: Words) => Child,
): (...words: Words) => Child {
  const known = new Map<string, Child>()
  return (...words) => {
    const key = words.join(' ')
    const found = known.get(key)
    if (found !== undefined) return found
    const child = bind(...words)
    known.set(key, child)
    return child
  }
}
