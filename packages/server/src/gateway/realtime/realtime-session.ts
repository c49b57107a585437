import type { FaultCode } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import { requestId } from '../../kernel/ids.ts'
import type { Reply } from '../reply.ts'
import type { Session, Wire } from '../socket/wire.ts'
import type { ClientEvent } from './client-event.ts'
import { idOf, readClientEvent } from './client-event.ts'
import { Conversation } from './conversation.ts'
import type { Handshake, RealtimeOptions } from './realtime.ts'
import { RealtimeExchange, tell } from './realtime-exchange.ts'
import type { Connected } from './rooms.ts'
import { connectionAnswer, passOn, responseAnswer } from './rooms.ts'
import type { Running } from './running.ts'
import type { ServerEvent } from './server-event.ts'
import { readServerEvent } from './server-event.ts'

/** Events that may wait until the one before them was sent on; beyond it no more are read. */
const MOST_WAITING = 32
/** Refusals after which no event of this connection could fare better. */
const FINAL: ReadonlySet<FaultCode> = new Set<FaultCode>(['unidentified', 'expired_key', 'revoked'])
/** RFC 6455's registry: 1013, try again later. */
const LATER: ReadonlySet<FaultCode> = new Set<FaultCode>([
  'too_many',
  'over_limit',
  'upstream_down',
  'upstream_timeout',
  'draining',
  'unavailable',
])

interface Waiting {
  readonly bytes: Buffer
  readonly release: () => void
}

/** One realtime conversation: a connection of the client, one to the target, and each event looked at in between. */
export class RealtimeSession implements Session {
  readonly #wire: Wire
  readonly #options: RealtimeOptions
  readonly #handshake: Handshake
  readonly #conversation = new Conversation()
  readonly #connection: RealtimeExchange
  readonly #over = Promise.withResolvers<void>()
  #waiting: Waiting[] = []
  #isWorking = false
  #isStopping = false
  #isOver = false
  #connected: Connected | null = null
  #running: Running | null = null
  #isPaused = false
  /** What went wrong and the client knows. */
  readonly #told = new WeakSet<object>()

  constructor(wire: Wire, handshake: Handshake, options: RealtimeOptions) {
    this.#wire = wire
    this.#handshake = handshake
    this.#options = options
    this.#over.promise.catch(() => {})
    this.#connection = this.#exchange({ bytesIn: 0, event: null, underWay: () => this.#over.promise })
    void this.#connect()
  }

  get isBusy(): boolean {
    return this.#running !== null || this.#isWorking
  }

  message(bytes: Buffer): void {
    if (this.#isOver) return
    try {
      if (this.#isStopping) throw stopping()
      this.#waiting.push({ bytes, release: this.#options.bodies.take(bytes.length) })
    } catch (error) {
      this.#refuse(error, idOf(bytes))
    }
    if (this.#waiting.length >= MOST_WAITING) this.#pause()
    void this.#work()
  }

  stop(): void {
    this.#isStopping = true
  }

  left(): void {
    this.#end(new Fault('client_left', 'The client closed the connection.'))
  }

  async #connect(): Promise<void> {
    const answer = connectionAnswer(this.#options, this.#handshake, {
      onLeave: (then) => this.#connection.onLeave(then),
      hearing: {
        event: (text) => this.#hear(text),
        gone: (fault) => this.#gone(fault),
        beat: () => this.#beat(),
      },
      connected: (connected) => {
        this.#connected = connected
        if (this.#isOver) return connected.upstream.end()
        connected.upstream.resume()
        void this.#work()
      },
    })
    await answer(this.#connection)
    const { refused } = this.#connection
    if (refused !== null) this.#close(refused)
  }

  /** Sends on what waits, one after the other, no faster than the target takes it. */
  async #work(): Promise<void> {
    if (this.#isWorking || this.#connected === null) return
    this.#isWorking = true
    const { upstream } = this.#connected
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await this.#take(next.bytes, this.#connected)
      next.release()
      if (upstream.isFull) await upstream.drained()
    }
    this.#isWorking = false
    this.#resume()
  }

  async #take(bytes: Buffer, connected: Connected): Promise<void> {
    if (this.#isOver) return
    try {
      const read = readClientEvent(bytes)
      this.#conversation.requireAsked(read.event)
      if (read.event.type === 'response.create') return await this.#respond(read, connected)
      passOn(this.#options, { connected, read, conversation: this.#conversation, exchange: this.#connection })
    } catch (error) {
      this.#refuse(error, idOf(bytes))
    }
  }

  /** Resolves when the target was asked, or will not be. */
  async #respond(read: ClientEvent, connected: Connected): Promise<void> {
    if (this.#running !== null) {
      throw new Fault('conflict', 'A response is under way on this connection; wait for response.done.')
    }
    let begun: Running | null = null
    const underWay = (): Promise<void> => begun?.over ?? Promise.resolve()
    const exchange = this.#exchange({
      bytesIn: read.body.length,
      event: read.event.event_id ?? null,
      underWay,
    })
    const answer = responseAnswer(this.#options, {
      connected,
      read,
      conversation: this.#conversation,
      exchange,
      isOver: () => this.#isOver,
      begin: (running) => (this.#running = begun = running),
      silent: (fault) => this.#gone(fault),
    })
    const answered = answer(exchange).then(() => {
      if (this.#running === begun) this.#running = null
      if (exchange.refused !== null && FINAL.has(exchange.refused)) this.#close(exchange.refused)
    })
    await Promise.race([exchange.sent, answered])
  }

  #hear(text: string): void {
    const said = readServerEvent(text)
    if (said === null)
      return this.#gone(new Fault('upstream_broke', 'The target sent something that is no event.'))
    const running = this.#running
    if (said.type === 'response.created' && (running === null || running.isCreated)) return this.#unasked()
    if (said.type === 'response.done' && running === null) return this.#unasked()
    this.#conversation.heard(said)
    running?.heard(said, text.length)
    this.#forward(running === null ? text : renamed(text, said, running), said.type)
    if (running === null) return
    if (said.type === 'response.done') {
      const isFailure = said.response?.status === 'failed'
      const failure = isFailure ? new Fault('upstream_broke', 'The response failed at the target.') : null
      if (failure !== null) this.#told.add(failure)
      running.done(said, failure)
      this.#conversation.answered(running.tokens().output)
      this.#running = null
    } else if (said.type === 'error' && running.isRefusedBy(said)) {
      const refusal = new Fault('upstream_broke', 'The target refused the response.')
      this.#told.add(refusal)
      running.refused(said, refusal)
      this.#running = null
    }
  }

  /** Who takes a target out of service does not wait for a client that asks nothing. */
  #beat(): void {
    if (this.#running === null && this.#connected?.open.isDrained) this.#gone(drained())
  }

  /** Nobody was asked whether it may be, and nothing of it stands on record. */
  #unasked(): void {
    this.#gone(new Fault('upstream_broke', 'The target began a response that nobody asked for.'))
  }

  #forward(text: string, type: string): void {
    const wire = this.#wire
    const origin = this.#originOf(type)
    // Ours comes last, so that no member of a target's can speak for us.
    const end = origin === null ? -1 : text.lastIndexOf('}')
    if (wire.send(end < 0 ? text : `${text.slice(0, end)},"freehold":${JSON.stringify(origin)}}`)) return
    const upstream = this.#connected?.upstream
    upstream?.pause()
    wire.onDrain(() => upstream?.resume())
  }

  #originOf(type: string): object | null {
    if (type !== 'session.created' && type !== 'response.created') return null
    const request = type === 'session.created' ? this.#connection.id : this.#running?.request
    return this.#connected && { request, ...this.#connected.origin }
  }

  /** The target is gone, or must not go on. Null: it ended the connection as it should. */
  #gone(fault: Fault | null): void {
    if (this.#isOver) return
    const failure = fault ?? (this.#running === null ? null : cutOff())
    if (failure !== null) this.#refuse(failure, null)
    this.#end(failure)
    if (failure !== null) this.#close(failure.code)
    else {
      this.#resume()
      this.#wire.close(1000, 'the target ended the session')
    }
  }

  /** Null, or that the client left: the connection ended as it should. */
  #end(failure: Fault | null): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const { release } of this.#waiting) release()
    this.#waiting = []
    this.#running?.end(failure ?? cutOff())
    if (failure !== null) this.#connection.leave(failure)
    this.#connected?.upstream.end()
    if (failure === null || failure.code === 'client_left') this.#over.resolve()
    else this.#over.reject(failure)
  }

  #refuse(error: unknown, event: string | null): void {
    const request = requestId()
    if (error instanceof Fault) this.#told.add(error)
    else this.#options.onBug(request, error)
    tell(this.#wire, error, { request, event })
    if (error instanceof Fault && FINAL.has(error.code)) this.#close(error.code)
  }

  #pause(): void {
    this.#isPaused = true
    this.#wire.pause()
  }

  #resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#wire.resume()
  }

  #close(code: FaultCode): void {
    this.#resume()
    this.#wire.close(FINAL.has(code) ? 1008 : LATER.has(code) ? 1013 : 1011, code)
  }

  #exchange(about: {
    readonly bytesIn: number
    readonly event: string | null
    readonly underWay: (reply: Reply) => Promise<void>
  }): RealtimeExchange {
    const { onBug, trace } = this.#options
    return new RealtimeExchange({
      ...about,
      wire: this.#wire,
      url: this.#handshake.url,
      callOff: (reason) => this.#gone(reason),
      onBug,
      // A connection may stand for hours: each response has a trace of its own.
      trace: about.bytesIn === 0 ? null : trace,
      isTold: (error) => typeof error === 'object' && error !== null && this.#told.has(error),
    })
  }
}

/** The client knows its events by its own names. */
function renamed(text: string, { type, error }: ServerEvent, running: Running): string {
  if (type !== 'error' || error?.event_id !== running.event) return text
  const said: object = JSON.parse(text)
  return JSON.stringify({ ...said, error: { ...error, event_id: running.clientEvent ?? null } })
}

const cutOff = (): Fault => new Fault('upstream_broke', 'The target ended the connection in its response.')
const drained = (): Fault =>
  new Fault('draining', 'The target was taken out of service for maintenance. Open another connection.')
const stopping = (): Fault =>
  new Fault('draining', 'Freehold is stopping. Open another connection and send this again.')
