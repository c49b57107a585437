import type { DataClass } from '@freehold/contract/data-class.ts'
import type { BoundGauge } from '../kernel/metrics.ts'
import type { RequestRecord } from './answer.ts'
import type { DataOperation } from './data-path.ts'
import type { Exchange, Outcome } from './exchange.ts'
import type { Zone } from './reply.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof METHODS)[number]

/** The method as the log and the metrics know it: what is not one of these counts as GET, like HEAD. */
export function methodOf({ method }: { readonly method?: string | undefined }): Method {
  return METHODS.find((known) => known === method) ?? 'GET'
}

/** What is known of a request when it is over. No content: ids, words of ours and figures. */
export interface SettledRequest {
  readonly request: string
  readonly operation: DataOperation | 'unknown'
  readonly method: Method
  readonly status: number
  readonly code: Outcome['code']
  readonly durationMs: number
  readonly zone: Zone | null
  readonly class: DataClass | null
  readonly model: string | null
  readonly promptTokens: number
  readonly completionTokens: number
}

/** Opens records that call `settled` exactly once, even where it throws, with the time since they were opened. */
export function createRecords(
  nowMs: () => number,
  settled: (request: SettledRequest) => void,
  active: Pick<BoundGauge, 'inc' | 'dec'>,
) {
  return (operation: DataOperation | 'unknown', exchange: Exchange): RequestRecord => {
    let isClosed = false
    const openedMs = nowMs()
    active.inc()
    const base = {
      request: exchange.id,
      operation,
      method: methodOf(exchange),
      zone: null,
      class: null,
      model: null,
      promptTokens: 0,
      completionTokens: 0,
    }
    const close = (rest: Partial<SettledRequest> & Pick<SettledRequest, 'status' | 'code'>): void => {
      if (isClosed) return
      isClosed = true
      active.dec()
      settled({ ...base, ...rest, durationMs: nowMs() - openedMs })
    }
    return {
      settle: ({ zone, model, usage, class: found }) =>
        close({
          status: 200,
          code: 'ok',
          zone,
          model,
          class: found,
          promptTokens: usage?.prompt_tokens ?? 0,
          completionTokens: usage?.completion_tokens ?? 0,
        }),
      fail: ({ status, code }) => close({ status, code }),
    }
  }
}
