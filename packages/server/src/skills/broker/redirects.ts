import type { BrokerRequest, BrokerResponse } from '../runner.ts'

/** RFC 9110 section 15.4: those that name another place for the same wish. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** Of what a body is. */
const OF_BODY = /^content-/i

/**
 * The request that an answer sends its asker on with; null where it does not. Only what reads is sent on: whoever sends
 * something away has named the place, and nobody else chooses another.
 */
export function redirected(
  request: BrokerRequest,
  { status, headers }: BrokerResponse,
): BrokerRequest | null {
  const { location } = headers
  if (!REDIRECTS.has(status) || location === undefined) return null
  if (request.method !== 'GET' && request.method !== 'HEAD' && status !== 303) return null
  if (!URL.canParse(location, request.url)) return null
  const url = new URL(location, request.url)
  // A fragment is the asker's own and is not sent.
  url.hash = ''
  const method = request.method === 'HEAD' ? 'HEAD' : 'GET'
  const kept = Object.entries(request.headers).filter(([name]) => !OF_BODY.test(name))
  return { method, url: url.href, headers: Object.fromEntries(kept), body: null }
}
