import type { IncomingMessage } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { faultBody } from '@freehold/contract/fault-body.ts'
import { csrfTokenOf } from '../identity/session-cookie.ts'

/** Nothing answers where the server should be. */
export class UnreachableError extends Error {}

/** The server said no. */
export class RefusedError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export interface Upload {
  readonly contentType: string
  readonly bytes: Buffer
}

/** Speaks to one server, over its control socket as the local operator or over HTTP with a key. */
export interface Client {
  /** One call; the body is JSON both ways. Never throws for an answer with an error status. */
  request(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }>
  /** As `request`, but an error status becomes a RefusedError. */
  call(method: string, path: string, body?: unknown): Promise<unknown>
  /** POST unless another method is named. */
  upload(path: string, upload: Upload, method?: 'POST' | 'PUT'): Promise<unknown>
  /** A call that opens a session: its cookie, as `name=value`. @throws RefusedError */
  enter(
    method: string,
    path: string,
    body: unknown,
  ): Promise<{ readonly cookie: string; readonly body: unknown }>
  /** What comes from a place that tells as things happen; null where there is nothing more to tell. */
  follow(path: string, signal: AbortSignal): Promise<IncomingMessage | null>
  /** A streamed answer; `dataClass` raises the class of what is sent. Without a body where it is undefined. */
  stream(path: string, body: unknown, signal: AbortSignal, dataClass?: string): Promise<IncomingMessage>
}

export interface ClientTarget {
  readonly data: string
  readonly url?: string | undefined
  readonly key?: string | undefined
  /** The cookie of a session, as `name=value`; only with `url`. */
  readonly session?: string | undefined
}

export function createClient(target: ClientTarget): Client {
  const open = (
    method: string,
    path: string,
    payload: Upload | null,
    more: More = {},
  ): Promise<IncomingMessage> => send(target, { method, path, ...more }, payload)
  const client: Client = {
    async request(method, path, body) {
      const response = await open(method, path, body === undefined ? null : json(body))
      return { status: response.statusCode ?? 0, body: await readJson(response) }
    },
    async call(method, path, body) {
      const answer = await client.request(method, path, body)
      return accepted(answer.status, answer.body)
    },
    async upload(path, upload, method = 'POST') {
      const response = await open(method, path, upload)
      return accepted(response.statusCode ?? 0, await readJson(response))
    },
    async enter(method, path, body) {
      const response = await open(method, path, json(body))
      const answer = accepted(response.statusCode ?? 0, await readJson(response))
      return { cookie: response.headers['set-cookie']?.[0]?.split(';')[0] ?? '', body: answer }
    },
    async follow(path, signal) {
      const response = await open('GET', path, null, { signal })
      if (response.statusCode === 200) return response
      accepted(response.statusCode ?? 0, await readJson(response))
      return null
    },
    async stream(path, body, signal, dataClass) {
      const headers = dataClass === undefined ? {} : { 'x-freehold-class': dataClass }
      const response = await open('POST', path, body === undefined ? null : json(body), { signal, headers })
      if (response.statusCode !== 200) accepted(response.statusCode ?? 0, await readJson(response))
      return response
    },
  }
  return client
}

function json(body: unknown): Upload {
  return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) }
}

interface More {
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
}

function send(
  target: ClientTarget,
  options: More & { readonly method: string; readonly path: string },
  payload: Upload | null,
): Promise<IncomingMessage> {
  const headers: Record<string, string | number> = { ...options.headers }
  if (payload)
    Object.assign(headers, { 'content-type': payload.contentType, 'content-length': payload.bytes.length })
  if (target.url && target.session) Object.assign(headers, sessionHeaders(target.session))
  else if (target.url && target.key) headers['authorization'] = `Bearer ${target.key}`
  const url = target.url ? new URL(target.url) : null
  const place = url
    ? {
        protocol: url.protocol,
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        path: join(url.pathname, options.path),
      }
    : { socketPath: join(target.data, 'control.sock'), host: 'localhost' }
  return new Promise((resolve, reject) => {
    const start = url?.protocol === 'https:' ? httpsRequest : httpRequest
    const request = start({ agent: false, ...options, ...place, headers }, resolve)
    request.on('error', (error) => reject(unreachable(error, target)))
    request.end(payload?.bytes)
  })
}

/** What a browser would send. */
function sessionHeaders(cookie: string): Record<string, string> {
  return { cookie, 'x-csrf-token': csrfTokenOf(cookie.slice(cookie.indexOf('=') + 1)) }
}

function unreachable(error: Error, target: ClientTarget): Error {
  if (error.name === 'AbortError') return error
  const where = target.url ?? `the data directory ${target.data}`
  const hint = target.url
    ? 'Check the address.'
    : 'Start it with `freehold up`, or name its data directory with --data.'
  return new UnreachableError(
    `No Freehold answers at ${where} (${'code' in error ? String(error.code) : error.name}). ${hint}`,
  )
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part)
  const text = Buffer.concat(parts).toString('utf8')
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return {
      error: {
        message: `The server answered ${response.statusCode} without JSON.`,
        type: '',
        param: null,
        code: 'not_json',
      },
    }
  }
}

function accepted(status: number, body: unknown): unknown {
  if (status >= 200 && status < 300) return body
  const fault = faultBody.safeParse(body)
  const { code, message } = fault.success
    ? fault.data.error
    : { code: 'unknown', message: `The server answered ${status}.` }
  throw new RefusedError(status, code, message)
}
