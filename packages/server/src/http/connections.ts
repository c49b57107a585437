import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorResponse, Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import { SECURITY_HEADERS } from './page.ts'

/** node's HTTP server with the limits that keep slow, broken and hostile clients from costing others anything. */
export interface Connections {
  readonly server: Server
  /** Stops accepting, lets open responses finish for at most `timeoutMs`, ends every other connection at once. */
  close(timeoutMs: number): Promise<void>
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

const HEADERS_TIMEOUT_MS = 10_000
const IDLE_SWEEP_MS = 100
/** How long the rest of a body that nobody wants is read, so that its sender gets to see the answer. */
const LINGER_MS = 2000
/** How long a client whose bytes were no request may take to read why. */
const FAREWELL_MS = 1000

/** `headersTimeoutMs`: how long a client may take to send its headers; 10 s when absent. */
export function acceptConnections(handler: Handler, headersTimeoutMs = HEADERS_TIMEOUT_MS): Connections {
  /** The newest response on each connection; null where nothing was asked yet. */
  const newest = new Map<Duplex, ServerResponse | null>()
  const server = createServer({
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
  const answer: Handler = (request, response) => {
    newest.set(request.socket, response)
    response.on('finish', () => discardRest(request))
    handler(request, response)
  }
  server.on('request', answer)
  // RFC 9110 section 10.1.1: an expectation that is not understood may be passed over.
  server.on('checkExpectation', answer)
  server.on('connection', (socket: Duplex) => {
    newest.set(socket, null)
    socket.on('close', () => newest.delete(socket))
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return
    const response = newest.get(socket)
    // An answer that is under way must not get another one into its middle.
    if (response?.headersSent && !isOver(response)) socket.destroy()
    else endWith(socket, unreadable(error.code))
  })
  const closeIdle = (): void => {
    for (const [socket, response] of newest) if (!response || isOver(response)) socket.destroy()
  }
  return { server, close: (timeoutMs) => closed(server, closeIdle, timeoutMs) }
}

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
 * and its sender would see a broken pipe instead of the refusal.
 */
function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  const cut = setTimeout(() => request.socket.destroy(), LINGER_MS)
  request.once('close', () => clearTimeout(cut))
  request.resume()
}

const CLIENT_FAULTS: Readonly<Record<string, () => Fault>> = {
  HPE_HEADER_OVERFLOW: () => new Fault('too_large', 'The request headers are larger than 16 KiB.'),
  ERR_HTTP_REQUEST_TIMEOUT: () => new Fault('timed_out', 'The request did not arrive in time.'),
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
