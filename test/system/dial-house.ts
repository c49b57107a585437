import type { LookupAddress } from 'node:dns'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer, isIP } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dispatcher } from 'undici'
import type {
  Destination,
  DiallerOptions,
  Line,
  LineRequest,
} from '../../packages/server/src/kernel/dialler/dialler.ts'

interface DialAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** One request along a line; rejects with what the line reports. */
export function dialled(line: Line, request: Partial<LineRequest> = {}): Promise<DialAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<DialAnswer>()
  const pieces: Buffer[] = []
  let status = 0
  let headers: IncomingHttpHeaders = {}
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart(_, code, fields) {
      status = code
      headers = fields
    },
    onResponseData(_, piece) {
      pieces.push(piece)
    },
    onResponseEnd() {
      line.release(handler)
      resolve({ status, headers, body: Buffer.concat(pieces) })
    },
    onResponseError(_, error) {
      line.release(handler)
      reject(error)
    },
  }
  line.dispatch({ path: '/', method: 'GET', headers: [], body: null, ...request }, handler)
  return promise
}

/** The error that a request along a line ends with. */
export async function failure(
  line: Line,
  request: Partial<LineRequest> = {},
): Promise<Error & { code?: string }> {
  try {
    const { status } = await dialled(line, request)
    throw new Error(`answered with ${status}`)
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

export function destination(url: string, more: Partial<Destination> = {}): Destination {
  return { name: 'models', url: new URL(url), zone: 'private', connectMs: 2000, ...more }
}

/** A name server that gives the same answers to everybody, or each time the next ones. */
export function answering(...turns: (readonly string[])[]): NonNullable<DiallerOptions['lookup']> {
  let turn = 0
  return (_, options, answer) => {
    if (!options.all) throw new Error('asked for one address only')
    const addresses = turns[Math.min(turn, turns.length - 1)] ?? []
    turn += 1
    const found: LookupAddress[] = addresses.map((address) => ({ address, family: isIP(address) }))
    setImmediate(() => answer(null, found))
  }
}

/** A server that counts who connects and says the same to everybody, whatever they ask. */
interface Counted {
  readonly server: Server
  readonly port: number
  /** What came, per connection. */
  readonly heard: string[]
  close(): Promise<void>
}

export async function counted(
  host = '127.0.0.1',
  answer = 'HTTP/1.1 204 No Content\r\n\r\n',
): Promise<Counted> {
  const heard: string[] = []
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    const at = heard.push('') - 1
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    socket.on('data', (piece) => {
      heard[at] += piece.toString('latin1')
      if (heard[at]?.endsWith('\r\n\r\n')) socket.write(answer)
      else if (piece[0] === 0x16) socket.end('no TLS here')
    })
  }).listen(0, host)
  await once(server, 'listening')
  return {
    server,
    port: portOf(server),
    heard,
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

export function portOf(server: Pick<Server, 'address'>): number {
  const { port } = server.address() as AddressInfo // A TCP server's address is never a path.
  return port
}

/** A network in which every address of the world is one server of this machine; nothing else differs. */
export function everywhere(port: number): {
  readonly connect: NonNullable<DiallerOptions['connect']>
  readonly asked: string[]
} {
  const asked: string[] = []
  return {
    asked,
    connect({ host }) {
      asked.push(host)
      const socket = connect({ host: '127.0.0.1', port })
      return Object.defineProperty(socket, 'remoteAddress', { get: () => host })
    },
  }
}

/** An authority with certificates for a server and a client, and a stranger with the same names; null without openssl. */
export function certificates(): Certificates | null {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' })
  } catch {
    return null
  }
  const place = mkdtempSync(join(tmpdir(), 'fh-dial-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: place, stdio: 'ignore' })
  const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const pair = (name: string): Pair => ({
    cert: readFileSync(join(place, `${name}.pem`), 'utf8'),
    key: readFileSync(join(place, `${name}.key`), 'utf8'),
  })
  const authority = (name: string): Pair => {
    openssl('req', '-x509', ...fresh, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`)
    return pair(name)
  }
  const issue = (name: string, ca: string, san: string): Pair => {
    writeFileSync(join(place, 'san.ext'), `subjectAltName=${san}\n`)
    openssl(
      'req',
      ...fresh.slice(0, -2),
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${name}`,
    )
    const by = [
      '-CA',
      `${ca}.pem`,
      '-CAkey',
      `${ca}.key`,
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      'san.ext',
    ]
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...by)
    return pair(name)
  }
  try {
    const names = 'DNS:models.test,IP:127.0.0.1'
    return {
      ca: authority('ca').cert,
      otherCa: authority('other').cert,
      server: issue('server', 'ca', names),
      client: issue('client', 'ca', 'DNS:freehold.test'),
      stranger: issue('stranger', 'other', 'DNS:freehold.test'),
    }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

interface Pair {
  readonly cert: string
  readonly key: string
}

interface Certificates {
  readonly ca: string
  readonly otherCa: string
  readonly server: Pair
  readonly client: Pair
  /** A client that another authority knows. */
  readonly stranger: Pair
}
