import { Fault } from '../kernel/fault.ts'
import type { OutsideAttempt } from './asked.ts'
import type { Exchange } from './exchange.ts'

/** What a call needs to know of its client. */
export type Client = Pick<Exchange, 'id' | 'onLeave' | 'headers' | 'trace'>

/** Why a call was called off: it says nothing about its target. */
export const LOST = new Fault('client_left', 'Another target was faster.')

interface Ended {
  /** Another target may still answer. */
  readonly mayRepeat: boolean
  readonly wasSent: boolean
  readonly discard: () => void
}

export interface Hedging<T extends Ended> {
  readonly first: OutsideAttempt
  readonly second: OutsideAttempt
  readonly afterMs: number
  readonly client: Client
  /** Asked when it is time: where everything is slow, twice the calls would make it slower. */
  readonly mayHedge: () => boolean
  readonly run: (attempt: OutsideAttempt, client: Client) => Promise<T>
  /** The one that nobody waits for any more, and that is charged where it `mayHaveWorked`. */
  readonly lost: (loser: OutsideAttempt, winner: OutsideAttempt, mayHaveWorked: boolean) => void
}

interface Running<T> {
  readonly attempt: OutsideAttempt
  readonly ended: Promise<T>
  readonly callOff: () => void
}

/** How two calls ended; `second` was asked only where `isHedged`. */
export interface Hedged<T> {
  readonly tried: T
  readonly isHedged: boolean
  readonly bySecond: boolean
}

/** Asks a second target when the first has not begun to answer in time, takes what answers first and ends the other call. */
export async function hedge<T extends Ended>(hedging: Hedging<T>): Promise<Hedged<T>> {
  const first = start(hedging.first, hedging)
  const early = await within(first.ended, hedging.afterMs)
  if (early !== null) return { tried: early, isHedged: false, bySecond: false }
  if (!hedging.mayHedge()) return { tried: await first.ended, isHedged: false, bySecond: false }
  const second = start(hedging.second, hedging)
  const [tried, sooner, later] = await Promise.race([
    first.ended.then((one) => [one, first, second] as const),
    second.ended.then((one) => [one, second, first] as const),
  ])
  if (tried.mayRepeat) {
    const other = await later.ended
    tried.discard()
    if (!other.mayRepeat) hedging.lost(sooner.attempt, later.attempt, false)
    return { tried: other, isHedged: true, bySecond: later === second }
  }
  later.callOff()
  // What it has written on record must stand there before the request is settled.
  const { wasSent } = await later.ended
  hedging.lost(later.attempt, sooner.attempt, wasSent)
  return { tried, isHedged: true, bySecond: sooner === second }
}

function start<T extends Ended>(attempt: OutsideAttempt, { client, run }: Hedging<T>): Running<T> {
  const listening = new Set<(reason: Fault) => void>()
  let isOff = false
  const ended = run(attempt, {
    id: client.id,
    headers: client.headers,
    trace: client.trace,
    onLeave(then) {
      if (isOff) then(LOST)
      else listening.add(then)
      const forget = client.onLeave(then)
      return () => {
        listening.delete(then)
        forget()
      }
    },
  })
  const callOff = (): void => {
    isOff = true
    for (const then of listening) then(LOST)
  }
  return { attempt, ended, callOff }
}

/** Null where it takes longer. */
async function within<T>(ended: Promise<T>, afterMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), afterMs)
  })
  try {
    return await Promise.race([ended, late])
  } finally {
    clearTimeout(timer)
  }
}
