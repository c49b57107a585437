import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '../identity/caller.ts'
import { errorResponse, Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import type { Exchange, Outcome } from './exchange.ts'
import { isLive, tooLarge } from './exchange.ts'
import type { Reply } from './reply.ts'
import { hearLeaving } from './socket/leaving.ts'

interface HouseExchangeOptions {
  /** In whose name, with the rights that it is to have. */
  readonly caller: Caller
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** A longer answer is refused. */
  readonly mostBytes: number
  readonly onBug: (request: string, error: unknown) => void
}

/** The whole of an answer. */
export interface WholeReply {
  readonly reply: Reply
  readonly body: Buffer
}

/**
 * A request that the program itself makes in somebody's name, of which no client hears. Nothing that comes over a
 * connection is of this class, so that who asks needs no proof; everything else goes the way of every request.
 */
export class HouseExchange implements Exchange {
  readonly id = requestId()
  readonly trace = null
  readonly door = 'network'
  readonly house: Caller
  readonly bytesIn: number
  readonly #options: HouseExchangeOptions
  readonly #leaving = new AbortController()
  readonly #pieces: Buffer[] = []
  #bytesOut = 0
  #firstByteMs: number | null = null
  #reply: Reply | null = null
  #refused: Fault | null = null

  constructor(options: HouseExchangeOptions) {
    this.#options = options
    this.house = options.caller
    this.bytesIn = options.body.length
  }

  get method(): string {
    return this.#options.method
  }

  get headers(): IncomingHttpHeaders {
    return this.#options.headers
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

  onLeave(then: (reason: Fault) => void): () => void {
    return hearLeaving(this.#leaving.signal, then)
  }

  callOff(reason: Fault): void {
    this.#leaving.abort(reason)
  }

  async body(limitBytes: number): Promise<Buffer> {
    const { body } = this.#options
    if (body.length > limitBytes) throw tooLarge(limitBytes)
    return body
  }

  respond(reply: Reply): Promise<void> | null {
    this.#leaving.signal.throwIfAborted()
    this.#reply = reply
    const { body } = reply
    if (Buffer.isBuffer(body)) return (this.#take(body), null)
    if (!isLive(body)) return this.#takeAll(body)
    const sink = { write: (piece: Buffer) => this.#take(piece), onDrain() {}, end() {} }
    return body.forward(sink)
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

  /** To be asked when the request is over. @throws Fault why there is no whole answer */
  answer(): WholeReply {
    if (this.#refused !== null) throw this.#refused
    this.#leaving.signal.throwIfAborted()
    if (this.#reply === null) throw new Error('a request was not answered')
    return { reply: this.#reply, body: Buffer.concat(this.#pieces) }
  }

  #take(piece: Buffer): boolean {
    this.#firstByteMs ??= performance.now()
    this.#bytesOut += piece.length
    if (this.#bytesOut <= this.#options.mostBytes) this.#pieces.push(piece)
    else this.callOff(new Fault('upstream_broke', 'The answer of the target is longer than it may be.'))
    return true
  }

  async #takeAll(pieces: AsyncIterable<Buffer>): Promise<void> {
    for await (const piece of pieces) {
      this.#leaving.signal.throwIfAborted()
      this.#take(piece)
    }
  }
}
