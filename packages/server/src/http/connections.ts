import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer, STATUS_CODES } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { errorResponse, Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import type { ListenerTls } from './tls.ts'
import { certificateDemand, renewed, secureContext } from './tls.ts'

/** node's HTTP server with the limits that keep slow, broken and hostile clients from costing others anything. */
export interface Connections {
  readonly server: Server
  /** What new connections are shown; those that are open go on. Nothing happens without TLS. */
  readonly renew: (tls: ListenerTls) => void
  /** Stops accepting, lets open responses finish for at most `timeoutMs`, ends every other connection at once. */
  readonly close: (timeoutMs: number) => Promise<void>
}

/** What becomes of requests that ask for another protocol on their connection. */
export interface Upgrades {
  /** False: the request is served like any other. */
  accepts(request: IncomingMessage): boolean
  /** From here on the connection is the taker's. */
  take(request: IncomingMessage, stream: Duplex, head: Buffer): void
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface ConnectionsOptions {
  /** How long a client may take for its handshake and to send its headers; 10 s when absent. */
  readonly headersTimeoutMs?: number
  /** Plain HTTP when absent or null. */
  readonly tls?: ListenerTls | null
  /** None when absent. */
  readonly upgrades?: Upgrades
}

const HEADERS_TIMEOUT_MS = 10_000
const IDLE_SWEEP_MS = 100
/** How long the rest of a body that nobody wants is read, so that its sender gets to see the answer. */
const LINGER_MS = 2000
/** How long a client whose bytes were no request may take to read why. */
const FAREWELL_MS = 1000

/** Accepts connections once its `server` listens. */
export function acceptConnections(handler: Handler, options: ConnectionsOptions = {}): Connections {
  const { headersTimeoutMs = HEADERS_TIMEOUT_MS, tls = null, upgrades = NO_UPGRADES } = options
  const limits = {
    ...limitsOf(headersTimeoutMs),
    shouldUpgradeCallback: (request: IncomingMessage) => upgrades.accepts(request),
  }
  if (tls === null) {
    const server = createServer(limits)
    const connections = watched(server, handler, upgrades)
    server.on('connection', connections.opened)
    return { server, renew: () => {}, close: (timeoutMs) => closed(server, connections.endIdle, timeoutMs) }
  }
  const server = createSecureServer({
    ...limits,
    ...secureContext(tls),
    ...certificateDemand(tls),
    handshakeTimeout: headersTimeoutMs,
  })
  const handshakes = watchHandshakes(server)
  const connections = watched(server, handler, upgrades)
  server.on('secureConnection', connections.opened)
  return {
    server,
    renew: (next) => server.setSecureContext(secureContext(renewed(tls, next))),
    close: (timeoutMs) =>
      closed(server, () => [connections, handshakes].forEach(({ endIdle }) => endIdle()), timeoutMs),
  }
}

const limitsOf = (headersTimeoutMs: number) => ({
  noDelay: true,
  keepAliveTimeout: 60_000,
  headersTimeout: headersTimeoutMs,
  requestTimeout: 300_000,
  // node looks every 30 s unless told otherwise, so that a limit of 10 s would be one of 40.
  connectionsCheckingInterval: headersTimeoutMs / 2,
  maxHeaderSize: 16_384,
  // The host guard refuses a missing one, in our words.
  requireHostHeader: false,
})

const NO_UPGRADES: Upgrades = { accepts: () => false, take() {} }

interface Watched {
  readonly opened: (socket: Duplex) => void
  /** Ends every connection on which no answer is under way. */
  readonly endIdle: () => void
}

function watched(server: Server, handler: Handler, upgrades: Upgrades): Watched {
  /** The newest response on each connection; null where nothing was asked yet. */
  const newest = new Map<Duplex, ServerResponse | null>()
  /** Connections on which a request came before the answer to the one before it had ended. */
  const hurried = new WeakSet<Duplex>()
  const answer: Handler = (request, response) => {
    const before = newest.get(request.socket)
    if (before && !isOver(before)) hurried.add(request.socket)
    newest.set(request.socket, response)
    response.on('finish', discardRest)
    handler(request, response)
  }
  server.on('request', answer)
  // RFC 9110 section 10.1.1: an expectation that is not understood may be passed over.
  server.on('checkExpectation', answer)
  server.on('upgrade', (request, stream, head) => {
    const before = newest.get(stream)
    // Whoever does not wait for an answer would find it among the frames.
    if (before && !isOver(before)) {
      stream.destroy()
      return
    }
    // Neither idle nor asked anything in the sense of HTTP: whoever takes it ends it.
    newest.delete(stream)
    upgrades.take(request, stream, head)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return
    const response = newest.get(socket)
    // An answer that is under way must not get another one into its middle.
    if (hurried.has(socket) || (response?.headersSent && !isOver(response))) socket.destroy()
    else endWith(socket, unreadable(error.code))
  })
  return {
    opened(socket) {
      newest.set(socket, null)
      socket.on('close', () => newest.delete(socket))
    },
    endIdle() {
      for (const [socket, response] of newest) if (!response || isOver(response)) socket.destroy()
    },
  }
}

/** Connections that have not come as far as TLS: node's HTTP server does not know them yet. */
function watchHandshakes(server: SecureServer): Pick<Watched, 'endIdle'> {
  const raw = new Map<string, Socket>()
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    raw.set(peer, socket)
    // Without a listener the answer beneath a failed handshake could end the process.
    socket.on('error', () => {})
    socket.on('close', () => raw.delete(peer))
  })
  // Before node's own listener, so that nothing is read of a connection that is ended here.
  server.prependListener('secureConnection', (socket) => {
    raw.delete(peerOf(socket))
    // Asked for and not required, yet shown: then it must be good.
    if (!socket.authorized && socket.getPeerX509Certificate() !== undefined) socket.destroy()
  })
  server.prependListener('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    // Written beneath the handshake that failed; node closes the connection behind it.
    if (error.code === 'ERR_SSL_HTTP_REQUEST') raw.get(peerOf(socket))?.write(unreadable(error.code))
  })
  return {
    endIdle() {
      for (const socket of raw.values()) socket.destroy()
    },
  }
}

const peerOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress}`

/**
 * Sends the bytes and our end of the connection. Closing at once would reset it before they are read; a client that
 * never closes its own end does not keep it.
 */
function endWith(socket: Duplex, text: string): void {
  const cut = setTimeout(() => socket.destroy(), FAREWELL_MS)
  socket.once('close', () => clearTimeout(cut))
  socket.end(text)
}

const isOver = (response: ServerResponse): boolean => response.writableFinished || response.destroyed

/**
 * node's own closing waits for connections on which nothing was ever asked, such as those that browsers open ahead,
 * and no longer ends them for being slow.
 */
function closed(server: Server, closeIdle: () => void, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const sweep = setInterval(closeIdle, IDLE_SWEEP_MS)
    const cut = setTimeout(() => server.closeAllConnections(), timeoutMs)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(cut)
      resolve()
    })
    closeIdle()
  })
}

/**
 * Reads on for a while where a request was answered before it was whole. Closing at once would reset the connection,
 * and its sender would see a broken pipe instead of the refusal. One function for all responses: a closure for each
 * costs the hot path more than the call.
 */
function discardRest(this: ServerResponse): void {
  const request = this.req
  if (request.complete || request.destroyed) return
  const cut = setTimeout(() => request.socket.destroy(), LINGER_MS)
  request.once('close', () => clearTimeout(cut))
  request.resume()
}

const CLIENT_FAULTS: Readonly<Record<string, () => Fault>> = {
  HPE_HEADER_OVERFLOW: () => new Fault('too_large', 'The request headers are larger than 16 KiB.'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new Fault('timed_out', 'The request did not arrive in time.'),
  ERR_SSL_HTTP_REQUEST: () =>
    new Fault('malformed', 'This port speaks HTTPS and the request was plain HTTP: write https://.'),
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
