import type { DataClass } from '@freehold/contract/data-class.ts'
import type { HouseAnswers } from '../gateway/data-path.ts'
import { HouseExchange } from '../gateway/house-exchange.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'

/** The data path, as knowledge asks models and services by it. */
export interface HousePath {
  readonly answer: HouseAnswers
  readonly onBug: (request: string, error: unknown) => void
}

interface HouseCall {
  readonly operation: keyof HouseAnswers
  readonly url: string
  /** In whose name; limits, policies and class ceiling are that one's. */
  readonly caller: Caller
  /** Of what stands in the body, beside the base class of the caller. */
  readonly class?: DataClass
  readonly body: object
  readonly mostBytes: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** What the program asks for in somebody's name is not up to the roles and the scopes of that one. */
const SCOPES = new Set(['model', 'service'] as const)

/**
 * Asks a model or a service as every request is asked: classified, routed, masked, recorded and counted.
 * @throws Fault why there is no answer, `upstream_refused` for one that is no success
 */
export async function askHouse(path: HousePath, call: HouseCall): Promise<Buffer> {
  const exchange = new HouseExchange({
    caller: { ...call.caller, scopes: SCOPES, customScopes: SCOPES },
    method: 'POST',
    url: call.url,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(call.class !== undefined && { 'x-freehold-class': call.class }),
    },
    body: Buffer.from(JSON.stringify(call.body)),
    mostBytes: call.mostBytes,
    onBug: path.onBug,
  })
  const stop = (): void => exchange.callOff(new Fault('client_left', 'The work was stopped.'))
  const late = setTimeout(
    () => exchange.callOff(new Fault('upstream_timeout', 'The answer did not come in time.')),
    call.timeoutMs,
  )
  call.signal?.addEventListener('abort', stop, { once: true })
  if (call.signal?.aborted === true) stop()
  try {
    await path.answer[call.operation](exchange)
  } finally {
    clearTimeout(late)
    call.signal?.removeEventListener('abort', stop)
  }
  const { reply, body } = exchange.answer()
  if (reply.status !== 200) {
    const code = reply.status >= 500 || reply.status === 429 ? 'upstream_down' : 'upstream_refused'
    throw new Fault(code, `The target answered with the status ${reply.status}.`)
  }
  return body
}
