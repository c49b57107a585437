import { FreeholdError } from './error.ts'
import { backoffMs, pause } from './pause.ts'

/** One thing that happened; `seq` grows by one from 1. */
export interface NumberedEvent<E> {
  readonly seq: number
  readonly event: E
}

/** One connection: the events behind the number `after`, and `ended` once none comes any more. */
export type Connect<E> = (after: number, signal: AbortSignal) => AsyncIterable<NumberedEvent<E> | 'ended'>

export interface FollowOptions {
  /** The number of the last event that is known already. */
  readonly after?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** How long it is tried to reach the server again before that is an error. */
  readonly patienceMs?: number | undefined
  /** Told when the connection is lost, and when events come again. */
  readonly onConnection?: ((state: 'open' | 'lost', error?: unknown) => void) | undefined
}

/** What is followed. */
export interface Followed<E> {
  readonly connect: Connect<E>
  /** Whether no event comes any more; asked when a connection says so, because a server that stops says it too. */
  readonly isOver: (last: E | null) => Promise<boolean>
  /** Before it is connected again. */
  readonly restMs?: (failures: number) => number
}

const PATIENCE_MS = 10 * 60_000
/** Events that are missing are asked for again this often. */
const MOST_GAPS = 3

/**
 * Every event once and in order, over as many connections as it takes. What was told twice is told once; where one is
 * missing it is asked for again from the last that was told. Ends when the events end.
 */
export async function* follow<E>(
  { connect, isOver, restMs = backoffMs }: Followed<E>,
  options: FollowOptions = {},
): AsyncGenerator<NumberedEvent<E>> {
  const { signal, patienceMs = PATIENCE_MS, onConnection } = options
  let last = options.after ?? 0
  let lastEvent: E | null = null
  let failures = 0
  let gaps = 0
  let isOpen = false
  let aloneSinceMs = performance.now()
  for (;;) {
    const own = new AbortController()
    const both = signal ? AbortSignal.any([signal, own.signal]) : own.signal
    try {
      for await (const told of connect(last, both)) {
        if (told === 'ended') break
        if (told.seq > last + 1) {
          gaps += 1
          throw new FreeholdError('events_missing', `Event ${told.seq} came after ${last}.`)
        }
        failures = 0
        gaps = told.seq > last ? 0 : gaps
        if (!isOpen) onConnection?.('open')
        isOpen = true
        if (told.seq <= last) continue
        last = told.seq
        lastEvent = told.event
        yield told
        aloneSinceMs = performance.now()
      }
      if (await isOver(lastEvent)) return
      throw new FreeholdError('broken_stream', 'The connection ended before the events did.')
    } catch (error) {
      signal?.throwIfAborted()
      if (isFinal(error) || gaps > MOST_GAPS || performance.now() - aloneSinceMs > patienceMs) throw error
      if (isOpen) onConnection?.('lost', error)
      isOpen = false
      failures += 1
      await pause(Math.max(waitMs(error), restMs(failures)), signal)
    } finally {
      own.abort()
    }
  }
}

const LOST = new Set(['unreachable', 'no_answer', 'broken_stream', 'events_missing'])
const PASSING = new Set([408, 429, 500, 502, 503, 504])

/** Whether it would end the same way next time. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof FreeholdError)) return true
  if (error.status !== null) return !PASSING.has(error.status)
  return !LOST.has(error.code) && !PASSING_CODES.has(error.code)
}

/** Refusals over a WebSocket come without a status. */
const PASSING_CODES = new Set(['too_many', 'over_limit', 'unavailable', 'draining', 'records_unavailable'])

const waitMs = (error: unknown): number => (error instanceof FreeholdError ? (error.retryAfterMs ?? 0) : 0)
