import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../identity/caller.ts'
import type { Dialect, FaultCode } from '../kernel/fault.ts'
import { errorResponse, Fault } from '../kernel/fault.ts'
import type { Trace } from '../kernel/trace.ts'
import type { BodyBudget } from './body-budget.ts'
import type { LiveBody, Sink } from './call/upstream-call.ts'
import type { Reply } from './reply.ts'
import { errorEvent, numberedError } from './stream-error.ts'

/** Through which door a request came: the network, or the operator's own socket. */
export type Door = 'network' | 'control'

export interface ExchangeOptions {
  readonly id: string
  readonly door: Door
  readonly dialect: Dialect
  /** The events of its stream are numbered, as those of the Responses API are. */
  readonly isNumbered?: boolean
  /** Asked before a body is read. */
  readonly bodies: BodyBudget
  /** Flat; every answer carries them. */
  readonly securityHeaders: readonly string[]
  /** Called with what is not a refusal; the caller of the operation learns a request id only. */
  readonly onBug: (id: string, error: unknown) => void
  readonly trace?: Trace | null
}

/** How a response ended. */
export interface Outcome {
  readonly status: number
  readonly code: FaultCode | 'ok'
}

/** By which rule a request goes where it goes, and what made its class what it is. */
export interface Routed {
  readonly rule: string | null
  readonly because: readonly string[]
}

/** One request and its response, as every step sees them. */
export interface Exchange {
  readonly id: string
  /** Null for a request of which no trace is kept. */
  readonly trace: Trace | null
  readonly door: Door
  /** In whose name the program itself asks; absent for all that came over a connection. */
  readonly house?: Caller
  readonly headers: IncomingHttpHeaders
  readonly method: string
  /** Of the other end of the connection; absent where its handshake was let in before. */
  readonly address?: string | undefined
  /** The request target as it came. */
  readonly url: string
  /** Bytes of the body that were read. */
  readonly bytesIn: number
  /** When the first byte of the answer's body was handed over, by the monotonic clock; null before. */
  readonly firstByteMs: number | null
  /** For rooms that work with signals. */
  readonly signal: AbortSignal
  /**
   * Calls back at once when the client leaves, or has left, and when the request is refused. Returns what ends the
   * listening.
   */
  onLeave(then: (reason: Fault) => void): () => void
  /** Ends it for this reason, as if the client had left. */
  callOff(reason: Fault): void
  /** The whole body. @throws Fault `too_large` or `too_many` */
  body(limitBytes: number): Promise<Buffer>
  /** Sends the reply, no faster than the client reads. Null: all of it was handed over. */
  respond(reply: Reply): Promise<void> | null
  /** To be called when the answer is complete. */
  over(): void
  /** Told where it goes, before it does. */
  routed?(told: Routed): void
  /** Told what it cost, in millionths, once that is settled; null where nothing has a price. */
  spent?(micros: number | null): void
  /** Turns whatever was thrown into the client's dialect. */
  refuse(error: unknown): Outcome
}

/** A request over HTTP: a thin wrapper over `node:http`, without web streams (five times the CPU). */
export class HttpExchange implements Exchange {
  readonly id: string
  readonly door: Door
  /** Null for a request of which no trace is kept. */
  readonly trace: Trace | null
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #options: ExchangeOptions
  /** Why nobody gets an answer any more. */
  #left: Fault | null = null
  #bytesIn = 0
  #firstByteMs: number | null = null
  #whenLeft: ((reason: Fault) => void)[] = []
  #signal: AbortController | null = null
  #streamsEvents = false
  /** What was written last of a stream. */
  #lastPiece: Buffer | null = null

  constructor(request: IncomingMessage, response: ServerResponse, options: ExchangeOptions) {
    this.id = options.id
    this.door = options.door
    this.trace = options.trace ?? null
    this.#request = request
    this.#response = response
    this.#options = options
    response.on('close', () => {
      if (!response.writableFinished) this.callOff(leftFault())
    })
    // Without a listener a reset connection would end the process; the close event above tells what is needed.
    response.on('error', () => {})
  }

  get headers(): IncomingHttpHeaders {
    return this.#request.headers
  }

  get method(): string {
    return this.#request.method ?? 'GET'
  }

  get address(): string | undefined {
    return this.#request.socket.remoteAddress
  }

  /** The request target as it came. */
  get url(): string {
    return this.#request.url ?? ''
  }

  /** Bytes of the body that were read. */
  get bytesIn(): number {
    return this.#bytesIn
  }

  /** When the first byte of the answer's body was handed over, by the monotonic clock; null before. */
  get firstByteMs(): number | null {
    return this.#firstByteMs
  }

  /**
   * Calls back at once when the client leaves, or has left, and when the request is refused. Returns what ends the
   * listening.
   */
  onLeave(then: (reason: Fault) => void): () => void {
    if (this.#left !== null) then(this.#left)
    else this.#whenLeft.push(then)
    return () => {
      this.#whenLeft = this.#whenLeft.filter((one) => one !== then)
    }
  }

  /** For rooms that work with signals. */
  get signal(): AbortSignal {
    if (this.#signal === null) {
      const signal = (this.#signal = new AbortController())
      this.onLeave((reason) => signal.abort(reason))
    }
    return this.#signal.signal
  }

  /** The whole body. @throws Fault `too_large` or `too_many`, at once where its declared length says so */
  body(limitBytes: number): Promise<Buffer> {
    const declared = Number(this.headers['content-length'] ?? 0)
    if (declared > limitBytes) throw tooLarge(limitBytes)
    this.#options.bodies.hold(this.#request, this.#response, limitBytes)
    return this.#collect(limitBytes)
  }

  #collect(limitBytes: number): Promise<Buffer> {
    const request = this.#request
    return new Promise((resolve, reject) => {
      let first: Buffer | null = null
      let rest: Buffer[] | null = null
      const refuse = (fault: Fault): void => {
        request.off('data', take)
        reject(fault)
      }
      const take = (piece: Buffer): void => {
        this.#bytesIn += piece.length
        // A body that is too large still gets its answer: the listener reads and drops the rest.
        if (this.#bytesIn > limitBytes) refuse(tooLarge(limitBytes))
        else if (first === null) first = piece
        else (rest ??= [first]).push(piece)
      }
      request.on('data', take)
      request.on('end', () => {
        resolve(rest ? Buffer.concat(rest) : (first ?? EMPTY))
        // The listeners live as long as the request; a long stream must not keep its prompt twice.
        first = rest = null
      })
      request.on('error', () => refuse(leftFault()))
      this.onLeave(refuse)
    })
  }

  /** Sends the reply; a stream is written no faster than the client reads. Null: all of it was handed over. */
  respond(reply: Reply): Promise<void> | null {
    if (this.#left !== null) throw this.#left
    const response = this.#response
    const { body } = reply
    const head = [
      ...reply.headers,
      'x-freehold-request',
      this.id,
      'x-freehold-zone',
      reply.zone,
      'x-freehold-target',
      reply.target,
      'x-freehold-class',
      reply.class,
      'x-freehold-masked',
      String(reply.masked),
      ...this.#options.securityHeaders,
    ]
    if (Buffer.isBuffer(body)) {
      if (!isBodiless(reply.status)) head.push('content-length', String(body.length))
      response.writeHead(reply.status, head)
      this.#firstByteMs = performance.now()
      // Text goes out in one piece with the head; a buffer would be a second one for the system.
      if (body.length <= SMALL_BYTES) response.end(body.toString('latin1'), 'latin1')
      else response.end(body)
      return null
    }
    this.#streamsEvents = streamsEvents(reply.headers)
    response.writeHead(reply.status, head)
    return isLive(body) ? this.#pass(body) : this.#tellAll(body)
  }

  async #tellAll(events: AsyncIterable<Buffer>): Promise<void> {
    const response = this.#response
    for await (const event of events) {
      this.#firstByteMs ??= performance.now()
      if (this.#left !== null) throw this.#left
      if (!response.write(event)) await this.#drained()
    }
    response.end()
  }

  #pass(body: LiveBody): Promise<void> {
    const response = this.#response
    const sink: Sink = {
      write: (piece) => {
        this.#firstByteMs ??= performance.now()
        this.#lastPiece = piece
        return response.write(piece)
      },
      onDrain: (resume) => void response.once('drain', resume),
      end: () => void response.end(),
    }
    return body.forward(sink)
  }

  /**
   * To be called when the answer is complete: whoever waits for the client to leave is let go, with the body of the
   * request. A connection that waits for its next request still holds this one.
   */
  over(): void {
    this.#whenLeft = []
    this.#lastPiece = null
  }

  /** Turns whatever was thrown into the client's dialect. A stream that broke ends uncleanly, never as if complete. */
  refuse(error: unknown): Outcome {
    // Nobody gets what is still being worked on for this request: no call to a target may outlive its refusal.
    this.#tell(error instanceof Fault ? error : leftFault())
    const answer = errorResponse(error, this.id, this.#options.dialect)
    if (!(error instanceof Fault)) this.#options.onBug(this.id, error)
    const response = this.#response
    if (response.headersSent) {
      // Nothing may follow the end of an answer that was complete.
      if (!response.writableEnded && !response.destroyed)
        this.#break(answer.body, answer.code === 'revoked' ? REVOKED_MS : FAREWELL_MS)
    } else if (!response.destroyed) {
      const head = Object.entries(answer.headers).flat()
      head.push('content-length', String(answer.body.length), ...this.#options.securityHeaders)
      response.writeHead(answer.status, head).end(answer.body)
    }
    return { status: answer.status, code: answer.code }
  }

  /** Only a stream of events can say why it breaks. */
  #break(body: Buffer, patienceMs: number): void {
    const response = this.#response
    if (!this.#streamsEvents) return void response.destroy()
    const data = body.toString()
    const event = errorEvent(
      this.#options.isNumbered ? numberedError(JSON.parse(data), this.#lastPiece) : data,
    )
    // A client that has stopped reading never takes the event either.
    let cut = setTimeout(() => response.destroy(), patienceMs)
    response.once('close', () => clearTimeout(cut))
    // A client that sees the end of the connection first drops what it has not read yet, and with it this event.
    response.write(event, () => {
      clearTimeout(cut)
      if (!response.destroyed) cut = setTimeout(() => response.destroy(), READ_MS)
    })
  }

  #drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      const forget = this.onLeave(reject)
      this.#response.once('drain', () => {
        forget()
        resolve()
      })
    })
  }

  callOff(reason: Fault): void {
    if (this.#left !== null) return
    this.#left = reason
    this.#tell(reason)
  }

  #tell(reason: Fault): void {
    const told = this.#whenLeft
    this.#whenLeft = []
    for (const then of told) then(reason)
  }
}

const EMPTY = Buffer.alloc(0)
const SMALL_BYTES = 16 * 1024
/** How long a client may take to read why its stream broke. */
const FAREWELL_MS = 10_000
/** The same where what is still to be read must not be for long. */
const REVOKED_MS = 1000
/** How long a client that has been sent it may take to look at it. */
const READ_MS = 50

/** RFC 9110 sections 15.3.5 and 15.4.5: these have no body and no length. */
const isBodiless = (status: number): boolean => status === 204 || status === 304

function streamsEvents(headers: readonly string[]): boolean {
  return headers.some(
    (text, at) => headers[at - 1] === 'content-type' && text.startsWith('text/event-stream'),
  )
}

/** Whether a body comes piece by piece as its target sends it. */
export const isLive = (body: AsyncIterable<Buffer> | LiveBody): body is LiveBody => 'forward' in body

const leftFault = (): Fault =>
  new Fault('client_left', 'The client closed the connection before its request was answered.')

/** Of a body over its limit. */
export function tooLarge(limitBytes: number): Fault {
  return new Fault(
    'too_large',
    `The request body is larger than the ${limitBytes} bytes that this operation takes.`,
  )
}
