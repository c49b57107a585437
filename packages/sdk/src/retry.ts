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
/** The other side had closed the connection that was used once more. */
const CLOSED = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

const LONGEST_WAIT_MS = 30_000

/** An attempt that failed. */
export interface Failure {
  readonly error: unknown
  /** From the first byte sent to the failure. */
  readonly elapsedMs: number
  /** The shortest time in which this server ever answered. */
  readonly fastestMs: number
}

/**
 * Whether the same call may be sent once more without doing anything twice. Null: no; otherwise what the server asks to
 * wait, or 0.
 */
export function resendAfterMs(row: Row, failure: Failure): number | null {
  const { error } = failure
  if (!(error instanceof FreeholdError)) return null
  const { status } = error
  if (status === null) return resendsLost(row, failure) ? 0 : null
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

function resendsLost(row: Row, { error, elapsedMs, fastestMs }: Failure): boolean {
  if (!(error instanceof FreeholdError) || error.code !== 'unreachable') return false
  if (repeats(row)) return true
  const code = causeOf(error)
  if (code === null) return false
  // A connection that was used before, and closed sooner than this server has ever answered anything, was closed by it
  // before the call arrived: what cannot have been done may be sent again.
  return NEVER_CONNECTED.has(code) || (CLOSED.has(code) && elapsedMs < fastestMs)
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
