import { chmod, rm } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Door } from '../gateway/exchange.ts'
import { errorResponse, Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import { SECURITY_HEADERS } from './page.ts'

/** One place that may serve a request; false hands it to the next. */
export type Serve = (request: IncomingMessage, response: ServerResponse, door: Door) => boolean

export interface Listener {
  /** `http://127.0.0.1:7070` */
  readonly url: string
  /** Replaces what is served; until then every request is told that the server is starting. */
  serve(places: readonly Serve[]): void
  /** The operator's own way in: a Unix socket that only this user can open. */
  openControl(path: string): Promise<void>
  /** Stops accepting, lets open responses finish for at most `timeoutMs`. */
  close(timeoutMs: number): Promise<void>
  readonly openConnections: () => Promise<number>
}

export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly checkHost: (host: string | undefined) => void
  readonly onBug: (request: string, error: unknown) => void
}

const IDLE_SWEEP_MS = 100
const LINGER_MS = 2000

/** Opens the network door. @throws the system's error (EADDRINUSE, EACCES, EADDRNOTAVAIL) where it cannot be had. */
export async function listen(options: ListenOptions): Promise<Listener> {
  let places: readonly Serve[] = []
  const handle = (request: IncomingMessage, response: ServerResponse, door: Door): void => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    try {
      // Only a browser can be led here by a false name, and it always sends one; old probes speak HTTP/1.0 without.
      const isNameless = request.headers.host === undefined && request.httpVersion === '1.0'
      if (door === 'network' && !isNameless) options.checkHost(request.headers.host)
      refuseEncoded(request)
      if (places.some((serve) => serve(request, response, door))) return
      refuse(response, new Fault('draining', 'Freehold is starting. Ask again in a moment.'), options)
    } catch (error) {
      refuse(response, error, options)
    }
  }
  const network = open((request, response) => handle(request, response, 'network'))
  await listening(network, () => network.listen({ host: options.host, port: options.port, backlog: 4096 }))
  const servers: Server[] = [network]
  return {
    url: urlOf(network.address(), options.host),
    serve(next) {
      places = next
    },
    async openControl(path) {
      const control = open((request, response) => handle(request, response, 'control'))
      await rm(path, { force: true })
      const before = process.umask(0o177)
      try {
        await listening(control, () => control.listen(path))
      } finally {
        process.umask(before)
      }
      await chmod(path, 0o600)
      servers.push(control)
    },
    close: async (timeoutMs) => {
      await Promise.all(servers.map((server) => closed(server, timeoutMs)))
    },
    openConnections: () =>
      new Promise((resolve) => network.getConnections((_, count) => resolve(count ?? 0))),
  }
}

function open(handler: (request: IncomingMessage, response: ServerResponse) => void): Server {
  const answering = new WeakMap<Duplex, ServerResponse>()
  const server = createServer(
    {
      noDelay: true,
      keepAliveTimeout: 60_000,
      headersTimeout: 10_000,
      requestTimeout: 300_000,
      maxHeaderSize: 16_384,
      // The host guard refuses a missing one, in our words.
      requireHostHeader: false,
    },
    (request, response) => {
      answering.set(request.socket, response)
      response.on('finish', () => discardRest(request))
      handler(request, response)
    },
  )
  // RFC 9110 section 10.1.1: an expectation that is not understood may be passed over.
  server.on('checkExpectation', handler)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return
    // An answer that is under way must not get another one into its middle.
    if (answering.get(socket)?.headersSent && !answering.get(socket)?.writableFinished) socket.destroy()
    else socket.end(unreadable(error.code))
  })
  return server
}

/**
 * Reads on for a while where a request was answered before it was whole. Closing at once would reset the connection,
 * and its sender would see a broken pipe instead of the refusal.
 */
function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  const cut = setTimeout(() => request.socket.destroy(), LINGER_MS)
  request.once('close', () => clearTimeout(cut))
  request.resume()
}

/** The answer to bytes that no request could be read from. */
function unreadable(code: string | undefined): string {
  const { status, body, headers } = errorResponse(
    CLIENT_FAULTS[code ?? '']?.() ?? new Fault('malformed', 'This is not a valid HTTP request.'),
    requestId(),
  )
  const all = { ...SECURITY_HEADERS, ...headers, connection: 'close', 'content-length': body.length }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body.toString('utf8')}`
}

const CLIENT_FAULTS: Readonly<Record<string, () => Fault>> = {
  HPE_HEADER_OVERFLOW: () => new Fault('too_large', 'The request headers are larger than 16 KiB.'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new Fault('timed_out', 'The request did not arrive in time.'),
}

/** Nothing here unpacks a body: a small one could unpack to more than the limits allow. */
function refuseEncoded({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding']
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return
  throw new Fault('wrong_media_type', 'Send the body without content-encoding: nothing here unpacks it.')
}

function refuse(response: ServerResponse, error: unknown, options: ListenOptions): void {
  const id = requestId()
  if (!(error instanceof Fault)) options.onBug(id, error)
  const { status, headers, body } = errorResponse(error, id)
  if (response.headersSent) response.destroy()
  else response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)
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

/** `server.close` alone waits for keep-alive connections that become idle later, so they are swept while it waits. */
function closed(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS)
    const cut = setTimeout(() => server.closeAllConnections(), timeoutMs)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
