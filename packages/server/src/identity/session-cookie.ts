import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { parseCookie, stringifySetCookie } from 'cookie'
import { Fault } from '../kernel/fault.ts'

const MAX_COOKIE_HEADER = 8192
const SECRET = /^[\w-]{43}$/

/** The cookie of a session: its name, how it is set and cleared, and the secret that a request brought along. */
export interface SessionCookie {
  readonly name: string
  /** A Set-Cookie value. */
  set(secret: string, maxAgeS: number): string
  clear(): string
  /** Null where there is none, or none of our shape. */
  read(headers: IncomingHttpHeaders): string | null
}

/** Over https the name starts with `__Host-` (RFC 6265bis 4.1.3.2), so that no sibling host can plant one. */
export function sessionCookie(publicUrl: string | null): SessionCookie {
  const secure = publicUrl?.startsWith('https:') ?? false
  const name = secure ? '__Host-freehold_session' : 'freehold_session'
  const bounds = { httpOnly: true, sameSite: 'strict', path: '/', secure } as const
  return {
    name,
    set: (secret, maxAgeS) => stringifySetCookie({ name, value: secret, maxAge: maxAgeS, ...bounds }),
    clear: () => stringifySetCookie({ name, value: '', maxAge: 0, ...bounds }),
    read(headers) {
      const header = headers.cookie
      if (header === undefined || header.length > MAX_COOKIE_HEADER) return null
      const secret = parseCookie(header)[name]
      return secret !== undefined && SECRET.test(secret) ? secret : null
    },
  }
}

/** 256 bits of chance, as they stand in the cookie. */
export function newSessionSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** How a secret is stored and looked up: SHA-256, base64. A guess at 256 bits needs no slow hash. */
export function fingerprintOf(secret: string): string {
  return hash('sha256', secret, 'base64')
}

/** The token a page must send with every change: bound to the session, stored nowhere, useless as a cookie. */
export function csrfTokenOf(sessionSecret: string): string {
  return createHmac('sha256', sessionSecret).update('freehold csrf').digest('base64url')
}

/** @throws Fault `csrf` */
export function requireCsrfToken(headers: IncomingHttpHeaders, sessionSecret: string): void {
  const sent = Buffer.from(String(headers['x-csrf-token'] ?? '').slice(0, 64))
  const expected = Buffer.from(csrfTokenOf(sessionSecret))
  if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) {
    throw new Fault(
      'csrf',
      'The x-csrf-token header is missing or wrong. GET /api/session returns the right one.',
    )
  }
}
