import type { Answer, Ask } from './bank.ts'
import { grant } from './granting.ts'

/** A counter as it is stored, while nobody else can change it. */
export interface StoredCounter {
  readonly spent: number
  readonly leased: number
  readonly grants: number
  readonly recalls: number
  /** It was recalled a moment ago. */
  readonly isTight: boolean
}

export interface StoredLease {
  readonly isMine: boolean
  /** Its process was heard of lately. */
  readonly isLive: boolean
  readonly amount: number
  readonly version: number
  readonly answered: number
}

/** What is written for one ask, and what is told of it. */
export interface Outcome {
  readonly answer: Answer
  /** Whether anything changes. */
  readonly isWritten: boolean
  readonly isRecalled: boolean
  /** The last recall that this process has answered. */
  readonly answered: number
}

/** The one rule of who gets what; whoever keeps the counters stores what it says. */
export function outcomeOf(ask: Ask, counter: StoredCounter, leases: readonly StoredLease[]): Outcome {
  const mine = leases.find(({ isMine }) => isMine) ?? NEW
  const others = leases.filter(({ isMine, amount }) => !isMine && amount !== 0)
  const live = others.filter(({ isLive }) => isLive)
  const correction = ask.unsure !== null && ask.unsure.version === mine.version ? ask.unsure.change : 0
  const keepsNothing = ask.keepsNothing || counter.isTight
  const { admitted, change } = grant({
    ...ask,
    spent: counter.spent,
    leased: counter.leased,
    free: ask.free + correction,
    keepsNothing,
    // Each process leaves as much for those to come as it takes.
    parts: 2 * (live.length + 1),
  })
  const isRecalled = admitted < ask.wants.length && ask.recalls && live.length > 0
  const answered = keepsNothing ? counter.recalls : mine.answered
  const isWritten = change !== 0 || admitted > 0 || isRecalled || answered !== mine.answered
  return {
    isWritten,
    isRecalled,
    answered,
    answer: {
      admitted,
      change,
      correction,
      version: mine.version + (isWritten ? 1 : 0),
      spent: counter.spent,
      total: counter.spent + counter.leased + change,
      mine: mine.amount + change,
      others: {
        live: live.length,
        lost: others.reduce((sum, { isLive, amount }) => sum + (isLive ? 0 : amount), 0),
        answered: Math.min(...live.map((lease) => lease.answered)),
      },
      grants: counter.grants + (admitted > 0 ? 1 : 0),
      recalls: counter.recalls + (isRecalled ? 1 : 0),
      isTight: counter.isTight || isRecalled,
    },
  }
}

const NEW: StoredLease = { isMine: true, isLive: true, amount: 0, version: 0, answered: 0 }
