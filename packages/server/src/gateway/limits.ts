import type { Limits } from '@freehold/contract/limits.ts'
import type { Budget, Caller } from '../identity/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import { CountedEntry } from './limits/counted-entry.ts'
import { MeterBook } from './limits/meter-book.ts'

/** One request that was let in. Whoever let it in calls `leave`, once. */
export interface Entry {
  /** Once, before anything is spent. @throws Fault `over_limit` */
  reserve(tokens: number, micros: number): void
  /** What was spent in truth, instead of the reservation. */
  settle(tokens: number, micros: number): void
  /** A reservation that was not settled is given back. */
  leave(): void
}

/** Spent today (UTC), settled requests only, and what is under way. */
export interface Usage {
  readonly tokens: number
  readonly micros: number
  readonly open: number
  readonly reservedTokens: number
  readonly reservedMicros: number
}

export interface CallerLimits {
  /** Counts a request against every budget of its caller, or none. @throws Fault `over_limit` */
  enter(caller: Pick<Caller, 'budgets'>): Entry
  /** What a budget has spent today already, told before its first request. */
  restore(budget: Budget['id'], spent: Pick<Usage, 'tokens' | 'micros'>): void
  usage(budget: Budget['id']): Usage
  /** Budgets that are remembered. */
  readonly size: number
}

export interface LimitsOptions {
  readonly clock: Clock
  readonly refused?: (limit: keyof Limits) => void
}

const FREE: Entry = { reserve() {}, settle() {}, leave() {} }

/** Whether somebody counts this caller's money. */
export function hasMoneyLimit({ budgets }: Pick<Caller, 'budgets'>): boolean {
  for (const { limits } of budgets) if (limits.moneyPerDay !== undefined) return true
  return false
}

/** The limits of callers, in the memory of this process. */
export function createLimits(options: LimitsOptions): CallerLimits {
  const book = new MeterBook(options)
  return {
    enter({ budgets }) {
      if (budgets.length === 0) return FREE
      book.makeRoom()
      return new CountedEntry(book, budgets)
    },
    restore(budget, { tokens, micros }) {
      const meter = book.meter(budget)
      meter.turnTo(book.today())
      meter.tokens = tokens
      meter.micros = micros
    },
    usage: (budget) => book.usage(budget),
    get size() {
      return book.size
    },
  }
}
