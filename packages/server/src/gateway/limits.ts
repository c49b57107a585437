import type { Limits } from '@freehold/contract/limits.ts'
import type { Budget, Caller } from '../identity/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import type { TenantId } from '../store/store.ts'
import type { Purses } from './budgets/purses.ts'
import { Spending } from './budgets/spending.ts'
import { CountedEntry } from './limits/counted-entry.ts'
import { MeterBook } from './limits/meter-book.ts'

/** One request that was let in. Whoever let it in calls `leave`, once. */
export interface Entry {
  /** Its day and month are charged, however long it takes; null where nobody counts. */
  readonly atMs: number | null
  /** Ids of the budgets that what it spends comes out of; null where nobody counts. */
  readonly charged: readonly string[] | null
  /**
   * Once, before anything is spent. Null when it is done, which is so unless the database has to be asked.
   * @throws Fault `over_limit`, also by rejecting; rejects with `unavailable` too
   */
  reserve(tokens: number, micros: number): Promise<void> | null
  /** What it reserves and spends; null where nobody counts. */
  readonly spending: Spending | null
  /** What was spent in truth, instead of the reservation. */
  settle(tokens: number, micros: number): void
  /** A reservation that was not settled is given back. */
  leave(): void
}

type Who = Pick<Caller, 'tenant' | 'budgets'>

export interface CallerLimits {
  /** Counts a request against every budget of its caller, or none. @throws Fault `over_limit` */
  enter(caller: Who): Entry
  /** What a request of that time may spend from further budgets; null where they bound no spending. */
  spending(tenant: TenantId, budgets: readonly Budget[], atMs: number): Spending | null
  /** Budgets of which requests are remembered. */
  readonly size: number
}

export interface LimitsOptions {
  readonly clock: Clock
  readonly purses: Purses
  readonly refused?: (limit: keyof Limits) => void
}

/** Counted against nothing. */
export const FREE: Entry = {
  atMs: null,
  charged: null,
  spending: null,
  reserve: () => null,
  settle() {},
  leave() {},
}
const DAY_MS = 86_400_000

/** Whether somebody counts this caller's money. */
export function hasMoneyLimit({ budgets }: Pick<Caller, 'budgets'>): boolean {
  for (const { limits } of budgets)
    if (limits.moneyPerDay !== undefined || limits.moneyPerMonth !== undefined) return true
  return false
}

/** The limits of callers: requests are counted in this process, spending by all processes together. */
export function createLimits(options: LimitsOptions): CallerLimits {
  const book = new MeterBook(options)
  const { purses, refused } = options
  return {
    enter({ tenant, budgets }) {
      if (budgets.length === 0) return FREE
      book.makeRoom()
      const day = book.today()
      const { list, ids } = purses.of(tenant, budgets, day)
      const spending = list.length === 0 ? null : new Spending(list, refused)
      return new CountedEntry(book, budgets, { atMs: book.atMs(day), charged: ids, spending })
    },
    spending(tenant, budgets, atMs) {
      if (budgets.length === 0) return null
      const { list } = purses.of(tenant, budgets, Math.floor(atMs / DAY_MS))
      return list.length === 0 ? null : new Spending(list, refused)
    },
    get size() {
      return book.size
    },
  }
}
