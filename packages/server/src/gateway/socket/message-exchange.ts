import type { Trace } from '../../kernel/trace.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import { errorResponse, Fault } from '../../kernel/fault.ts'
import { requestId } from '../../kernel/ids.ts'
import { eventsIn, SseSplitter } from '../call/sse-splitter.ts'
import type { StreamEvent } from '../call/sse-splitter.ts'
import type { Sink } from '../call/upstream-call.ts'
import type { Exchange, Outcome } from '../exchange.ts'
import { isLive, tooLarge } from '../exchange.ts'
import type { Reply } from '../reply.ts'
import { laneOf, readResponseMessage } from './response-message.ts'
import type { Wire } from './wire.ts'
import { hearLeaving } from './leaving.ts'

/** How a message of a socket becomes a request. */
export interface MessageOptions {
  readonly wire: Wire
  readonly url: string
  /** What keeps the message within the memory of all requests. */
  readonly release: () => void
  readonly onBug: (request: string, error: unknown) => void
  /** Begins the trace of a request, or does not; null: no trace is kept of any. */
  readonly trace: ((request: string, traceparent: unknown) => Trace | null) | null
}

/** One message of a WebSocket and the events that answer it: a request like any other, whose answer goes out as frames. */
export class MessageExchange implements Exchange {
  readonly id = requestId()
  /** That of the handshake, which is what a session's cookie was sent with. */
  readonly method = 'GET'
  readonly bytesIn: number
  readonly trace: Trace | null
  /** Until it is read: a long stream must not keep its prompt twice. */
  #message: Buffer | null
  readonly #options: MessageOptions
  readonly #leaving = new AbortController()
  #lane: string | null = null
  #firstByteMs: number | null = null
  /** Where the answer comes from, until its first event has said so. */
  #origin: object | null = null
  /** The last event of an answer went out. */
  #hasEnded = false
  #refused: FaultCode | null = null

  constructor(message: Buffer, options: MessageOptions) {
    this.#message = message
    this.bytesIn = message.length
    this.#options = options
    const { trace, wire } = options
    this.trace = trace === null ? null : trace(this.id, wire.headers.traceparent)
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

  get firstByteMs(): number | null {
    return this.#firstByteMs
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

  /** The client wants no answer any more. */
  leave(why: string): void {
    this.callOff(new Fault('client_left', why))
  }

  callOff(reason: Fault): void {
    this.#leaving.abort(reason)
  }

  async body(limitBytes: number): Promise<Buffer> {
    if (this.#message === null) throw new Error('a message was read twice')
    if (this.bytesIn > limitBytes) throw tooLarge(limitBytes)
    const { body, lane } = readResponseMessage(this.#message)
    this.#lane = lane
    this.#message = null
    return body
  }

  respond(reply: Reply): Promise<void> | null {
    this.#leaving.signal.throwIfAborted()
    const { zone, target, masked } = reply
    const leftOut = headerIn(reply, 'x-freehold-left-out')
    this.#origin = {
      request: this.id,
      zone,
      target,
      class: reply.class,
      masked,
      ...(leftOut !== null && { leftOut }),
    }
    const { body } = reply
    if (Buffer.isBuffer(body)) this.#sendWhole(reply, body)
    else return this.#tellLive(isLive(body) ? body.forward(this.#sink()) : this.#tellAll(body))
    return null
  }

  over(): void {
    this.#options.release()
  }

  refuse(error: unknown): Outcome {
    const answer = errorResponse(error, this.id)
    if (!(error instanceof Fault)) this.#options.onBug(this.id, error)
    this.#leaving.abort(error instanceof Fault ? error : new Fault('client_left', 'The request was refused.'))
    this.#options.release()
    this.#refused = answer.code
    // A target may have said itself why its stream ends here; the client must not take two ends for two answers.
    if (!this.#hasEnded) {
      if (this.#message !== null) this.#lane = laneOf(this.#message)
      const { error: said } = JSON.parse(answer.body.toString())
      this.#sendError(answer.status, said, answer.headers['retry-after'] ?? null)
    }
    return { status: answer.status, code: answer.code }
  }

  /** A stream of events as frames: what is no event of the API, such as comments, is left out. */
  #sink(): Sink {
    const { wire } = this.#options
    const splitter = new SseSplitter()
    return {
      write: (piece) => this.#pass(splitter.push(piece)),
      onDrain: (resume) => wire.onDrain(resume),
      end: () => void this.#pass(splitter.rest()),
    }
  }

  /** A client would wait for ever for the last event of an answer. */
  async #tellLive(told: Promise<void>): Promise<void> {
    await told
    if (!this.#hasEnded)
      throw new Fault('upstream_broke', 'The target broke off in the middle of its answer.')
  }

  async #tellAll(pieces: AsyncIterable<Buffer>): Promise<void> {
    const sink = this.#sink()
    for await (const piece of pieces) {
      this.#leaving.signal.throwIfAborted()
      if (!sink.write(piece)) await this.#drained()
    }
    sink.end()
  }

  #drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      const forget = this.onLeave(reject)
      this.#options.wire.onDrain(() => {
        forget()
        resolve()
      })
    })
  }

  #pass(whole: Buffer | null): boolean {
    if (whole !== null) {
      for (const event of eventsIn(whole)) {
        const json = event.data?.trim() ?? ''
        if (!json.startsWith('{') || !json.endsWith('}')) continue
        // What a target says behind its end would be a second answer.
        if (this.#hasEnded) break
        const typed = withType(event, json)
        if (typed === null) continue
        if (ENDS.has(typed.type)) this.#hasEnded = true
        this.#send(typed.json)
      }
    }
    return !this.#options.wire.isFull
  }

  /** A target that does not stream answers in one piece, as an error does. */
  #sendWhole(reply: Reply, body: Buffer): void {
    const { status } = reply
    const said = fieldsIn(body)
    if (status < 300) {
      if (said === null)
        throw new Fault('upstream_broke', 'The target answered with something that is no JSON.')
      this.#hasEnded = true
      const ended = `response.${String(said['status'])}`
      const type = ENDS.has(ended) ? ended : 'response.completed'
      this.#send(`{"type":"${type}","sequence_number":0,"response":${body.toString()}}`)
      return
    }
    const message = `The target answered with status ${status}.`
    const error = said?.['error']
    this.#hasEnded = true
    this.#sendError(
      status,
      typeof error === 'object' && error !== null
        ? error
        : { message, type: 'upstream_error', param: null, code: null },
      headerIn(reply, 'retry-after'),
    )
  }

  #sendError(status: number, error: object, retryAfter: string | null): void {
    this.#origin ??= { request: this.id }
    const headers = retryAfter !== null && { headers: { 'retry-after': retryAfter } }
    this.#send(JSON.stringify({ type: 'error', status, error: { ...error, ...headers } }))
  }

  /** Members of ours come last, so that none of a target's can speak for us. */
  #send(json: string): void {
    let ours = ''
    if (this.#lane) ours += `,"stream_id":${JSON.stringify(this.#lane)}`
    if (this.#origin !== null) ours += `,"freehold":${JSON.stringify(this.#origin)}`
    this.#origin = null
    this.#firstByteMs ??= performance.now()
    this.#options.wire.send(
      ours === '' ? json : `${json.slice(0, -1)}${json === '{}' ? ours.slice(1) : ours}}`,
    )
  }
}

/** After one of these no event of the same answer comes. */
const ENDS: ReadonlySet<string> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
  'error',
])

const LEADING_TYPE = /^\{\s*"type"\s*:\s*"([\w.]{1,80})"/
const TRAILING_TYPE = /"type"\s*:\s*"([\w.]{1,80})"\s*\}$/
const EVENT_NAME = /^[\w.]{1,80}$/

/** A frame has no `event:` line: where a target says the type only there, it is put into the event itself. */
function withType(
  { name }: StreamEvent,
  json: string,
): { readonly type: string; readonly json: string } | null {
  const quick = LEADING_TYPE.exec(json)?.[1] ?? TRAILING_TYPE.exec(json)?.[1]
  if (quick !== undefined) return { type: quick, json }
  const fields = fieldsIn(json)
  if (fields === null) return null
  const { type: own } = fields
  if (typeof own === 'string') return { type: own, json }
  if (name === null || !EVENT_NAME.test(name)) return { type: '', json }
  const rest = json.slice(1)
  return { type: name, json: `{"type":"${name}"${rest.trim() === '}' ? '' : ','}${rest}` }
}

function headerIn({ headers }: Reply, name: string): string | null {
  const at = headers.findIndex((one, index) => index % 2 === 0 && one === name)
  return at < 0 ? null : (headers[at + 1] ?? null)
}

function fieldsIn(body: Buffer | string): Readonly<Record<string, unknown>> | null {
  try {
    const said: unknown = JSON.parse(body.toString())
    // A JSON object; its fields are unknown until looked at.
    return typeof said === 'object' && said !== null ? (said as Readonly<Record<string, unknown>>) : null
  } catch {
    return null
  }
}
