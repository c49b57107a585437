import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createNetServer } from 'node:net'
import { join } from 'node:path'

export interface Served {
  /** host:port */
  readonly host: string
  readonly url: string
  /** Method and path of what was asked, in order. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

type Serve = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

async function listening(
  server: Server,
  scheme: string,
  asked: readonly string[] = [],
  stop: () => void = () => {},
): Promise<Served> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    url: `${scheme}://${host}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        stop()
      }),
  }
}

/** A web server that answers as the test says. */
export function serveHttp(serve: Serve): Promise<Served> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    void Promise.resolve(serve(request, response)).catch(() => response.destroy())
  })
  return listening(server, 'http', asked, () => server.closeAllConnections())
}

export const CREDENTIALS = { user: 'reader', secret: 'a secret of the source' }
const isLetIn = ({ headers }: IncomingMessage): boolean =>
  headers.authorization ===
  `Basic ${Buffer.from(`${CREDENTIALS.user}:${CREDENTIALS.secret}`).toString('base64')}`

/** Repositories below a directory, by Git's own server. */
export const serveGit = (directory: string): Promise<Served> =>
  serveHttp((request, response) => {
    if (!isLetIn(request)) {
      response.writeHead(401).end()
      return
    }
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: directory,
        GIT_HTTP_EXPORT_ALL: '1',
        REQUEST_METHOD: request.method,
        PATH_INFO: path,
        QUERY_STRING: query,
        CONTENT_TYPE: request.headers['content-type'],
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_USER: 'reader',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    request.pipe(child.stdin)
    const pieces: Buffer[] = []
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece))
    child.on('close', () => {
      const all = Buffer.concat(pieces)
      const end = all.indexOf('\r\n\r\n')
      const heads = all.toString('latin1', 0, end).split('\r\n')
      const status = Number(
        /^Status: (\d+)/.exec(heads.find((head) => head.startsWith('Status:')) ?? '')?.[1],
      )
      for (const head of heads) {
        const [name = '', value = ''] = head.split(': ')
        if (name !== 'Status') response.setHeader(name, value)
      }
      response.writeHead(status || 200).end(all.subarray(end + 4))
    })
  })

/** The files of a directory, as RFC 4918 lists them. */
export const serveWebdav = (directory: string): Promise<Served> =>
  serveHttp(async (request, response) => {
    if (!isLetIn(request)) {
      response.writeHead(401).end()
      return
    }
    const path = decodeURIComponent((request.url ?? '').replace(/^\/dav/, ''))
    const file = join(directory, path)
    if (request.method === 'GET') {
      createReadStream(file)
        .on('error', () => response.writeHead(404).end())
        .pipe(response)
      return
    }
    const names = ['', ...(await readdir(file))]
    const entries = await Promise.all(
      names.map(async (name) => {
        const stats = await stat(join(file, name))
        const href = `/dav${[path.replace(/\/$/, ''), name].join('/').split('/').map(encodeURIComponent).join('/')}`
        const props = stats.isDirectory()
          ? '<d:resourcetype><d:collection/></d:resourcetype>'
          : `<d:resourcetype/><d:getetag>"${stats.mtimeMs}-${stats.size}"</d:getetag><d:getcontentlength>${stats.size}</d:getcontentlength>`
        return `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${props}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat><d:propstat><d:prop><d:getlastmodified/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>`
      }),
    )
    const xml = `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">${entries.join('')}</d:multistatus>`
    response.writeHead(207, { 'content-type': 'application/xml' }).end(xml)
  })

/** Lines with their literals (RFC 9051 section 4.3), each of which is asked for. */
function linesOf(
  socket: Socket,
  take: (line: string, literals: readonly string[]) => void,
): (piece: string) => void {
  let buffer = ''
  let line = ''
  let literals: string[] = []
  let wanted = 0
  return (piece) => {
    buffer += piece
    for (;;) {
      if (wanted > 0) {
        if (buffer.length < wanted) return
        literals.push(buffer.slice(0, wanted))
        buffer = buffer.slice(wanted)
        wanted = 0
      }
      const end = buffer.indexOf('\r\n')
      if (end === -1) return
      const words = buffer.slice(0, end)
      line += words
      buffer = buffer.slice(end + 2)
      wanted = Number(/\{(\d+)\}$/.exec(words)?.[1] ?? 0)
      if (wanted > 0) socket.write('+ go on\r\n')
      else {
        take(line, literals)
        line = ''
        literals = []
      }
    }
  }
}

/** A mailbox of messages by their numbers; enough of RFC 9051 for a client that reads. */
export function serveImap(messages: ReadonlyMap<number, string>): Promise<Served> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createNetServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.setEncoding('latin1').on(
      'data',
      linesOf(socket, (line, literals) => {
        const [tag = '', ...words] = line.split(' ')
        asked.push(words.join(' '))
        const { lines, verdict } = imapAnswer(messages, words.join(' '), literals)
        socket.write([...lines, `${tag} ${verdict}`, ''].join('\r\n'))
      }),
    )
    socket.write('* OK ready\r\n')
  })
  return listening(server, 'imap', asked, () => sockets.forEach((socket) => socket.destroy()))
}

function imapAnswer(
  messages: ReadonlyMap<number, string>,
  said: string,
  literals: readonly string[],
): { readonly lines: readonly string[]; readonly verdict: string } {
  const verdict = 'OK done'
  if (said.startsWith('LOGIN')) {
    const isGood = literals[0] === CREDENTIALS.user && literals[1] === CREDENTIALS.secret
    return { lines: [], verdict: isGood ? verdict : 'NO [AUTHENTICATIONFAILED] no' }
  }
  if (said.startsWith('EXAMINE'))
    return { lines: [`* ${messages.size} EXISTS`, '* OK [UIDVALIDITY 7] valid'], verdict }
  const all = [...messages].map(([uid, text], at) => ({ uid, text, at: at + 1 }))
  if (said.includes('RFC822.SIZE')) {
    const lines = all.map(
      ({ uid, text, at }) => `* ${at} FETCH (UID ${uid} RFC822.SIZE ${Buffer.byteLength(text)})`,
    )
    return { lines, verdict }
  }
  const one = all.find(({ uid }) => said === `UID FETCH ${uid} (UID BODY.PEEK[])`)
  if (!one) return { lines: [], verdict: 'BAD what' }
  const body = `{${Buffer.byteLength(one.text)}}\r\n${one.text}`
  return { lines: [`* ${one.at} FETCH (UID ${one.uid} BODY[] ${body})`], verdict }
}
