import type { DataClass } from '@freehold/contract/data-class.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { BoundGauge } from '../kernel/metrics.ts'
import type { RequestRecord } from './answer.ts'
import type { DataOperation } from './data-path.ts'
import type { Exchange, Outcome } from './exchange.ts'
import type { Zone } from './reply.ts'

/** What is known of a request when it is over. No content: ids, words of ours and figures. */
export interface SettledRequest {
  readonly request: string
  readonly operation: DataOperation
  readonly method: 'GET' | 'POST'
  readonly status: number
  readonly code: Outcome['code']
  readonly durationMs: number
  readonly zone: Zone | null
  readonly class: DataClass | null
  readonly model: string | null
  readonly promptTokens: number
  readonly completionTokens: number
}

/** Opens records that call `settled` exactly once, with the time since they were opened. */
export function createRecords(
  nowMs: () => number,
  settled: (request: SettledRequest) => void,
  active: Pick<BoundGauge, 'inc' | 'dec'>,
) {
  return (operation: DataOperation, exchange: Exchange): RequestRecord => {
    const openedMs = nowMs()
    active.inc()
    const { method } = OPERATIONS[operation]
    const base = {
      request: exchange.id,
      operation,
      method,
      zone: null,
      class: null,
      model: null,
      promptTokens: 0,
      completionTokens: 0,
    }
    const close = (rest: Partial<SettledRequest> & Pick<SettledRequest, 'status' | 'code'>): void => {
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
