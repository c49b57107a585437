import { OPERATIONS } from '@freehold/contract/operations.ts'
import { Fault } from '../../kernel/fault.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import type { BodyBudget } from '../body-budget.ts'
import type { Exchange } from '../exchange.ts'
import type { MessageOptions } from './message-exchange.ts'
import { MessageExchange } from './message-exchange.ts'
import { isCancel } from './response-message.ts'
import type { Session, Wire } from './wire.ts'

interface ResponsesOptions {
  /** The steps of `POST /v1/responses`. */
  readonly answer: (exchange: Exchange) => Promise<void>
  readonly bodies: BodyBudget
  readonly onBug: (request: string, error: unknown) => void
  readonly trace: MessageOptions['trace']
}

/** Requests that wait for the one before them. */
const MOST_WAITING = 16
const { bodyBytes: MOST_WAITING_BYTES } = OPERATIONS['responses.connect'].limits
const { path: URL_PATH } = OPERATIONS['responses.connect']

/** Refusals after which no message of this connection could fare better. */
const FINAL: ReadonlySet<FaultCode> = new Set<FaultCode>(['unidentified', 'expired_key', 'revoked'])

/** The Responses API over a WebSocket: one response at a time, in the order in which they were asked for. */
export class ResponsesSession implements Session {
  readonly #wire: Wire
  readonly #options: ResponsesOptions
  #waiting: MessageExchange[] = []
  #waitingBytes = 0
  #current: MessageExchange | null = null
  #isRunning = false
  #isStopping = false
  #hasLeft = false

  constructor(wire: Wire, options: ResponsesOptions) {
    this.#wire = wire
    this.#options = options
  }

  get isBusy(): boolean {
    return this.#isRunning
  }

  message(bytes: Buffer): void {
    if (isCancel(bytes)) return this.#cancel()
    if (this.#isStopping) return void this.#exchange(bytes).refuse(stopping())
    if (this.#waiting.length >= MOST_WAITING || this.#waitingBytes + bytes.length > MOST_WAITING_BYTES) {
      this.#exchange(bytes).refuse(new Fault('too_many', 'Too many requests wait on this connection.'))
      this.#dropWaiting()
      return this.#wire.close(1008, 'too many requests wait')
    }
    try {
      this.#waiting.push(this.#exchange(bytes, this.#options.bodies.take(bytes.length)))
      this.#waitingBytes += bytes.length
    } catch (error) {
      this.#exchange(bytes).refuse(error)
    }
    void this.#run()
  }

  stop(): void {
    if (this.#isStopping) return
    this.#isStopping = true
    for (const one of this.#dropWaiting()) one.refuse(stopping())
  }

  left(): void {
    this.#hasLeft = true
    this.#dropWaiting()
    this.#current?.leave('The client closed the connection before its request was answered.')
  }

  /** Answers what waits, one after the other, and none before the client has read the answer to the one before. */
  async #run(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    for (let next = this.#next(); next !== null; next = this.#next()) {
      this.#current = next
      await this.#options.answer(next)
      this.#current = null
      if (next.refused !== null && FINAL.has(next.refused)) {
        this.#dropWaiting()
        this.#wire.close(1008, next.refused)
      } else if (this.#wire.isFull && !this.#hasLeft) {
        this.#wire.onDrain(() => {
          this.#isRunning = false
          void this.#run()
        })
        return
      }
    }
    this.#isRunning = false
  }

  #next(): MessageExchange | null {
    const next = this.#waiting.shift() ?? null
    this.#waitingBytes -= next?.bytesIn ?? 0
    return next
  }

  #cancel(): void {
    if (this.#current !== null) return this.#current.leave('The client cancelled this response.')
    this.#exchange(EMPTY).refuse(new Fault('conflict', 'No response is under way on this connection.'))
  }

  #dropWaiting(): readonly MessageExchange[] {
    const dropped = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    for (const one of dropped) one.over()
    return dropped
  }

  #exchange(bytes: Buffer, release: () => void = nothing): MessageExchange {
    const { onBug, trace } = this.#options
    return new MessageExchange(bytes, { wire: this.#wire, url: URL_PATH, release, onBug, trace })
  }
}

const EMPTY = Buffer.alloc(0)
const nothing = (): void => {}
const stopping = (): Fault =>
  new Fault('draining', 'Freehold is stopping. Open another connection and send this again.')
