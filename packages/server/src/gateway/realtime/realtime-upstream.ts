import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { Fault } from '../../kernel/fault.ts'
import type { Outbound } from '../../privacy/outbound.ts'
import { faultOf } from '../call/call-faults.ts'
import type { OpenTarget } from '../targets.ts'
import { DOWN } from '../verdict.ts'

/** Hears what a target says on its connection. */
export interface Hearing {
  event(text: string): void
  /** The connection is gone. Null: the target ended it as it should. */
  gone(fault: Fault | null): void
  /** Now and then, while it stands. */
  beat(): void
}

interface Way {
  readonly open: OpenTarget
  /** The target's own name of the model. */
  readonly model: string
  /** Flat: who is asking. */
  readonly identity: readonly string[]
  readonly hearing: Hearing
  readonly onLeave: (then: (reason: Fault) => void) => () => void
}

const MOST_EVENT_BYTES = 16 * 1024 * 1024
const LONGEST_HANDSHAKE_MS = 30_000
const PING_MS = 20_000
/** RFC 6455 section 7.4.1. */
const ENDED_WELL = 1000

/** Opens the connection to a target. Host and path are the configuration's. @throws Fault */
export async function openUpstream(way: Way): Promise<RealtimeUpstream> {
  const socket = await way.open.line.connect().catch((error: unknown) => {
    throw faultOf(error, false)
  })
  // Until ws listens, an error must not end the process.
  socket.on('error', () => {})
  // Most servers have no such target.
  const { WebSocket: Client } = await import('ws')
  return new Promise((resolve, reject) => {
    const ws = new Client(addressOf(way), {
      createConnection: () => socket,
      headers: headersOf(way.identity),
      perMessageDeflate: false,
      maxPayload: MOST_EVENT_BYTES,
      followRedirects: false,
    })
    let forget = (): void => {}
    const over = (): void => {
      clearTimeout(timer)
      forget()
    }
    const fail = (fault: Fault): void => {
      over()
      reject(fault)
      ws.terminate()
      socket.destroy()
    }
    const handshakeMs = Math.min(way.open.timeouts.firstByteMs, LONGEST_HANDSHAKE_MS)
    const timer = setTimeout(
      () => fail(new Fault('upstream_timeout', 'The target did not answer the handshake in time.')),
      handshakeMs,
    )
    ws.on('error', (error) => fail(faultOf(error, false)))
    ws.once('unexpected-response', (_, response) => fail(refusalOf(response)))
    // Before anything is awaited: the first event comes with the handshake.
    const upstream = new RealtimeUpstream(ws, socket, way.hearing)
    ws.once('open', () => {
      over()
      upstream.begin()
      resolve(upstream)
    })
    // At once, where the client has left by now.
    forget = way.onLeave(fail)
  })
}

function addressOf({ open, model }: Way): URL {
  const url = new URL(open.url)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  // As for HTTP: an address without a path means the API's own place.
  url.pathname = `${url.pathname === '/' ? '/v1' : url.pathname.replace(/\/$/, '')}/realtime`
  url.search = `?model=${encodeURIComponent(model)}`
  return url
}

function headersOf(identity: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': 'freehold' }
  for (let at = 0; at + 1 < identity.length; at += 2) headers[identity[at] ?? ''] = identity[at + 1] ?? ''
  return headers
}

function refusalOf(response: IncomingMessage): Fault {
  const { statusCode = 0 } = response
  response.destroy()
  const code = DOWN.has(statusCode) ? 'upstream_down' : 'upstream_broke'
  return new Fault(code, `The target answered the handshake with status ${statusCode}.`)
}

/** The connection to a target: what goes there has passed `Outbound`. */
export class RealtimeUpstream {
  readonly #ws: WebSocket
  readonly #socket: Socket
  readonly #hearing: Hearing
  #timer: NodeJS.Timeout | null = null
  #hasAnswered = true
  #isOver = false

  constructor(ws: WebSocket, socket: Socket, hearing: Hearing) {
    this.#ws = ws
    this.#socket = socket
    this.#hearing = hearing
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      this.#hasAnswered = true
      if (this.#isOver) return
      if (isBinary) this.#over(new Fault('upstream_broke', 'The target sent something that is no text.'))
      else hearing.event(data.toString())
    })
    ws.on('pong', () => (this.#hasAnswered = true))
  }

  get isFull(): boolean {
    return this.#socket.writableNeedDrain
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** To be called when the handshake is done. Nothing is heard before `resume`. */
  begin(): void {
    const ws = this.#ws
    ws.pause()
    ws.on('close', (code) =>
      this.#over(
        code === ENDED_WELL
          ? null
          : new Fault('upstream_broke', `The target ended the connection (${code}).`),
      ),
    )
    this.#timer = setInterval(() => {
      this.#hearing.beat()
      // A paused connection cannot answer.
      if (this.#isOver || ws.isPaused) return
      if (!this.#hasAnswered) return this.#over(new Fault('upstream_timeout', 'The target answers no ping.'))
      this.#hasAnswered = false
      ws.ping()
    }, PING_MS)
    this.#timer.unref()
  }

  send(outbound: Outbound<'private'> | Outbound<'managed'>): void {
    this.#ws.send(outbound.body, { binary: false })
  }

  /** Resolves when the target takes more, or is gone. */
  drained(): Promise<void> {
    const socket = this.#socket
    if (this.#isOver || !socket.writableNeedDrain) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        socket.off('drain', done).off('close', done)
        resolve()
      }
      socket.on('drain', done).on('close', done)
    })
  }

  pause(): void {
    this.#ws.pause()
  }

  resume(): void {
    this.#hasAnswered = true
    this.#ws.resume()
  }

  /** At once; nothing is heard any more. */
  end(): void {
    this.#isOver = true
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#ws.terminate()
  }

  #over(fault: Fault | null): void {
    if (this.#isOver) return
    this.end()
    this.#hearing.gone(fault)
  }
}
