import type { IncomingHttpHeaders } from 'node:http'
import type { FetchLike } from '@modelcontextprotocol/client'
import type { Dispatcher } from 'undici'
import type { Dialler, Line } from '../../kernel/dialler/dialler.ts'
import type { DialledZone } from '../../kernel/dialler/addresses.ts'
import { Fault } from '../../kernel/fault.ts'

interface DialledFetchOptions {
  readonly dialler: Pick<Dialler, 'open'>
  /** Whose connections these are, for messages. */
  readonly name: string
  /** Of every host that is dialled: an authorisation server may name others of its own. */
  readonly zone: DialledZone
  readonly answerMs: number
  readonly mostBytes: number
}

/** `fetch` for the SDK over the platform's dialler, whose answers come as they are sent. Redirects come back as answers. */
export interface DialledFetch {
  readonly fetch: FetchLike
  close(): Promise<void>
}

const CONNECT_MS = 5000
const CONNECTIONS = 4
const MOST_ORIGINS = 8
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304])

export function dialledFetch(options: DialledFetchOptions): DialledFetch {
  const { dialler, name, zone } = options
  const lines = new Map<string, Line>()
  const lineTo = ({ origin }: URL): Line => {
    const known = lines.get(origin)
    if (known) return known
    if (lines.size >= MOST_ORIGINS)
      throw new Fault('skill_failed', `The MCP server leads to more than ${MOST_ORIGINS} hosts.`)
    const line = dialler.open({
      name,
      url: new URL(origin),
      zone,
      connectMs: CONNECT_MS,
      connections: CONNECTIONS,
    })
    lines.set(origin, line)
    return line
  }
  return {
    async fetch(input, init) {
      const request = new Request(input, { ...init, redirect: 'manual' })
      const url = new URL(request.url)
      const body = request.body === null ? null : Buffer.from(await request.arrayBuffer())
      request.headers.set('accept-encoding', 'identity')
      if (body) request.headers.set('content-length', String(body.length))
      const call = new StreamedCall(lineTo(url), options)
      return call.begin(
        {
          path: url.pathname + url.search,
          method: request.method,
          headers: [...request.headers].flat(),
          body,
        },
        request.signal,
      )
    },
    async close() {
      await Promise.all([...lines.values()].map((line) => line.destroy()))
    },
  }
}

class StreamedCall implements Dispatcher.DispatchHandler {
  readonly #line: Line
  readonly #bounds: Pick<DialledFetchOptions, 'answerMs' | 'mostBytes'>
  readonly #head = Promise.withResolvers<Response>()
  #controller: Dispatcher.DispatchController | null = null
  #body: ReadableStreamDefaultController<Uint8Array> | null = null
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  #bytes = 0

  constructor(line: Line, bounds: Pick<DialledFetchOptions, 'answerMs' | 'mostBytes'>) {
    this.#line = line
    this.#bounds = bounds
  }

  begin(request: Parameters<Line['dispatch']>[0], signal: AbortSignal): Promise<Response> {
    signal.throwIfAborted()
    this.#line.dispatch(request, this)
    const { answerMs } = this.#bounds
    this.#timer = setTimeout(
      () => this.#fail(new Fault('upstream_timeout', 'The MCP server did not answer in time.')),
      answerMs,
    )
    const leave = (): void => this.#fail(asError(signal.reason))
    signal.addEventListener('abort', leave, { once: true })
    return this.#head.promise
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isOver) controller.abort(new Error('nobody waits for it'))
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200 || this.#isOver) return
    this.#controller = controller
    clearTimeout(this.#timer)
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        this.#body = stream
      },
      pull: () => controller.resume(),
      cancel: () => this.#fail(new Error('nobody reads it')),
    })
    this.#head.resolve(
      new Response(WITHOUT_BODY.has(status) ? null : body, { status, headers: headersOf(headers) }),
    )
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    this.#bytes += piece.length
    if (this.#bytes > this.#bounds.mostBytes) {
      this.#fail(
        new Fault('skill_failed', `The MCP server answered with more than ${this.#bounds.mostBytes} bytes.`),
      )
      return
    }
    this.#body?.enqueue(new Uint8Array(piece))
    if ((this.#body?.desiredSize ?? 1) <= 0) controller.pause()
  }

  onResponseEnd(): void {
    this.#controller = null
    if (this.#leave()) this.#body?.close()
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#controller = null
    this.#fail(error)
  }

  #fail(error: Error): void {
    if (!this.#leave()) return
    this.#controller?.abort(error)
    this.#head.reject(error)
    this.#body?.error(error)
  }

  #leave(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#line.release(this)
    return true
  }
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('the request was ended', { cause: reason })

function headersOf(headers: IncomingHttpHeaders): Headers {
  const made = new Headers()
  for (const [name, value] of Object.entries(headers))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) made.append(name, one)
  return made
}
