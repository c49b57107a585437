import { Fault } from '../kernel/fault.ts'
import type { Spending } from './budgets/spending.ts'
import type { Spared } from '../kernel/circuits.ts'
import type { Route } from './decide.ts'
import type { Client } from './hedge.ts'
import type { Reply } from './reply.ts'

/** One attempt's end. */
export interface Tried {
  readonly reply: Reply | null
  /** What to say where there is no reply. */
  readonly fault: Fault | null
  readonly wasMade: boolean
  /** The target may have seen a byte of it. */
  readonly wasSent: boolean
  /** Another target may be tried instead; the client has seen nothing yet. */
  readonly mayRepeat: boolean
  /** The same target may well answer the next time, not before so many milliseconds; null: it would not. */
  readonly passesMs: number | null
  /** Ends what still comes for a reply that nobody will get. */
  readonly discard: () => void
}

/** @throws Fault where it did not answer */
export function resultOf({ reply, fault }: Tried): Reply {
  if (reply !== null) return reply
  throw fault ?? new Error('an attempt ended without an answer and without a refusal')
}

/** Of an attempt that has nothing to be ended. */
export const nothing = (): void => {}

/** Nothing was sent. */
export const notMade = (fault: Fault): Tried => ({
  reply: null,
  fault,
  wasMade: false,
  wasSent: false,
  mayRepeat: true,
  passesMs: null,
  discard: nothing,
})

/** Drained after the request was decided. */
export const outOfService = (): Tried =>
  notMade(
    new Fault(
      'draining',
      'The target was taken out of service for maintenance in the meantime. Ask again later.',
    ),
  )

/** Of a target that fails its probe, or of a local model that cannot be used. */
export const unwell = (why: string | null = null): Fault =>
  why === null
    ? new Fault(
        'upstream_down',
        'The target fails its health probe and is left alone until it passes it again.',
        { retryAfterS: 10 },
      )
    : new Fault('upstream_down', `The local model cannot be used. ${why}`, { retryAfterS: 10 })

/** Why a circuit did not let a call through. */
export function leftAlone({ waitMs, isLimited }: Spared): Fault {
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1000))
  return isLimited
    ? new Fault('too_many', 'The target takes no more requests for now and said when it will again.', {
        retryAfterS,
      })
    : new Fault(
        'upstream_down',
        'The target failed several times in a row and is left alone for a moment. Ask again later.',
        { retryAfterS },
      )
}

interface Reserving {
  readonly route: Pick<Route, 'reservedTokens' | 'reservedMicros'>
  readonly client: Pick<Client, 'onLeave'>
}

/**
 * Reserves at the target's own budget, beside what the caller has reserved. Null when that stands; not waited for by
 * whoever leaves meanwhile.
 */
export async function shortOf(
  there: Spending,
  own: Spending | null,
  { route, client }: Reserving,
): Promise<Tried | null> {
  try {
    const reserved = there.reserve(route.reservedTokens, route.reservedMicros, own)
    if (reserved === null) return null
    const left = await leftBefore(reserved, client)
    if (left === null) return null
    reserved.then(
      () => there.giveBack(),
      () => {},
    )
    return { ...notMade(left), mayRepeat: false }
  } catch (error) {
    if (error instanceof Fault) return notMade(error)
    throw error
  }
}

/** Why the client left before it was done; null where it stayed. */
async function leftBefore(done: Promise<void>, client: Pick<Client, 'onLeave'>): Promise<Fault | null> {
  const { promise: left, resolve: leave } = Promise.withResolvers<Fault>()
  const forget = client.onLeave(leave)
  try {
    return await Promise.race([done.then(() => null), left])
  } finally {
    forget()
  }
}
