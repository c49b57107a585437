import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { Fault } from '../../kernel/fault.ts'

/** What a client asked for when it opened a WebSocket. */
export interface Handshake {
  /** Those of the request; a key that came as a subprotocol stands under `authorization`. */
  readonly headers: IncomingHttpHeaders
  /** Of the other end of the connection. */
  readonly address: string | undefined
  /** The subprotocol to be answered with; null where none was asked for. */
  readonly protocol: string | null
}

/** What OpenAI's pages call it: a browser's WebSocket can send no header. */
const KEY_PROTOCOL = 'openai-insecure-api-key.'
/** Subprotocols that may be answered with; what is sent on the connection is the same under each. */
const PROTOCOLS: ReadonlySet<string> = new Set(['freehold', 'realtime', 'responses'])
const TOKEN = /^[!#$%&'*+.^_`|~\w-]{1,256}$/
const NONCE = /^[+/\dA-Za-z]{22}==$/
const MOST_PROTOCOLS = 10

/** Whether a request asks for a WebSocket (RFC 6455 section 4.1); what asks for anything else is served over HTTP. */
export function asksForSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}

/** @throws Fault `malformed`, `invalid` */
export function readHandshake({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): Handshake {
  const address = socket.remoteAddress
  if (!NONCE.test(headers['sec-websocket-key'] ?? '') || headers['sec-websocket-version'] !== '13') {
    throw new Fault('malformed', 'This is no handshake of a WebSocket, version 13.')
  }
  const asked = protocolsOf(headers['sec-websocket-protocol'])
  const key = asked.find((one) => one.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length)
  const protocol = asked.find((one) => PROTOCOLS.has(one)) ?? null
  if (asked.length > 0 && protocol === null) {
    // Browsers end a connection that is answered with none of theirs, and a key is never sent back.
    throw new Fault('invalid', `sec-websocket-protocol: ask for one of ${[...PROTOCOLS].join(', ')} too.`, {
      param: 'sec-websocket-protocol',
    })
  }
  if (key === undefined) return { headers, address, protocol }
  if (headers.authorization !== undefined) {
    throw new Fault('invalid', 'Send the key as a header or as a subprotocol, not both.', {
      param: 'sec-websocket-protocol',
    })
  }
  return { headers: { ...headers, authorization: `Bearer ${key}` }, address, protocol }
}

function protocolsOf(header: string | undefined): readonly string[] {
  if (header === undefined) return []
  const asked = header.split(',').map((one) => one.trim())
  const isSound = asked.length <= MOST_PROTOCOLS && asked.every((one) => TOKEN.test(one))
  if (isSound && new Set(asked).size === asked.length) return asked
  throw new Fault('malformed', 'The sec-websocket-protocol header cannot be read.')
}

/** How long a client may take to read why it was refused. */
const FAREWELL_MS = 1000

/** An HTTP response on a connection whose request asked for a WebSocket; the connection ends with it. */
export function responseOn(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  // node hands a net or TLS socket to its upgrade listeners; both are what assignSocket takes.
  response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0])
  socket.on('error', () => {})
  const cut = setTimeout(() => socket.destroy(), FAREWELL_MS)
  socket.once('close', () => clearTimeout(cut))
  response.once('finish', () => socket.end())
  return response
}
