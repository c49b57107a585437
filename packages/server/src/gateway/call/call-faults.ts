import type { IncomingHttpHeaders } from 'node:http'
import { RefusedAddress } from '../../kernel/dialler/dialler.ts'
import { Fault } from '../../kernel/fault.ts'
import { messageOf, parsedEvent } from '../translation/answer-fields.ts'
import { endedBy } from '../translation/model-answer.ts'
import { eventsIn } from './sse-splitter.ts'

/** Of an answer that must be held and is too large for that. */
export const tooLarge = (mostBytes: number): Fault =>
  new Fault('upstream_broke', `The target's answer is larger than the ${mostBytes} bytes that are taken.`)

/** Of an answer that ended too soon. */
export function broken(cause: unknown = null): Fault {
  if (cause instanceof Fault) return cause
  const detail = cause === null ? {} : { cause }
  return new Fault('upstream_broke', 'The target broke off in the middle of its answer.', detail)
}

/** Of an answer that ended with the error that stands in the first of these events. */
export function errorTold(events: Buffer): Fault {
  const [event] = eventsIn(events)
  return endedBy(messageOf(parsedEvent(event?.data ?? '')))
}

/** Why nothing could be read in an answer, where its head says so; null where it does not. */
export function compressed({ 'content-encoding': encoding }: IncomingHttpHeaders): Fault | null {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return null
  return new Fault('upstream_broke', "The target's answer is compressed, which it was not asked for.")
}

/** What went wrong before the first byte, in our words: the system's may name addresses. */
export function faultOf(cause: unknown, wasSent: boolean): Fault {
  if (cause instanceof Fault) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (cause instanceof RefusedAddress)
    return new Fault('upstream_refused', 'The target lies at an address that may not be dialled.', { cause })
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT')
    return new Fault('upstream_timeout', 'No connection to the target within its time.', { cause })
  if (!wasSent) return new Fault('upstream_down', 'The target cannot be reached.', { cause })
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return new Fault('upstream_broke', "The head of the target's answer is larger than is taken.", { cause })
  // What stood behind an earlier answer may have been taken for this one: another connection may do better.
  if (cause instanceof Error && (cause.name === 'HTTPParserError' || UNASKED.has(cause.message)))
    return new Fault('upstream_down', 'The target answered with something that is no answer of HTTP.', {
      cause,
    })
  return new Fault('upstream_down', 'The target closed the connection before it began to answer.', { cause })
}

/** Undici's words for status 100 and 101 that nothing asked for. */
const UNASKED = new Set(['bad response', 'bad upgrade'])
