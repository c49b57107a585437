import { fieldsOf, FreeholdError } from './error.ts'
import type { Row } from './row.ts'

/** No connection came about, so that nothing was sent. */
const NEVER_CONNECTED = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

const LONGEST_WAIT_MS = 30_000

/**
 * Whether the same call may be sent once more without doing anything twice. Null: no; otherwise what the server asks to
 * wait, or 0.
 */
export function resendAfterMs(row: Row, error: unknown): number | null {
  if (!(error instanceof FreeholdError)) return null
  const { status } = error
  if (status === null) return resendsLost(row, error) ? 0 : null
  const isRepeatable = repeats(row)
  // Refused before anything was done.
  const wasHeld =
    status === 429 || (status === 503 && (isRepeatable || row.model || error.code === 'draining'))
  const isWorthIt = wasHeld || (isRepeatable && [408, 502, 503, 504].includes(status))
  const waitMs = error.retryAfterMs ?? 0
  return isWorthIt && waitMs <= LONGEST_WAIT_MS ? waitMs : null
}

/** What may be done twice as well as once. */
const repeats = ({ method, reads, model }: Row): boolean =>
  reads === true || (model !== true && ['GET', 'PUT', 'DELETE'].includes(method)) || method === 'GET'

function resendsLost(row: Row, error: FreeholdError): boolean {
  if (error.code !== 'unreachable') return false
  // A connection that broke after the call went out says nothing of whether it arrived (RFC 9110, 9.2.2).
  return repeats(row) || NEVER_CONNECTED.has(causeOf(error) ?? '')
}

/** The word of the system for what happened to a connection; browsers say none. */
function causeOf(error: FreeholdError): string | null {
  let cause = fieldsOf(error.cause)
  for (let depth = 0; cause !== null && depth < 4; depth += 1) {
    if (typeof cause['code'] === 'string') return cause['code']
    cause = fieldsOf(cause['cause'])
  }
  return null
}
