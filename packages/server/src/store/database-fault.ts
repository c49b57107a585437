import { DatabaseError } from 'pg'
import { Fault, type FaultCode } from '../kernel/fault.ts'

/** SQLSTATE codes, and classes of two letters, that are refusals and not bugs. PostgreSQL manual, appendix A. */
const REFUSALS: Readonly<Record<string, FaultCode>> = {
  '08': 'unavailable',
  '40001': 'unavailable',
  '40P01': 'unavailable',
  '25P03': 'unavailable',
  '53100': 'storage_full',
  '53': 'unavailable',
  '55P03': 'unavailable',
  '57': 'unavailable',
}

/** What the driver and the operating system say when nobody answers; the driver gives its own errors no code. */
const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EACCES',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])
const LOST_WORDS =
  /^(Connection terminated|Query read timeout|timeout exce|timeout expired|Client (was closed|has encountered)|Cannot use a pool)/

const MESSAGES = {
  unavailable: 'The database does not answer at the moment. Try again shortly.',
  storage_full: 'The disk of the database is full. Free some space, then try again.',
}

/** What the database's error means to a caller: a Fault where it is a refusal, otherwise the error as it was. */
export function databaseFault(error: unknown): unknown {
  if (error instanceof Fault) return error
  const code = refusalOf(error)
  if (code !== 'unavailable' && code !== 'storage_full') return error
  return new Fault(code, MESSAGES[code], { cause: error })
}

/** A caller that gets no connection is told that the database is away, whatever the reason; the log has the cause. */
export function noConnection(cause: unknown): Fault {
  return new Fault('unavailable', MESSAGES.unavailable, { cause })
}

function refusalOf(error: unknown): FaultCode | undefined {
  if (error instanceof DatabaseError)
    return REFUSALS[error.code ?? ''] ?? REFUSALS[(error.code ?? '').slice(0, 2)]
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string' && LOST.has(error.code)) return 'unavailable'
  // A host with several addresses fails with one error for each.
  if (error instanceof AggregateError) return refusalOf(error.errors[0])
  return LOST_WORDS.test(error.message) ? 'unavailable' : undefined
}

/** Whether a value was already there; `constraint` narrows it to one index. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof DatabaseError) || error.code !== '23505') return false
  return constraint === undefined || error.constraint === constraint
}
