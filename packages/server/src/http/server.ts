import { chmod, rm } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Door } from '../gateway/exchange.ts'
import type { Method } from '../gateway/record.ts'
import { methodOf } from '../gateway/record.ts'
import type { ErrorResponse, FaultCode } from '../kernel/fault.ts'
import { errorResponse, Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import type { Connections } from './connections.ts'
import { acceptConnections } from './connections.ts'
import { SECURITY_HEADERS } from './page.ts'

/** One place that may serve a request; false hands it to the next. */
export type Serve = (request: IncomingMessage, response: ServerResponse, door: Door) => boolean

export interface Listener {
  /** `http://127.0.0.1:7070` */
  readonly url: string
  /**
   * Replaces what is served; until then every request is told that the server is starting. `settled` hears of every
   * request that came to none of these places.
   */
  serve(places: readonly Serve[], settled: (refusal: DoorRefusal) => void): void
  /** The operator's own way in: a Unix socket that only this user can open. */
  openControl(path: string): Promise<void>
  /** Stops accepting, lets open responses finish for at most `timeoutMs`. */
  close(timeoutMs: number): Promise<void>
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

export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly checkHost: (host: string | undefined) => void
  /** How long a client may take to send its headers; 10 s when absent. */
  readonly headersTimeoutMs?: number
  readonly onBug: (request: string, error: unknown) => void
}

/** Opens the network door. @throws the system's error (EADDRINUSE, EACCES, EADDRNOTAVAIL) where it cannot be had. */
export async function listen(options: ListenOptions): Promise<Listener> {
  let places: readonly Serve[] = []
  let settled: ((refusal: DoorRefusal) => void) | undefined
  const turnAway = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    const id = requestId()
    const { status, code } = refuse(response, error, { id, onBug: options.onBug })
    settled?.({ operation: 'unknown', method: methodOf(request), status, code, request: id, durationMs: 0 })
  }
  const handle = (request: IncomingMessage, response: ServerResponse, door: Door): void => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    try {
      // Only a browser can be led here by a false name, and it always sends one; old probes speak HTTP/1.0 without.
      const isNameless = request.headers.host === undefined && request.httpVersion === '1.0'
      if (door === 'network' && !isNameless) options.checkHost(request.headers.host)
      refuseEncoded(request)
      if (places.some((serve) => serve(request, response, door))) return
      throw new Fault('draining', 'Freehold is starting. Ask again in a moment.')
    } catch (error) {
      turnAway(request, response, error)
    }
  }
  const open = (door: Door): Connections =>
    acceptConnections((request, response) => handle(request, response, door), options.headersTimeoutMs)
  const network = open('network')
  const { server } = network
  await listening(server, () => server.listen({ host: options.host, port: options.port, backlog: 4096 }))
  const doors = [network]
  return {
    url: urlOf(server.address(), options.host),
    serve(next, told) {
      places = next
      settled = told
    },
    async openControl(path) {
      const control = open('control')
      await rm(path, { force: true })
      const before = process.umask(0o177)
      try {
        await listening(control.server, () => control.server.listen(path))
      } finally {
        process.umask(before)
      }
      await chmod(path, 0o600)
      doors.push(control)
    },
    close: async (timeoutMs) => {
      await Promise.all(doors.map((one) => one.close(timeoutMs)))
    },
  }
}

/** Nothing here unpacks a body: a small one could unpack to more than the limits allow. */
function refuseEncoded({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return
  throw new Fault('wrong_media_type', 'Send the body without content-encoding: nothing here unpacks it.')
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
  else response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)
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

function urlOf(address: AddressInfo | string | null, host: string): string {
  if (address === null || typeof address === 'string') throw new Error('a network listener has no port')
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}
