import type { IncomingHttpHeaders } from 'node:http'
import { Fault } from '../kernel/fault.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** The part of a request that says who sent it; node's IncomingMessage is one. */
export interface Asking {
  readonly headers: IncomingHttpHeaders
  /** Absent counts as one that changes something. */
  readonly method?: string | undefined
  /** Of the other end of the connection; absent where that was let in before, or is the operator's own socket. */
  readonly address?: string | undefined
}

/** Whether a browser could be made to send this by another page to do harm. */
export function isSafe(asking: Asking): boolean {
  return SAFE_METHODS.has(asking.method ?? '')
}

/**
 * Refuses what another page made a browser send. Fetch Metadata decides where the browser sends it, Origin
 * otherwise; a client that sends neither is no browser. `same-site` is refused too: on localhost every port is.
 * @throws Fault `csrf`
 */
export function refuseOtherSites(asking: Asking, publicUrl: string | null): void {
  const { headers } = asking
  const site = headers['sec-fetch-site']
  const isOurs =
    site === undefined
      ? headers.origin === undefined || isOwnOrigin(headers.origin, headers.host, publicUrl)
      : site === 'same-origin' || site === 'none'
  if (!isOurs) {
    throw new Fault('csrf', 'This request came from another site. Open Freehold itself and try again.')
  }
}

/**
 * Refuses a WebSocket that another page opened with the cookies of this site: no token can be sent along, so the
 * origin, which every browser sends (RFC 6455 section 10.2), must be there and be ours.
 * @throws Fault `csrf`
 */
export function requireOwnOrigin(asking: Asking, publicUrl: string | null): void {
  const { origin, host } = asking.headers
  refuseOtherSites(asking, publicUrl)
  if (origin === undefined || !isOwnOrigin(origin, host, publicUrl)) {
    throw new Fault('csrf', 'With a session, a WebSocket must be opened by a page of Freehold itself.')
  }
}

function isOwnOrigin(origin: string, host: string | undefined, publicUrl: string | null): boolean {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  if (publicUrl !== null && url.origin === new URL(publicUrl).origin) return true
  return host !== undefined && url.host === host.toLowerCase()
}
