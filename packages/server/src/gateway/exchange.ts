import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Dialect, FaultCode } from '../kernel/fault.ts'
import { errorResponse, Fault } from '../kernel/fault.ts'
import type { BodyBudget } from './body-budget.ts'
import type { Reply } from './reply.ts'

/** Through which door a request came: the network, or the operator's own socket. */
export type Door = 'network' | 'control'

export interface ExchangeOptions {
  readonly id: string
  readonly door: Door
  readonly dialect: Dialect
  /** Asked before a body is read. */
  readonly bodies: BodyBudget
  /** Called with what is not a refusal; the caller of the operation learns a request id only. */
  readonly onBug: (id: string, error: unknown) => void
}

/** How a response ended. */
export interface Outcome {
  readonly status: number
  readonly code: FaultCode | 'ok'
}

/** One request and its response: a thin wrapper over `node:http`, without web streams (five times the CPU). */
export class Exchange {
  readonly id: string
  readonly door: Door
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #options: ExchangeOptions
  readonly #left = new AbortController()

  constructor(request: IncomingMessage, response: ServerResponse, options: ExchangeOptions) {
    this.id = options.id
    this.door = options.door
    this.#request = request
    this.#response = response
    this.#options = options
    response.on('close', () => {
      if (!response.writableFinished)
        this.#left.abort(new Fault('client_left', 'The client closed the connection.'))
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

  /** Aborted when the client leaves before the response is complete. */
  get signal(): AbortSignal {
    return this.#left.signal
  }

  /** The whole body. Refused before reading when its declared length is over the limit. */
  async body(limitBytes: number): Promise<Buffer> {
    const declared = Number(this.headers['content-length'] ?? 0)
    if (declared > limitBytes) throw tooLarge(limitBytes)
    this.#options.bodies.hold(this.#request, this.#response, limitBytes)
    const parts: Buffer[] = []
    let size = 0
    try {
      // A body that is too large still gets its answer, so leaving the loop must not destroy the connection.
      const iterator = this.#request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
      for await (const part of iterator) {
        size += part.length
        if (size > limitBytes) throw tooLarge(limitBytes)
        parts.push(part)
      }
    } catch (error) {
      if (error instanceof Fault) throw error
      throw new Fault('client_left', 'The client closed the connection before its request was complete.', {
        cause: error,
      })
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
  }

  /** Sends the reply; a stream is written no faster than the client reads. */
  async respond(reply: Reply): Promise<void> {
    const response = this.#response
    const headers: Record<string, string | number> = {
      'content-type': reply.contentType,
      'cache-control': 'no-store',
      'x-freehold-request': this.id,
      'x-freehold-zone': reply.zone,
      'x-freehold-target': reply.target,
      'x-freehold-class': reply.class,
      'x-freehold-masked': reply.masked,
    }
    if (reply.body instanceof Buffer) {
      response.writeHead(200, { ...headers, 'content-length': reply.body.length }).end(reply.body)
      return
    }
    response.writeHead(200, headers)
    for await (const event of reply.body) {
      if (this.signal.aborted) throw this.signal.reason
      if (!response.write(event)) await drained(response, this.signal)
    }
    response.end()
  }

  /** Turns whatever was thrown into the client's dialect. A stream that broke ends uncleanly, never as if complete. */
  refuse(error: unknown): Outcome {
    const answer = errorResponse(error, this.id, this.#options.dialect)
    if (!(error instanceof Fault)) this.#options.onBug(this.id, error)
    const response = this.#response
    if (response.headersSent) {
      // Nothing may follow the end of an answer that was complete.
      if (!response.writableEnded && !response.destroyed) {
        response.write(
          Buffer.concat([Buffer.from('event: error\ndata: '), answer.body, Buffer.from('\n\n')]),
          () => response.destroy(),
        )
      }
    } else if (!response.destroyed) {
      response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length })
      response.end(answer.body)
    }
    return { status: answer.status, code: answer.code }
  }
}

function tooLarge(limitBytes: number): Fault {
  return new Fault(
    'too_large',
    `The request body is larger than the ${limitBytes} bytes that this operation takes.`,
  )
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      response.off('drain', done)
      signal.removeEventListener('abort', done)
      if (signal.aborted) reject(signal.reason)
      else resolve()
    }
    response.once('drain', done)
    signal.addEventListener('abort', done, { once: true })
  })
}
