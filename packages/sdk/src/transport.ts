import type { CallOptions } from './answer.ts'
import { FreeholdError, refusalIn } from './error.ts'
import { backoffMs, pause } from './pause.ts'
import { resendAfterMs } from './retry.ts'
import type { Row } from './row.ts'
import type { Caller, Key } from './session.ts'
import { inSession, keyed } from './session.ts'

/** What a body may be. */
export type Content =
  | string
  | Blob
  | FormData
  | URLSearchParams
  | Uint8Array<ArrayBuffer>
  | ReadableStream<Uint8Array<ArrayBuffer>>

export type Fetch = (address: string, init: RequestInit) => Promise<Response>

export interface TransportOptions {
  readonly url?: string | URL | undefined
  readonly key?: Key | undefined
  readonly fetch?: Fetch | undefined
  readonly timeoutMs?: number | undefined
  readonly retries?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What is sent for one call. */
export interface Wish {
  readonly row: Row
  /** The path and the query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Content | null
  /** It can be sent once only. */
  readonly isOnce?: boolean
  /** In place of fetch. */
  readonly send?: Fetch
}

type Read<T> = (response: Response, signal: AbortSignal) => Promise<T>

const TIMEOUT_MS = 60_000
/** Models think. */
const MODEL_TIMEOUT_MS = 600_000
const RETRIES = 2

/** Sends calls to one server: says who calls, gives up in time, and sends once more what may be. */
export class Transport {
  readonly base: string
  readonly #options: TransportOptions
  readonly #fetch: Fetch
  readonly #caller: Caller

  constructor(options: TransportOptions) {
    const place: { readonly location?: { readonly origin: string } } = globalThis
    const url = options.url ?? place.location?.origin
    if (url === undefined) throw new TypeError('Say where the server is: createClient({ url })')
    this.base = String(url).replace(/\/+$/, '')
    this.#options = options
    // By name, each time: a page may replace it, and it must not lose its `this`.
    this.#fetch = options.fetch ?? ((address, init) => fetch(address, init))
    const ask = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      this.#fetch(`${this.base}/api/session`, { headers, cache: 'no-store', redirect: 'error' })
    this.#caller = options.key === undefined ? inSession(ask) : keyed(options.key)
  }

  /** Whether calls go out by `fetch` as the platform has it. */
  get isPlain(): boolean {
    return this.#options.fetch === undefined
  }

  async headers(row: Pick<Row, 'method' | 'open'>): Promise<Readonly<Record<string, string>>> {
    return { ...this.#options.headers, ...(await this.#caller.headers(row)) }
  }

  note(response: Response, body: unknown): void {
    this.#caller.note(response, body)
  }

  /** Sends a call and reads its answer. What is thrown is a FreeholdError, or the reason of the signal. */
  async exchange<T>(wish: Wish, options: CallOptions, read: Read<T>): Promise<T> {
    const most = wish.isOnce ? 0 : (options.retries ?? this.#options.retries ?? RETRIES)
    let wasLost = false
    options.signal?.throwIfAborted()
    for (let failures = 0; ;) {
      try {
        return await this.#once(wish, options, read)
      } catch (error) {
        options.signal?.throwIfAborted()
        if (!(error instanceof FreeholdError)) throw error
        // An attempt whose answer was lost had done it.
        if (wasLost && error.status === 404 && wish.row.method === 'DELETE' && wish.row.empty)
          return read(new Response(null, { status: 204 }), new AbortController().signal)
        const hasNewToken = error.code === 'csrf' && this.#caller.forgetToken()
        const waitMs = hasNewToken ? 0 : resendAfterMs(wish.row, error)
        failures += 1
        if (waitMs === null || failures > most) throw error
        wasLost ||= error.status === null
        // A connection that went stale is replaced at once; everybody else is given a moment.
        if (!hasNewToken && (failures > 1 || error.status !== null))
          await pause(waitMs + backoffMs(failures), options.signal)
      }
    }
  }

  async #once<T>(wish: Wish, options: CallOptions, read: Read<T>): Promise<T> {
    const { row, path, body = null } = wish
    const longestMs =
      options.timeoutMs ?? this.#options.timeoutMs ?? (row.model ? MODEL_TIMEOUT_MS : TIMEOUT_MS)
    const own = new AbortController()
    const timer =
      longestMs === 0
        ? undefined
        : setTimeout(
            () => own.abort(new FreeholdError('no_answer', `No answer within ${longestMs} ms.`)),
            longestMs,
          )
    const signal = options.signal ? AbortSignal.any([options.signal, own.signal]) : own.signal
    try {
      const headers = { ...(await this.headers(row)), ...wish.headers, ...headersOf(options) }
      const send = wish.send ?? this.#fetch
      const response = await send(this.base + path, {
        method: row.method,
        headers,
        body,
        signal,
        cache: 'no-store',
        // Nothing that is sent goes on to where an answer points.
        redirect: 'error',
        // A page that is closed may have asked for it just before.
        keepalive: row.method === 'DELETE',
        // Asked for by streams as bodies; the types do not know it.
        ...(body instanceof ReadableStream && { duplex: 'half' }),
      })
      if (!response.ok) throw await refusalIn(response)
      return await read(response, signal)
    } catch (error) {
      if (own.signal.aborted) throw own.signal.reason
      if (error instanceof FreeholdError || options.signal?.aborted) throw error
      throw new FreeholdError('unreachable', `No whole answer came from ${this.base}.`, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }
}

function headersOf(options: CallOptions): Record<string, string> {
  const headers: Record<string, string> = { ...options.headers }
  if (options.dataClass !== undefined) headers['x-freehold-class'] = options.dataClass
  if (options.conversation !== undefined) headers['x-freehold-conversation'] = options.conversation
  if (options.traceparent !== undefined) headers['traceparent'] = options.traceparent
  return headers
}
