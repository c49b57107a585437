import { chmod, rm } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Door } from '../gateway/exchange.ts'
import type { Method } from '../gateway/record.ts'
import { methodOf } from '../gateway/record.ts'
import type { ErrorResponse, FaultCode } from '../kernel/fault.ts'
import { errorResponse, Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import type { Connections } from './connections.ts'
import { acceptConnections } from './connections.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { responseOn } from './socket/handshake.ts'
import type { ListenerTls } from './tls.ts'

/** One place that may serve a request; false hands it to the next. */
export type Serve = (request: IncomingMessage, response: ServerResponse, door: Door) => boolean

/** What one listener serves. */
export interface Served {
  /** Asked first; it writes the security headers itself, with all others in one piece. */
  readonly dataPath: Serve | null
  readonly places: readonly Serve[]
  /** None when absent. */
  readonly sockets?: SocketDoor
  /** Hears of every request that came to none of them. */
  readonly settled: (refusal: DoorRefusal) => void
}

/** The WebSockets that one listener offers. */
export interface SocketDoor {
  accepts(request: IncomingMessage): boolean
  take(request: IncomingMessage, stream: Duplex, on: { readonly head: Buffer; readonly door: Door }): void
}

export interface Listener {
  /** Replaces what is served; until then every request is told that the server is starting. */
  serve(served: Served): void
  /** Stops accepting, lets open responses finish for at most `timeoutMs`. */
  close(timeoutMs: number): Promise<void>
}

export interface NetworkListener extends Listener {
  /** `http://127.0.0.1:7070` */
  readonly url: string
  /** Shows another certificate to new connections; does nothing on a listener without TLS. */
  renew(tls: ListenerTls): void
}

/** A request that was refused at the door itself. */
export interface DoorRefusal {
  readonly operation: 'unknown'
  readonly method: Method
  readonly status: number
  readonly code: FaultCode
  readonly request: string
  /** It is refused at once. */
  readonly durationMs: 0
}

interface DoorOptions {
  /** How long a client may take to send its headers; 10 s when absent. */
  readonly headersTimeoutMs?: number
  readonly onBug: (request: string, error: unknown) => void
}

export interface ListenOptions extends DoorOptions {
  readonly host: string
  readonly port: number
  /** Plain HTTP when absent or null. */
  readonly tls?: ListenerTls | null
  readonly checkHost: (host: string | undefined) => void
}

/** Opens a network door. @throws the system's error (EADDRINUSE, EACCES, EADDRNOTAVAIL) where it cannot be had. */
export async function listen(options: ListenOptions): Promise<NetworkListener> {
  const { host, port, tls = null, checkHost } = options
  const guard = ({ headers, httpVersion }: IncomingMessage): void => {
    // Only a browser can be led here by a false name, and it always sends one; old probes speak HTTP/1.0 without.
    if (headers.host !== undefined || httpVersion !== '1.0') checkHost(headers.host)
  }
  const { connections, serve } = answering('network', guard, options)
  const { server, renew, close } = connections
  await listening(server, () => server.listen({ host, port, backlog: 4096 }))
  return { url: urlOf(tls ? 'https' : 'http', server.address(), host), serve, renew, close }
}

/** The operator's own way in: a Unix socket that only this user can open. */
export async function listenControl(path: string, options: DoorOptions): Promise<Listener> {
  const { connections, serve } = answering('control', () => {}, options)
  const { server, close } = connections
  await rm(path, { force: true })
  const before = process.umask(0o177)
  try {
    await listening(server, () => server.listen(path))
  } finally {
    process.umask(before)
  }
  await chmod(path, 0o600)
  return { serve, close }
}

interface Answering {
  readonly connections: Connections
  readonly serve: (served: Served) => void
}

function answering(
  door: Door,
  guard: (request: IncomingMessage) => void,
  options: DoorOptions & { readonly tls?: ListenerTls | null },
): Answering {
  let served: Served | null = null
  const turnAway = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    const id = requestId()
    const { status, code } = refuse(response, error, { id, onBug: options.onBug })
    served?.settled({
      operation: 'unknown',
      method: methodOf(request),
      status,
      code,
      request: id,
      durationMs: 0,
    })
  }
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    try {
      guard(request)
      refuseEncoded(request)
      if (served === null) throw new Fault('draining', 'Freehold is starting. Ask again in a moment.')
      if (served.dataPath?.(request, response, door)) return
      for (const [name, value] of SECURITY) response.setHeader(name, value)
      if (!served.places.some((place) => place(request, response, door))) throw nowhere(request)
    } catch (error) {
      turnAway(request, response, error)
    }
  }
  const upgrades = {
    accepts: (request: IncomingMessage) => served?.sockets?.accepts(request) ?? false,
    take(request: IncomingMessage, stream: Duplex, head: Buffer) {
      try {
        guard(request)
        served?.sockets?.take(request, stream, { head, door })
      } catch (error) {
        turnAway(request, responseOn(request, stream), error)
      }
    },
  }
  return {
    connections: acceptConnections(answer, { ...options, upgrades }),
    serve(next) {
      served = next
    },
  }
}

const SECURITY = Object.entries(SECURITY_HEADERS)

/**
 * Nothing here unpacks a body: a small one could unpack to more than the limits allow. What goes to a service is
 * handed on as it came, and the gateway judges it.
 */
function refuseEncoded({ headers, url = '' }: IncomingMessage): void {
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding.toLowerCase() === 'identity' || url.startsWith('/services/')) return
  throw new Fault('wrong_media_type', 'Send the body without content-encoding: nothing here unpacks it.')
}

/** The words in which the platform API knows no such path either. */
function nowhere({ method, url = '' }: IncomingMessage): Fault {
  const path = url.split('?', 1)[0] ?? ''
  return new Fault('no_such_operation', `There is no operation at ${method} ${path.slice(0, 80)}.`)
}

interface Turned {
  readonly id: string
  readonly onBug: (request: string, error: unknown) => void
}

/** Sends the refusal; a bug is also told to those who can mend it. */
export function refuse(response: ServerResponse, error: unknown, { id, onBug }: Turned): ErrorResponse {
  if (!(error instanceof Fault)) onBug(id, error)
  const answer = errorResponse(error, id)
  const { status, headers, body } = answer
  if (response.headersSent) response.destroy()
  else {
    response.writeHead(status, { ...SECURITY_HEADERS, ...headers, 'content-length': body.length }).end(body)
  }
  return answer
}

function listening(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => {
      server.off('error', reject)
      resolve()
    })
    start()
  })
}

function urlOf(scheme: 'http' | 'https', address: AddressInfo | string | null, host: string): string {
  if (address === null || typeof address === 'string') throw new Error('a network listener has no port')
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}
