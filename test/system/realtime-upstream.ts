import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { TlsOptions } from 'node:tls'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'

/** An event of the Realtime API, as far as the tests look at it. */
export interface RealtimeEvent {
  readonly type: string
  readonly event_id?: string
  readonly response?: object
  readonly session?: object
  readonly audio?: string
}

/** One connection that a scripted target was opened. */
export class Conversed {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly events: RealtimeEvent[] = []
  readonly ws: WebSocket
  readonly closed: Promise<void>
  #told: () => void = () => {}

  constructor(
    ws: WebSocket,
    { url = '', headers }: { readonly url?: string | undefined; readonly headers: IncomingHttpHeaders },
  ) {
    this.ws = ws
    this.path = url
    this.headers = headers
    this.closed = new Promise((resolve) => void ws.once('close', () => resolve()))
  }

  take(event: RealtimeEvent): void {
    this.events.push(event)
    this.#told()
  }

  say(...events: readonly object[]): void {
    for (const event of events) this.ws.send(JSON.stringify(event))
  }

  types(): readonly string[] {
    return this.events.map(({ type }) => type)
  }

  /** When the target has got this many events. */
  async has(count: number): Promise<void> {
    while (this.events.length < count) await new Promise<void>((resolve) => (this.#told = resolve))
  }
}

export type RealtimeScript = (event: RealtimeEvent, to: Conversed) => void

export interface RealtimeServer {
  readonly url: string
  readonly seen: Conversed[]
  answer(script: RealtimeScript): void
  /** Refuses handshakes with this status from now on; null: takes them. */
  refuse(status: number | null): void
  close(): Promise<void>
}

export const created = (id = 'resp_1'): object => ({
  type: 'response.created',
  response: { id, status: 'in_progress' },
})
export const delta = (text: string): object => ({ type: 'response.output_text.delta', delta: text })
export const done = (
  status = 'completed',
  usage: object | null = { input_tokens: 12, output_tokens: 5, total_tokens: 17 },
): object => ({
  type: 'response.done',
  response: { id: 'resp_1', status, usage },
})

/** What a target that is well does. */
export const obliging: RealtimeScript = ({ type, session }, to) => {
  if (type === 'session.update') to.say({ type: 'session.updated', session })
  else if (type === 'conversation.item.create')
    to.say({ type: 'conversation.item.added', item: { id: 'item_1' } })
  else if (type === 'response.create') to.say(created(), delta('Bon'), delta('jour 你'), done())
  else if (type === 'response.cancel') to.say(done('cancelled'))
}

/** A target of the Realtime API that does what a test says. */
export async function realtimeServer(tls?: TlsOptions): Promise<RealtimeServer> {
  const seen: Conversed[] = []
  let current = obliging
  let refusal: number | null = null
  const sockets = new WebSocketServer({ noServer: true })
  const server = tls === undefined ? createServer() : createSecureServer(tls)
  server.on('upgrade', (request, socket, head) => {
    if (refusal !== null) {
      socket.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const one = new Conversed(ws, request)
      seen.push(one)
      ws.on('message', (data: Buffer) => {
        const event: RealtimeEvent = JSON.parse(data.toString())
        one.take(event)
        current(event, one)
      })
      one.say({
        type: 'session.created',
        session: {
          type: 'realtime',
          audio: { input: { turn_detection: { type: 'server_vad', create_response: true } } },
        },
      })
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    seen,
    answer: (script) => void (current = script),
    refuse: (status) => void (refusal = status),
    async close() {
      for (const { ws } of seen) ws.terminate()
      sockets.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
