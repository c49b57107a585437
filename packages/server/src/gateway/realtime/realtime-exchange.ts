import type { Trace } from '../../kernel/trace.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import { errorResponse, Fault } from '../../kernel/fault.ts'
import { requestId } from '../../kernel/ids.ts'
import type { Exchange, Outcome } from '../exchange.ts'
import type { Reply } from '../reply.ts'
import type { Wire } from '../socket/wire.ts'
import { hearLeaving } from '../socket/leaving.ts'

interface RealtimeExchangeOptions {
  readonly wire: Pick<Wire, 'door' | 'headers' | 'send'>
  readonly url: string
  readonly bytesIn: number
  /** The client's event that it answers; null for the connection itself. */
  readonly event: string | null
  /** Ends the whole conversation. */
  readonly callOff: (reason: Fault) => void
  readonly onBug: (request: string, error: unknown) => void
  readonly trace: ((request: string, traceparent: unknown) => Trace | null) | null
  /** Resolves when what was begun is over. */
  readonly underWay: (reply: Reply) => Promise<void>
  /** Whether the client has been told already. */
  readonly isTold: (error: unknown) => boolean
}

/** One thing on a realtime connection that stands on record: the connection, or a response. */
export class RealtimeExchange implements Exchange {
  readonly id = requestId()
  readonly method = 'GET'
  readonly bytesIn: number
  readonly trace: Trace | null
  readonly #options: RealtimeExchangeOptions
  readonly #leaving = new AbortController()
  /** Resolves when its event went to the target. */
  readonly sent: Promise<void>
  #tellSent: () => void
  #refused: FaultCode | null = null
  firstByteMs: number | null = null

  constructor(options: RealtimeExchangeOptions) {
    const { bytesIn, trace, wire } = options
    this.bytesIn = bytesIn
    this.#options = options
    this.trace = trace === null ? null : trace(this.id, wire.headers.traceparent)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.sent = promise
    this.#tellSent = resolve
  }

  get door() {
    return this.#options.wire.door
  }

  get headers() {
    return this.#options.wire.headers
  }

  get url(): string {
    return this.#options.url
  }

  get signal(): AbortSignal {
    return this.#leaving.signal
  }

  /** Why it was refused; null while it was not. */
  get refused(): FaultCode | null {
    return this.#refused
  }

  onLeave(then: (reason: Fault) => void): () => void {
    return hearLeaving(this.#leaving.signal, then)
  }

  callOff(reason: Fault): void {
    this.#options.callOff(reason)
  }

  leave(reason: Fault): void {
    this.#leaving.abort(reason)
  }

  body(): never {
    throw new Error('an event was to be read as a body')
  }

  respond(reply: Reply): Promise<void> {
    this.#tellSent()
    return this.#options.underWay(reply)
  }

  over(): void {}

  refuse(error: unknown): Outcome {
    const { wire, onBug, event, isTold } = this.#options
    const { status, code } = errorResponse(error, this.id)
    if (!(error instanceof Fault)) onBug(this.id, error)
    this.#refused = code
    if (!isTold(error)) tell(wire, error, { request: this.id, event })
    return { status, code }
  }
}

/** Says why something was refused, in the words of the Realtime API. */
export function tell(
  wire: Pick<Wire, 'send'>,
  error: unknown,
  { request, event }: { readonly request: string; readonly event: string | null },
): void {
  const { status, headers, body } = errorResponse(error, request)
  const { error: said } = JSON.parse(body.toString())
  const retryAfter = headers['retry-after']
  wire.send(
    JSON.stringify({
      type: 'error',
      event_id: requestId(),
      status,
      error: {
        ...said,
        event_id: event,
        ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
      },
      freehold: { request },
    }),
  )
}
