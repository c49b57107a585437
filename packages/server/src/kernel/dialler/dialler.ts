import { lookup } from 'node:dns'
import type { Socket } from 'node:net'
import { connect, isIP } from 'node:net'
import type { Dispatcher } from 'undici'
import Pool from 'undici/lib/dispatcher/pool.js'
import { Fault } from '../fault.ts'
import type { TargetDefinition } from '../target-definition.ts'
import type { DialledZone, Guard, Reason } from './addresses.ts'
import { guard as rules, scopeOf } from './addresses.ts'
import type { Examined, Network } from './connector.ts'
import { Connector, RefusedAddress } from './connector.ts'
import { secureContext } from './secure-context.ts'

export { RefusedAddress } from './connector.ts'

/** Where a line leads, as the configuration says it. */
export interface Destination {
  /** The target's name, for messages. */
  readonly name: string
  /** Only its origin counts: paths are the request's. */
  readonly url: URL
  readonly zone: DialledZone
  /** PEM text. */
  readonly tls?: TargetDefinition['tls']
  /** Until a connection stands, TLS included. */
  readonly connectMs: number
  /** The most at a time; default 256. */
  readonly connections?: number
}

/** What is sent along a line. It cannot say where to. */
export interface LineRequest {
  readonly path: string
  readonly method: string
  /** Flat: name, value, name, value. The host is the line's. */
  readonly headers: string[]
  readonly body: Buffer | null
}

/** Connections to one destination, kept and used again; each new one is checked anew. */
export interface Line {
  /**
   * Redirects come back as answers. Whoever dispatches calls `release` once, with the same handler.
   * @throws Fault `invalid` for a request that tries to name another destination; then there is nothing to release
   */
  dispatch(request: LineRequest, handler: Dispatcher.DispatchHandler): void
  /** The request is over, or nobody wants it any more. One that still waits for a connection is forgotten at once. */
  release(handler: Dispatcher.DispatchHandler): void
  /**
   * A connection of its own, checked like all others, for what is no request; whoever asked ends it.
   * @throws RefusedAddress, or what the network says
   */
  connect(): Promise<Socket>
  /** Requests that were dispatched and not released yet, and connections of their own that still stand. */
  inUse(): number
  /** Ends when what is under way has ended. */
  close(): Promise<void>
  /** Ends at once; what is under way fails. */
  destroy(): Promise<void>
}

/** The only way out of this process. */
export interface Dialler {
  /** @throws Fault `invalid` for a destination that can never be dialled as it is written */
  open(destination: Destination): Line
  /** One connection, made, looked at and ended. @throws Fault `invalid` as `open` */
  examine(destination: Destination): Promise<Examined>
}

/** A connection that was not made. */
export interface Refusal {
  readonly target: string
  readonly address: string
  readonly reason: Reason
}

export interface DiallerOptions {
  /** Told of every connection that the guard refused. */
  readonly refused?: (refusal: Refusal) => void
  readonly lookup?: Network['lookup']
  readonly connect?: Network['connect']
  readonly guard?: Guard
}

const MOST_CONNECTIONS = 256
const IDLE_MS = 60_000
/** Origin-form (RFC 9112 section 3.2.1): never the absolute form that proxies read as a destination. */
const PATH = /^\/[!"$-~]*$/

/** Opens lines. What it is not given is the real network under the rules in force. */
export function createDialler(options: DiallerOptions = {}): Dialler {
  const network: Network = {
    lookup: options.lookup ?? lookup,
    connect: options.connect ?? connect,
  }
  return {
    open(destination) {
      const connector = connectorOf(destination, network, options.guard ?? rules)
      return openLine(destination, connector, options.refused ?? (() => {}))
    },
    async examine(destination) {
      const examined = await connectorOf(destination, network, options.guard ?? rules).examine()
      if (examined.error instanceof RefusedAddress) options.refused?.(examined.error)
      return examined
    },
  }
}

function connectorOf(destination: Destination, network: Network, guard: Guard): Connector {
  const { name, url, zone, tls, connectMs } = destination
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const literal = isIP(host) === 0 ? null : host
  const isSecure = url.protocol === 'https:'
  const refuse = (what: string): Fault => new Fault('invalid', `Target ${name}: ${what}.`, { param: 'url' })
  if (!isSecure && url.protocol !== 'http:') throw refuse('only http and https addresses can be dialled')
  if (!isSecure && tls !== undefined) throw refuse('certificates need an https address')
  if (!isSecure && zone === 'managed' && (literal === null || scopeOf(literal) !== 'loopback')) {
    throw refuse('a managed target needs https; plain http is for the loopback address of this machine only')
  }
  const way = {
    target: name,
    host,
    port: Number(url.port) || (isSecure ? 443 : 80),
    context: isSecure ? secureContext(name, tls ?? {}) : null,
    connectMs,
    allowance: { zone, literal },
  }
  return new Connector(way, network, guard)
}

function openLine(destination: Destination, connector: Connector, refused: (refusal: Refusal) => void): Line {
  const connections = destination.connections ?? MOST_CONNECTIONS
  const apart = new Set<Socket>()
  const connected = async (): Promise<Socket> => {
    try {
      return await connector.connect()
    } catch (error) {
      if (error instanceof RefusedAddress) refused(error)
      throw error
    }
  }
  const pool = new Pool(destination.url.origin, {
    connections,
    pipelining: 1,
    keepAliveTimeout: IDLE_MS,
    // Whoever calls watches its own calls: one clock for all is cheaper than a timer each.
    bodyTimeout: 0,
    headersTimeout: 0,
    allowH2: false,
    // What undici found out about host and server name is not asked: it may come from a header of the request.
    connect(_, handOver) {
      connected().then(
        (socket) => handOver(null, socket),
        (error: unknown) =>
          handOver(error instanceof Error ? error : new Error('no connection', { cause: error }), null),
      )
    },
  })
  // The pool's own queue cannot be left: the bodies of clients that are gone would stay in it.
  const waiting = new Map<Dispatcher.DispatchHandler, LineRequest>()
  let free = connections
  return {
    dispatch({ path, method, headers, body }, handler) {
      if (!PATH.test(path)) throw new Fault('invalid', 'This is no path.', { param: 'path' })
      if (method === 'CONNECT') throw new Fault('invalid', 'Tunnels are not dialled.', { param: 'method' })
      for (let at = 0; at < headers.length; at += 2) {
        if (headers[at]?.length === 4 && headers[at]?.toLowerCase() === 'host') {
          throw new Fault('invalid', 'The host of a request is the one of its target.', { param: 'headers' })
        }
      }
      const request = { path, method, headers, body }
      if (free === 0) {
        waiting.set(handler, request)
        return
      }
      free -= 1
      pool.dispatch(request, handler)
    },
    release(handler) {
      if (waiting.delete(handler)) return
      const [next] = waiting
      if (next === undefined) {
        free += 1
        return
      }
      waiting.delete(next[0])
      pool.dispatch(next[1], next[0])
    },
    async connect() {
      const socket = await connected()
      apart.add(socket)
      socket.once('close', () => apart.delete(socket))
      return socket
    },
    inUse: () => connections - free + waiting.size + apart.size,
    async close() {
      await pool.close()
      connector.stop()
    },
    async destroy() {
      connector.stop()
      for (const socket of apart) socket.destroy()
      const destroyed = pool.destroy()
      // The pool tells them that it is gone.
      for (const [handler, request] of waiting) pool.dispatch(request, handler)
      waiting.clear()
      await destroyed
    },
  }
}
