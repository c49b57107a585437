import type { IncomingHttpHeaders } from 'node:http'
import type { Sink } from '../gateway/call/upstream-call.ts'
import type { Door, Exchange, Outcome, Routed } from '../gateway/exchange.ts'
import { isLive, tooLarge } from '../gateway/exchange.ts'
import type { Reply } from '../gateway/reply.ts'
import { hearLeaving } from '../gateway/socket/leaving.ts'
import { errorResponse, Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import type { Trace } from '../kernel/trace.ts'

/** What lets a run call models as whoever started it: what came with that request, and nothing that is stored. */
export interface Credentials {
  readonly door: Door
  readonly headers: IncomingHttpHeaders
  readonly address: string | undefined
}

const PROOFS = ['authorization', 'x-api-key', 'cookie'] as const

/** What of a request shows who sent it. */
export function credentialsOf(
  door: Door,
  { headers, address }: { readonly headers: IncomingHttpHeaders; readonly address: string | undefined },
): Credentials {
  const kept = PROOFS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]] as const]))
  return { door, headers: Object.fromEntries(kept), address }
}

interface ModelExchangeOptions {
  readonly credentials: Credentials
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly url: string
  /** Takes the answer as its pieces come. */
  readonly sink: AnswerSink
  readonly onBug: (request: string, error: unknown) => void
  readonly trace: ((request: string, traceparent: unknown) => Trace | null) | null
}

/** Whom a model's answer is handed to. */
export interface AnswerSink extends Sink {
  /** Called once before the first piece. `isStream`: it comes as server-sent events. */
  begin(reply: Reply, isStream: boolean): void
}

/**
 * A request to a model that no connection stands behind: a run makes it, and it goes the way of every other. As with a
 * message of a WebSocket its method is GET, because a session was proved when the run was started.
 */
export class ModelExchange implements Exchange {
  readonly id = requestId()
  readonly method = 'GET'
  readonly bytesIn: number
  readonly trace: Trace | null
  readonly #options: ModelExchangeOptions
  readonly #leaving = new AbortController()
  #body: Buffer | null
  #firstByteMs: number | null = null
  #refused: Fault | null = null
  #costMicros: number | null = null
  #routed: Routed | null = null

  constructor(options: ModelExchangeOptions) {
    this.#options = options
    this.#body = options.body
    this.bytesIn = options.body.length
    this.trace = options.trace === null ? null : options.trace(this.id, undefined)
  }

  get door(): Door {
    return this.#options.credentials.door
  }

  get headers(): IncomingHttpHeaders {
    return { ...this.#options.headers, ...this.#options.credentials.headers }
  }

  get address(): string | undefined {
    return this.#options.credentials.address
  }

  get url(): string {
    return this.#options.url
  }

  get firstByteMs(): number | null {
    return this.#firstByteMs
  }

  get signal(): AbortSignal {
    return this.#leaving.signal
  }

  /** Why there is no whole answer; null while nothing is wrong. */
  get refused(): Fault | null {
    return this.#refused
  }

  /** What it cost; known when it has been answered. Null: the target has no price. */
  get costMicros(): number | null {
    return this.#costMicros
  }

  /** Null: it was refused before. */
  get route(): Routed | null {
    return this.#routed
  }

  routed(told: Routed): void {
    this.#routed = told
  }

  spent(micros: number | null): void {
    this.#costMicros = micros
  }

  onLeave(then: (reason: Fault) => void): () => void {
    return hearLeaving(this.#leaving.signal, then)
  }

  callOff(reason: Fault): void {
    this.#leaving.abort(reason)
  }

  async body(limitBytes: number): Promise<Buffer> {
    const body = this.#body
    if (body === null) throw new Error('a request was read twice')
    if (body.length > limitBytes) throw tooLarge(limitBytes)
    // A long answer must not keep its prompt twice.
    this.#body = null
    return body
  }

  respond(reply: Reply): Promise<void> | null {
    this.#leaving.signal.throwIfAborted()
    const { sink } = this.#options
    const { body } = reply
    sink.begin(reply, !Buffer.isBuffer(body))
    if (Buffer.isBuffer(body)) {
      this.#firstByteMs = performance.now()
      sink.write(body)
      sink.end()
      return null
    }
    const counted: Sink = {
      write: (piece) => {
        this.#firstByteMs ??= performance.now()
        return sink.write(piece)
      },
      onDrain: (resume) => sink.onDrain(resume),
      end: () => sink.end(),
    }
    return isLive(body) ? body.forward(counted) : this.#tellAll(body, counted)
  }

  async #tellAll(pieces: AsyncIterable<Buffer>, sink: Sink): Promise<void> {
    for await (const piece of pieces) {
      this.#leaving.signal.throwIfAborted()
      if (!sink.write(piece)) await this.#drained(sink)
    }
    sink.end()
  }

  #drained(sink: Sink): Promise<void> {
    return new Promise((resolve, reject) => {
      const forget = this.onLeave(reject)
      sink.onDrain(() => {
        forget()
        resolve()
      })
    })
  }

  over(): void {}

  refuse(error: unknown): Outcome {
    const { status, code, body } = errorResponse(error, this.id)
    if (!(error instanceof Fault)) this.#options.onBug(this.id, error)
    this.#refused =
      error instanceof Fault ? error : new Fault('bug', JSON.parse(body.toString()).error.message)
    this.#leaving.abort(this.#refused)
    return { status, code }
  }
}
