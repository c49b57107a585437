import { readFileSync, readdirSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createHash } from 'node:crypto'
import { extname, join } from 'node:path'
import { Fault } from '../kernel/fault.ts'
import { createWebApp, webAppFolder } from './web-app.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Headers that every answer of the server carries. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** The same, flat, as `writeHead` takes them fastest. */
export const SECURITY_HEADER_LIST: readonly string[] = Object.entries(SECURITY_HEADERS).flat()

/**
 * The first page: `/` and `/page/NAME`, read once at start. Returns false when the path is not one of them.
 * @throws Fault `wrong_method`
 */
export function createPage(folder: string): (request: IncomingMessage, response: ServerResponse) => boolean {
  const files = new Map(
    readdirSync(folder)
      .filter((name) => TYPES[extname(name)] !== undefined)
      .map((name) => {
        const body = readFileSync(join(folder, name))
        const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
        return [
          name === 'page.html' ? '/classic' : `/page/${name}`,
          { body, etag, type: TYPES[extname(name)] ?? '' },
        ] as const
      }),
  )
  return (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    const file = files.get(path === '/favicon.ico' ? '/page/favicon.svg' : path)
    if (!file) return false
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      throw new Fault('wrong_method', `${path} takes GET, HEAD, not ${request.method}.`)
    }
    const headers = {
      'content-security-policy': CONTENT_SECURITY_POLICY,
      etag: file.etag,
      'cache-control': 'no-cache',
    }
    if (hasIt(request.headers['if-none-match'], file.etag)) {
      response.writeHead(304, headers).end()
    } else {
      response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': file.body.length })
      response.end(request.method === 'HEAD' ? undefined : file.body)
    }
    return true
  }
}

/** RFC 9110 section 13.1.2: a list, compared weakly; proxies that compress make a tag weak. */
function hasIt(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.some((tag) => tag === etag || tag === '*')
}

/** The web app, and what stands below `/classic` and `/page`; without a built app its addresses are nobody's. */
export function createPages(here: string): (request: IncomingMessage, response: ServerResponse) => boolean {
  const folder = webAppFolder(here)
  const app = folder === null ? null : createWebApp(folder)
  const page = createPage(join(here, 'page'))
  return (request, response) => (app?.(request, response) ?? false) || page(request, response)
}
