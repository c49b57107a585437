import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Action } from '@freehold/contract/actions.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { SocketOperationId } from '@freehold/contract/socket-operations.ts'
import { SOCKET_OPERATIONS } from '@freehold/contract/socket-operations.ts'
import { createRequire } from 'node:module'
import type * as wsPackage from 'ws'
import type { WebSocket, WebSocketServer } from 'ws'
import type { BodyBudget } from '../../gateway/body-budget.ts'
import type { Door } from '../../gateway/exchange.ts'
import type { Session, Wire } from '../../gateway/socket/wire.ts'
import type { Caller } from '../../identity/caller.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import { requestId } from '../../kernel/ids.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import { refuse } from '../server.ts'
import type { Handshake } from './handshake.ts'
import { asksForSocket, readHandshake, responseOn } from './handshake.ts'
import { OpenSocket } from './open-socket.ts'

export interface SocketLimits {
  /** 0: no WebSocket is taken. */
  readonly max: number
  readonly perCaller: number
  readonly idleMs: number
  readonly pingMs: number
}

interface Asking {
  readonly headers: IncomingHttpHeaders
  readonly method: 'GET'
  /** Where it is let in; later it was. */
  readonly address?: string | undefined
}

/** Who opens a WebSocket, and how. */
export interface Entering {
  readonly caller: Caller
  readonly door: Door
  /** Of the handshake; a key that came as a subprotocol stands where a header would. */
  readonly headers: IncomingHttpHeaders
  /** The request target of the handshake as it came. */
  readonly url: string
}

export interface SocketsOptions {
  /** Who speaks over each. What is thrown refuses the handshake over HTTP. */
  readonly sessions: Readonly<Record<SocketOperationId, (entering: Entering) => (wire: Wire) => Session>>
  /** The caller of a handshake, also checked for where it came from. */
  readonly identifyHandshake: (asking: Asking, door: Door) => Caller
  /** Asked again while the connection is open: a key may be revoked and a session end. */
  readonly recognise: (asking: Asking, door: Door) => Caller
  readonly authorise: (caller: Caller, action: Action) => void
  readonly limits: () => SocketLimits
  /** Shared with all requests. */
  readonly bodies: BodyBudget
  readonly log: Log
  readonly metrics: Metrics
  readonly settled: (outcome: SocketOutcome) => void
  readonly onBug: (request: string, error: unknown) => void
}

/** How a handshake ended. */
export interface SocketOutcome {
  readonly operation: SocketOperationId
  readonly method: 'GET'
  readonly status: number
  readonly code: FaultCode | 'ok'
  readonly request: string
  readonly durationMs: number
}

interface Kept {
  readonly operation: SocketOperationId
  readonly asking: Asking
  readonly door: Door
  readonly socket: OpenSocket
}

const SWEEP_MS = 100
/** How long a client may take to agree that a connection ends. */
const FAREWELL_MS = 1000

const IDS = Object.keys(SOCKET_OPERATIONS) as readonly SocketOperationId[]

/** Every WebSocket of this process: who may open one, how many there may be, and when they end. */
export class Sockets {
  readonly #options: SocketsOptions
  /** Made with the first connection of each: many servers never see one. */
  readonly #servers = new Map<SocketOperationId, WebSocketServer>()
  readonly #open = new Map<WebSocket, Kept>()
  readonly #perCaller = new Map<string, number>()
  #timer: NodeJS.Timeout | null = null
  #isClosing = false

  constructor(options: SocketsOptions) {
    this.#options = options
    this.#schedule()
  }

  /** Whether the request asks for a WebSocket that there is; any other is answered over HTTP. */
  accepts(request: IncomingMessage, among: readonly SocketOperationId[]): boolean {
    return asksForSocket(request) && operationOf(request, among) !== null
  }

  /** Lets the client in, or says over HTTP why not. */
  take(
    request: IncomingMessage,
    stream: Duplex,
    { head, door }: { readonly head: Buffer; readonly door: Door },
  ): void {
    const operation = operationOf(request, IDS)
    if (operation === null) throw new Error('a WebSocket was accepted that there is not')
    const id = requestId()
    const fromMs = performance.now()
    const { settled, onBug } = this.#options
    const over = (status: number, code: FaultCode | 'ok'): void =>
      settled({ operation, method: 'GET', status, code, request: id, durationMs: performance.now() - fromMs })
    try {
      const handshake = readHandshake(request)
      const caller = this.#admit(operation, handshake, door)
      const { headers } = handshake
      const enter = this.#options.sessions[operation]
      const open = enter({ caller, door, headers, url: request.url ?? '' })
      this.#serverOf(operation).handleUpgrade(request, stream, head, (ws) => {
        this.#keep({ id, ws, stream, caller, operation, door, headers, open })
        over(101, 'ok')
      })
    } catch (error) {
      const { status, code } = refuse(responseOn(request, stream), error, { id, onBug })
      over(status, code)
    }
  }

  #serverOf(operation: SocketOperationId): WebSocketServer {
    const known = this.#servers.get(operation)
    if (known !== undefined) return known
    const made = serverOf(OPERATIONS[operation].limits.bodyBytes)
    this.#servers.set(operation, made)
    return made
  }

  /** Lets what is under way finish for at most `timeoutMs`, and ends every idle connection at once. */
  close(timeoutMs: number): Promise<void> {
    this.#isClosing = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const { socket } of this.#open.values()) socket.stop()
    return new Promise((resolve) => {
      const untilMs = performance.now() + timeoutMs
      const sweep = (): void => {
        const isLate = performance.now() >= untilMs
        for (const { socket } of this.#open.values())
          if (isLate || !socket.isBusy) socket.close(1001, 'Freehold is stopping')
        if (this.#open.size > 0) return
        clearInterval(swept)
        resolve()
      }
      const swept = setInterval(sweep, SWEEP_MS)
      sweep()
    })
  }

  /** @throws Fault `unidentified`, `csrf`, `not_allowed`, `too_many`, `unavailable`, … */
  #admit(operation: SocketOperationId, { headers, address }: Handshake, door: Door): Caller {
    const { identifyHandshake, authorise, limits } = this.#options
    const caller = identifyHandshake({ headers, method: 'GET', address }, door)
    authorise(caller, OPERATIONS[operation].action)
    const { max, perCaller } = limits()
    if (max === 0) {
      throw new Fault('no_such_operation', 'WebSockets are switched off here (sockets.max: 0).')
    }
    if (this.#isClosing) throw new Fault('draining', 'Freehold is stopping. Ask again in a moment.')
    if (this.#open.size >= max) {
      throw new Fault('unavailable', 'As many WebSockets are open here as may be (sockets.max).', {
        retryAfterS: 5,
      })
    }
    if ((this.#perCaller.get(keyOf(caller)) ?? 0) >= perCaller) {
      throw new Fault('too_many', 'You have as many WebSockets open as one caller may (sockets.perCaller).', {
        retryAfterS: 5,
      })
    }
    return caller
  }

  #keep(one: Entered): void {
    const { id, ws, stream, caller, operation, door, headers, open: opened } = one
    const { bodies, log, metrics } = this.#options
    const counted = keyOf(caller)
    const open = metrics.gauge('freehold_sockets_open').bind({ route: operation })
    const messages = metrics.counter('freehold_socket_messages_total')
    const socket = new OpenSocket({
      ws,
      stream,
      wire: { door, headers },
      open: opened,
      bodies,
      counted: (type) => messages.bind({ route: operation, type }).inc(),
      closed: (figures) => {
        this.#open.delete(ws)
        const left = (this.#perCaller.get(counted) ?? 1) - 1
        if (left > 0) this.#perCaller.set(counted, left)
        else this.#perCaller.delete(counted)
        open.dec()
        log.info('socket.closed', { request: id, route: operation, ...figures })
      },
    })
    this.#open.set(ws, { operation, asking: { headers, method: 'GET' }, door, socket })
    this.#perCaller.set(counted, (this.#perCaller.get(counted) ?? 0) + 1)
    open.inc()
  }

  /** One timer for all; a changed setting counts from the next look. */
  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#look()
      if (!this.#isClosing) this.#schedule()
    }, this.#options.limits().pingMs)
    this.#timer.unref()
  }

  /** Ends each connection that would not be let in now, before it is looked at anyway. */
  review(): void {
    for (const kept of this.#open.values()) {
      const refusal = this.#refusalOf(kept)
      if (refusal !== null) kept.socket.refuse(refusal)
    }
  }

  #look(): void {
    const { idleMs } = this.#options.limits()
    for (const kept of this.#open.values()) {
      const { socket } = kept
      const refusal = this.#refusalOf(kept)
      if (refusal !== null) socket.refuse(refusal)
      else if (socket.idleMs > idleMs) socket.close(1000, 'idle')
      else socket.ping()
    }
  }

  /** Why a connection must not stay; null where all is well, or where nobody can tell at the moment. */
  #refusalOf({ operation, asking, door }: Kept): Fault | null {
    const { recognise, authorise, onBug } = this.#options
    try {
      authorise(recognise(asking, door), OPERATIONS[operation].action)
    } catch (error) {
      if (!(error instanceof Fault)) onBug(requestId(), error)
      else if (error.code !== 'unavailable') return error
    }
    return null
  }
}

interface Entered {
  readonly id: string
  readonly ws: WebSocket
  readonly stream: Duplex
  readonly caller: Caller
  readonly operation: SocketOperationId
  readonly door: Door
  readonly headers: IncomingHttpHeaders
  readonly open: (wire: Wire) => Session
}

const load = createRequire(import.meta.url)

function serverOf(maxPayload: number): WebSocketServer {
  // What Node loads has the types of its package.
  const ws = load('ws') as typeof wsPackage
  // `closeTimeout` is not in the types of this version of ws, which would refuse it in a literal.
  const options = {
    noServer: true,
    clientTracking: false,
    // Ten bytes could unpack to ten megabytes.
    perMessageDeflate: false,
    autoPong: false,
    closeTimeout: FAREWELL_MS,
    maxPayload,
    handleProtocols: (_: Set<string>, request: IncomingMessage) => readHandshake(request).protocol ?? false,
  }
  const server = new ws.WebSocketServer(options)
  // Its own answers to a bad handshake are no JSON, and none is left for it to find.
  server.on('wsClientError', (_, socket) => socket.destroy())
  return server
}

const keyOf = ({ tenant, principal }: Caller): string => `${tenant} ${principal.id}`

function operationOf(
  { url = '' }: IncomingMessage,
  among: readonly SocketOperationId[],
): SocketOperationId | null {
  const path = url.split('?', 1)[0] ?? ''
  return among.find((id) => OPERATIONS[id].path === path) ?? null
}
