import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { Fault } from '../kernel/fault.ts'

const unpack = promisify(brotliDecompress)

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
}

/** Addresses of screens; the app itself knows which of them exist. */
const SCREENS = /^\/(?:(?:chat|knowledge|skills|trust|admin|account|start)(?:\/[^.]*)?)?$/

/** What the frame of an artifact may do: run and draw itself, and reach nothing. It has no origin of its own. */
const FRAME_POLICY = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  'img-src data: blob:',
  'font-src data:',
  'media-src data: blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

/**
 * Of files that run as a page or a worker of their own. A content security policy leaves WebRTC open; an empty list of
 * connections does not, where a browser knows it (https://wicg.github.io/connection-allowlists).
 */
const POLICIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'artifact-frame.html': { 'content-security-policy': FRAME_POLICY, 'connection-allowlist': '()' },
  'sw.js': { 'content-security-policy': "default-src 'none'; connect-src 'self'" },
}

/** Libraries add styles of their own while the page runs; only those that name this page's nonce count. */
const pagePolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "frame-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

/**
 * Where the built app lies: within the published package, or beside this one in a checkout. Null: it was never built.
 * `here` is the folder of the server's own code.
 */
export function webAppFolder(here: string): string | null {
  const folders = [join(here, '../web'), join(here, '../../web/dist')]
  return folders.find((folder) => existsSync(join(folder, 'index.html'))) ?? null
}

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Freehold</title>
<p>The web app is not built in this checkout: <code>npm run build:web</code>. Everything else works.</p>
<p lang="zh-CN">此工作副本中尚未构建网页应用：<code>npm run build:web</code>。其他功能不受影响。</p>
`

/**
 * The web app: `index.html` for the address of every screen, and the files that it names. Files are read when they
 * are asked for, so that an idle server keeps none of them. Returns false when the path is none of its own.
 * @throws Fault `wrong_method`
 */
export function createWebApp(
  folder: string | null,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const page = folder === null ? NOT_BUILT : readFileSync(join(folder, 'index.html'), 'utf8')
  const names = folder === null ? [] : readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const packed = new Set(names.filter((name) => name.endsWith('.br')).map((name) => name.slice(0, -3)))
  const files = new Set(
    [...names, ...packed].filter((name) => TYPES[extname(name)] !== undefined && !name.startsWith('.')),
  )

  const sendPage = (request: IncomingMessage, response: ServerResponse): void => {
    const nonce = randomBytes(16).toString('base64url')
    const body = Buffer.from(page.replaceAll('__NONCE__', nonce))
    response.writeHead(folder === null ? 503 : 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-length': body.length,
      'content-security-policy': pagePolicy(nonce),
      // The name of a host in a link that a model wrote would be asked for before anybody follows it.
      'x-dns-prefetch-control': 'off',
      'cache-control': 'no-store',
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  async function sendFile(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isPacked = packed.has(name)
    const stored = await readFile(join(folder ?? '', isPacked ? `${name}.br` : name))
    const isSentPacked = isPacked && acceptsBrotli(request)
    // Browsers ask for Brotli by TLS and on their own machine only.
    const body = isPacked && !isSentPacked ? await unpack(stored) : stored
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    // The names of assets carry their hash; whatever has a plain name is asked for each time.
    const isFixed = name.startsWith('assets/')
    const headers = {
      etag,
      vary: 'accept-encoding',
      'cache-control': isFixed ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(POLICIES[name] ?? { 'content-security-policy': "default-src 'none'" }),
    }
    if (hasIt(request.headers['if-none-match'], etag)) {
      response.writeHead(304, headers).end()
      return
    }
    response.writeHead(200, {
      ...headers,
      'content-type': TYPES[extname(name)] ?? '',
      'content-length': body.length,
      ...(isSentPacked && { 'content-encoding': 'br' }),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  return (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const name = path === '/favicon.ico' ? 'favicon.svg' : path.slice(1)
    const isScreen = SCREENS.test(path)
    if (!isScreen && (!files.has(name) || name === 'index.html')) return false
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      throw new Fault('wrong_method', `${path} takes GET, HEAD, not ${request.method}.`)
    }
    if (isScreen) sendPage(request, response)
    // A file that is gone since the start: the connection ends without an answer, and the browser asks again.
    else void sendFile(name, request, response).catch(() => response.destroy())
    return true
  }
}

const acceptsBrotli = ({ headers }: IncomingMessage): boolean =>
  /(?:^|,)\s*br\s*(?:,|$)/.test(headers['accept-encoding'] ?? '')

/** RFC 9110 section 13.1.2: a list, compared weakly; proxies that compress make a tag weak. */
function hasIt(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.some((tag) => tag === etag || tag === '*')
}
