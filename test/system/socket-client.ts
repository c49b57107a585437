import type { ClientOptions } from 'ws'
import { WebSocket } from 'ws'

/** What of any message the tests look at. */
export interface Notice {
  readonly type?: string
  readonly status?: number
  readonly code?: string
  readonly error?: {
    readonly code: string | null
    readonly message: string
    readonly param: string | null
    readonly headers?: Readonly<Record<string, string>>
  }
  readonly freehold?: { readonly request: string; readonly zone: string }
  readonly response?: { readonly id: string }
  readonly delta?: string
  readonly stream_id?: string
  readonly run?: string | null
}

/** The client's end of one WebSocket; what comes is kept until it is asked for. */
export class SocketClient {
  readonly ws: WebSocket
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  readonly all: Notice[] = []
  #unread: Notice[] = []
  #tell: (() => void) | null = null

  constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('message', (data: Buffer) => {
      const notice: Notice = JSON.parse(data.toString())
      this.all.push(notice)
      this.#unread.push(notice)
      this.#tell?.()
    })
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() })
        this.#tell?.()
      })
    })
    ws.on('error', () => {})
  }

  send(message: object | string): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** The next message; throws when the connection ends before it. */
  async next(): Promise<Notice> {
    for (;;) {
      const notice = this.#unread.shift()
      if (notice !== undefined) return notice
      if (this.ws.readyState === WebSocket.CLOSED) throw new Error('the connection ended')
      await new Promise<void>((resolve) => (this.#tell = resolve))
    }
  }

  /** Messages up to and including the first of this type. */
  async until(...types: readonly string[]): Promise<readonly Notice[]> {
    const seen: Notice[] = []
    for (;;) {
      const notice = await this.next()
      seen.push(notice)
      if (types.includes(notice.type ?? '')) return seen
    }
  }

  async end(): Promise<void> {
    this.ws.close()
    await this.closed
  }
}

export interface SocketWish {
  readonly headers?: Readonly<Record<string, string>>
  readonly protocols?: readonly string[]
  readonly options?: ClientOptions
}

/** Opens one; rejects with the refusal's body where it is refused. */
export async function openSocket(
  url: string,
  { headers = {}, protocols = [], options }: SocketWish = {},
): Promise<SocketClient> {
  const ws = new WebSocket(url.replace(/^http/, 'ws'), [...protocols], { ...options, headers })
  const client = new SocketClient(ws)
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve)
    ws.once('error', reject)
    ws.once('unexpected-response', (request, response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => {
        reject(new Error(`${response.statusCode} ${Buffer.concat(parts).toString()}`))
        request.destroy()
      })
    })
  })
  return client
}
