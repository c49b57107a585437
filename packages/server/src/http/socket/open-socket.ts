import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { BodyBudget } from '../../gateway/body-budget.ts'
import type { Session, Wire } from '../../gateway/socket/wire.ts'
import type { Fault } from '../../kernel/fault.ts'

interface OpenSocketOptions {
  readonly ws: WebSocket
  /** Beneath it. */
  readonly stream: Duplex
  readonly wire: Pick<Wire, 'door' | 'headers'>
  readonly open: (wire: Wire) => Session
  readonly bodies: BodyBudget
  readonly counted: (direction: 'in' | 'out') => void
  readonly closed: (figures: SocketFigures) => void
}

export interface SocketFigures {
  readonly code: number
  readonly received: number
  readonly sent: number
  readonly ms: number
}

/** A client that leaves this much unread is cut; no single event is larger. */
const MOST_UNREAD_BYTES = 32 * 1024 * 1024
/** How long a session that is refused may take to say why. */
const LAST_WORD_MS = 500
/** Pongs are owed only to a client that reads. */
const PONG_UNREAD_BYTES = 64 * 1024
/** Parts of a message up to this size are not counted, like small bodies. */
const SMALL_PART_BYTES = 64 * 1024
/** What a larger one takes of the memory of all requests at a time: whoever stops in the middle holds little. */
const PART_STEP_BYTES = 1024 * 1024
/** Of a frame of a client up to 125 bytes (RFC 6455 section 5.2), which every ping and pong is. */
const CONTROL_HEAD_BYTES = 6

/** One WebSocket that was let in, and everything that bounds it. */
export class OpenSocket {
  readonly #options: OpenSocketOptions
  readonly #session: Session
  readonly #openedMs = performance.now()
  #activeMs = performance.now()
  #hasAnswered = true
  #received = 0
  #sent = 0
  /** Of a message that is not whole yet. */
  #partBytes = 0
  #heldBytes = SMALL_PART_BYTES
  #releases: (() => void)[] = []

  constructor(options: OpenSocketOptions) {
    this.#options = options
    const { ws, stream } = options
    stream.prependListener('data', (piece: Buffer) => this.#count(piece.length))
    ws.on('message', (data: Buffer, isBinary: boolean) => this.#take(data, isBinary))
    ws.on('ping', (data) => {
      this.#partBytes -= data.length + CONTROL_HEAD_BYTES
      if (ws.bufferedAmount < PONG_UNREAD_BYTES) ws.pong(data)
    })
    ws.on('pong', (data) => void (this.#partBytes -= data.length + CONTROL_HEAD_BYTES))
    // ws closes with the code that fits; without a listener the error would end the process.
    ws.on('error', () => {})
    ws.on('close', (code) => this.#left(code))
    this.#session = options.open(this.#wire())
  }

  get isBusy(): boolean {
    return this.#session.isBusy
  }

  get idleMs(): number {
    return this.isBusy ? 0 : performance.now() - this.#activeMs
  }

  stop(): void {
    this.#session.stop()
  }

  close(code: number, reason: string): void {
    this.#options.ws.close(code, reason)
  }

  /** Ends a client that did not answer the ping before, and sends the next one. */
  ping(): void {
    const { ws } = this.#options
    if (!this.#hasAnswered) return ws.terminate()
    this.#hasAnswered = false
    if (ws.readyState === ws.OPEN) ws.ping()
  }

  /** What is under way has been ended by itself and says so, for which there is a moment. */
  refuse({ code }: Fault): void {
    if (!this.isBusy) return this.close(1008, code)
    setTimeout(() => this.close(1008, code), LAST_WORD_MS).unref()
  }

  #wire(): Wire {
    const { ws, stream, wire, counted } = this.#options
    const isFull = (): boolean => stream.writableNeedDrain
    return {
      ...wire,
      get isFull() {
        return isFull()
      },
      send: (text) => {
        if (ws.readyState !== ws.OPEN) return true
        this.#sent += 1
        this.#activeMs = performance.now()
        counted('out')
        ws.send(text, { binary: false })
        if (ws.bufferedAmount > MOST_UNREAD_BYTES) ws.terminate()
        return !isFull()
      },
      onDrain: (resume) => void stream.once('drain', resume),
      pause: () => ws.pause(),
      resume: () => ws.resume(),
      close: (code, reason) => ws.close(code, reason),
    }
  }

  #take(data: Buffer, isBinary: boolean): void {
    this.#release()
    this.#received += 1
    this.#activeMs = performance.now()
    const { ws, counted } = this.#options
    // What came behind a close of ours is nobody's any more.
    if (ws.readyState !== ws.OPEN) return
    counted('in')
    if (isBinary) ws.close(1003, 'send text')
    else this.#session.message(data)
  }

  /** Large messages share the memory of large request bodies, from when they are seen to be large. */
  #count(bytes: number): void {
    this.#partBytes += bytes
    this.#hasAnswered = true
    const { bodies, ws } = this.#options
    try {
      while (this.#partBytes > this.#heldBytes) {
        this.#releases.push(bodies.take(PART_STEP_BYTES))
        this.#heldBytes += PART_STEP_BYTES
      }
    } catch {
      this.#heldBytes = Number.POSITIVE_INFINITY
      // RFC 6455's registry: 1013, try again later. What is still to come is not read.
      ws.close(1013, 'too many large messages')
      ws.pause()
    }
  }

  #release(): void {
    this.#partBytes = 0
    this.#heldBytes = SMALL_PART_BYTES
    for (const release of this.#releases) release()
    this.#releases = []
  }

  #left(code: number): void {
    this.#release()
    this.#session.left()
    this.#options.closed({
      code,
      received: this.#received,
      sent: this.#sent,
      ms: Math.round(performance.now() - this.#openedMs),
    })
  }
}
