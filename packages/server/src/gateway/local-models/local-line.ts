import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import type { Line, LineRequest } from '../../kernel/dialler/dialler.ts'
import { errorResponse, Fault } from '../../kernel/fault.ts'
import type { ModelCall, ModelProcess } from './model-process.ts'

type Model = Pick<ModelProcess, 'ask' | 'drop' | 'close' | 'state' | 'failure'>
type Handler = Dispatcher.DispatchHandler

/** A line that leads to a process of our own instead of the network: nothing is dialled. */
export function localLine(model: Model, closed: () => void): Line {
  const open = new Set<Handler>()
  const close = (): Promise<void> => {
    closed()
    return model.close()
  }
  return {
    dispatch(request, handler) {
      open.add(handler)
      new LocalCall(model, request, handler).begin()
    },
    release: (handler) => void open.delete(handler),
    connect: () => Promise.reject(new Fault('not_offered', 'A local model has no connections.')),
    inUse: () => open.size,
    close,
    destroy: close,
  }
}

class LocalCall implements Dispatcher.DispatchController, ModelCall {
  readonly #model: Model
  readonly #handler: Handler
  readonly path: string
  readonly body: Buffer
  /** What came while nobody took any more. */
  #held: (() => void)[] = []
  paused = false
  reason: Error | null = null
  #isOver = false

  constructor(model: Model, { path, body }: LineRequest, handler: Handler) {
    this.#model = model
    this.#handler = handler
    this.path = path
    this.body = body ?? Buffer.alloc(0)
  }

  get aborted(): boolean {
    return this.reason !== null
  }

  /** Not at once: as from the network, the answer comes when whoever asked has gone on. */
  begin(): void {
    queueMicrotask(() => {
      this.#handler.onRequestStart?.(this, null)
      if (this.aborted) return
      if (this.#model.state === 'failed') return this.#refuse(unusable(this.#model.failure?.message ?? null))
      if (!this.#model.ask(this)) this.#refuse(FULL)
    })
  }

  abort(reason: Error): void {
    if (this.#isOver || this.aborted) return
    this.reason = reason
    this.#held = []
    this.#model.drop(this)
    this.#handler.onResponseError?.(this, reason)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
    while (!this.paused) {
      const next = this.#held.shift()
      if (next === undefined) return
      next()
    }
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    this.#pass(() => this.#handler.onResponseStart?.(this, status, headers))
  }

  data(bytes: Buffer): void {
    this.#pass(() => this.#handler.onResponseData?.(this, bytes))
  }

  end(): void {
    this.#pass(() => {
      this.#isOver = true
      this.#handler.onResponseEnd?.(this, {})
    })
  }

  broken(): void {
    this.#pass(() => {
      this.#isOver = true
      this.#handler.onResponseError?.(this, new Error('the process of the model broke off'))
    })
  }

  #pass(step: () => void): void {
    if (this.aborted || this.#isOver) return
    if (this.paused || this.#held.length > 0) this.#held.push(step)
    else step()
  }

  #refuse(fault: Fault): void {
    const { status, headers, body } = errorResponse(fault, '')
    this.head(status, { 'content-type': headers['content-type'] })
    this.data(body)
    this.end()
  }
}

const FULL = new Fault(
  'too_many',
  'The local model has as many requests waiting as it takes. Ask again later.',
)

const unusable = (why: string | null): Fault =>
  new Fault('unavailable', `The local model cannot be used. ${why ?? 'Ask the operator.'}`)
