import { setImmediate } from 'node:timers/promises'
import type { SpendingName } from '@freehold/contract/limits.ts'
import { SPENDING, SPENDING_NAMES } from '@freehold/contract/limits.ts'
import type { Budget } from '../../identity/caller.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { TenantId } from '../../store/store.ts'
import type { Bank, CounterName } from './bank.ts'
import { LostVisit } from './bank.ts'
import { amountOf, periodAt } from './period.ts'
import { Purse } from './purse.ts'

/** So many counters are asked for in one visit. */
const MOST_ASKS = 200
/** How often the others are listened to: where something is short, where there are others, where there are none, and after a failure. */
const LISTEN_MS = { tight: 20, shared: 50, alone: 250, failed: 1000 } as const

export interface PursesOptions {
  readonly bank: Bank
  readonly clock: Clock
  /** Milliseconds that only grow; default: those of the process. */
  readonly steadyMs?: () => number
  /** A visit or listening failed. */
  readonly onFailed?: (error: unknown) => void
}

/** The purses of a tenant, and its conversation with the bank. */
interface Desk {
  readonly tenant: TenantId
  readonly purses: Map<string, Purse>
  readonly due: Set<Purse>
  /** Those that others may be waiting for. */
  readonly awake: Set<Purse>
  /** The last one for which a purse was opened. */
  day: number
  listening: NodeJS.Timeout | null
  visiting: Promise<void> | null
  others: number
}

interface Resolved {
  readonly list: readonly Purse[]
  /** Of the budgets that bound spending; null where there is none. */
  readonly ids: readonly string[] | null
}

const NONE: Resolved = { list: [], ids: null }

/** What this process holds of the budgets that it spends from. */
export class Purses {
  readonly #options: PursesOptions
  readonly #steadyMs: () => number
  readonly #desks = new Map<TenantId, Desk>()
  /** Of the budgets of a caller, which are the same objects from one request to the next. */
  readonly #resolved = new WeakMap<
    readonly Budget[],
    { readonly tenant: TenantId; readonly day: number; readonly found: Resolved }
  >()
  #isClosed = false

  constructor(options: PursesOptions) {
    this.#options = options
    this.#steadyMs = options.steadyMs ?? (() => performance.now())
  }

  /** Those of all the budgets on a day, which is counted from 1970. */
  of(tenant: TenantId, budgets: readonly Budget[], day: number): Resolved {
    const known = this.#resolved.get(budgets)
    if (known !== undefined && known.day === day && known.tenant === tenant) return known.found
    const list = budgets.flatMap((budget) =>
      SPENDING_NAMES.filter((name) => budget.limits[name] !== undefined).map((name) =>
        this.#open(tenant, budget, { name, day }),
      ),
    )
    const found = list.length === 0 ? NONE : { list, ids: [...new Set(list.map(({ budget }) => budget))] }
    this.#resolved.set(budgets, { tenant, day, found })
    return found
  }

  /** Undefined where nothing was spent from it here. */
  find(tenant: TenantId, name: CounterName): Purse | undefined {
    return this.#desks.get(tenant)?.purses.get(keyOf(name))
  }

  *all(): Generator<Purse> {
    for (const { purses } of this.#desks.values()) yield* purses.values()
  }

  /** Stops listening; resolves when no visit is under way. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const desk of this.#desks.values()) {
      if (desk.listening) clearTimeout(desk.listening)
      await desk.visiting
    }
  }

  #open(
    tenant: TenantId,
    { id, limits }: Budget,
    { name, day }: { readonly name: SpendingName; readonly day: number },
  ): Purse {
    const desk = this.#desk(tenant)
    const { unit, span } = SPENDING[name]
    const counter = { budget: id, period: periodAt(span, day), unit }
    const key = keyOf(counter)
    const purse =
      desk.purses.get(key) ??
      new Purse(tenant, counter, {
        steadyMs: this.#steadyMs,
        nowMs: () => this.#options.clock.now(),
        due: (one, inMs) => this.#due(desk, one, inMs),
      })
    if (day !== desk.day) this.#forgetEnded(desk)
    desk.day = day
    desk.purses.set(key, purse)
    const shown = limits[name] ?? 0
    purse.bound(amountOf(unit, shown), shown)
    return purse
  }

  #desk(tenant: TenantId): Desk {
    const known = this.#desks.get(tenant)
    if (known) return known
    const desk: Desk = {
      tenant,
      purses: new Map(),
      due: new Set(),
      awake: new Set(),
      day: 0,
      listening: null,
      visiting: null,
      others: 0,
    }
    this.#desks.set(tenant, desk)
    return desk
  }

  /** What a day or month that is over still holds belongs to it; nobody asks for it any more. */
  #forgetEnded({ purses }: Desk): void {
    const nowMs = this.#options.clock.now()
    for (const [key, purse] of purses) if (purse.endMs <= nowMs && purse.isIdle) purses.delete(key)
  }

  #due(desk: Desk, purse: Purse, inMs: number): void {
    if (this.#isClosed) return
    if (inMs > 0) {
      setTimeout(() => this.#due(desk, purse, 0), inMs).unref()
      return
    }
    desk.due.add(purse)
    if (!this.#options.bank.isAlone) desk.awake.add(purse)
    desk.visiting ??= this.#visitAll(desk)
  }

  /** One visit after the other, each for all that have something to ask. */
  async #visitAll(desk: Desk): Promise<void> {
    while (desk.due.size > 0 && !this.#isClosed) {
      // What comes in the same turn of the event loop asks together.
      await setImmediate()
      const purses = desk.due.values().take(MOST_ASKS).toArray()
      for (const purse of purses) desk.due.delete(purse)
      await this.#visit(desk, purses)
    }
    // At once: what became due in between would wait for somebody else to begin.
    desk.visiting = null
    this.#listen(desk)
  }

  async #visit({ tenant }: Desk, purses: readonly Purse[]): Promise<void> {
    const asks = purses.map((purse) => purse.ask())
    try {
      const answers = await this.#options.bank.visit(tenant, asks)
      for (const [at, purse] of purses.entries()) {
        const answer = answers[at]
        if (answer === undefined) throw new Error('the bank left an ask without an answer')
        purse.answered(answer)
      }
    } catch (error) {
      this.#options.onFailed?.(error)
      const lost = error instanceof LostVisit ? error.changes : []
      for (const [at, purse] of purses.entries()) purse.failed(error, lost[at] ?? null)
    }
  }

  #listen(desk: Desk, hasFailed = false): void {
    if (this.#options.bank.isAlone || this.#isClosed || desk.listening !== null) return
    const nowMs = this.#steadyMs()
    let isTight = false
    for (const purse of desk.awake) {
      isTight ||= purse.isTight(nowMs)
      if (!purse.mayBeRecalled(nowMs)) desk.awake.delete(purse)
    }
    if (desk.awake.size === 0) return
    const pace = isTight ? 'tight' : desk.others > 0 ? 'shared' : 'alone'
    const inMs = LISTEN_MS[hasFailed ? 'failed' : pace]
    desk.listening = setTimeout(() => void this.#hear(desk), inMs).unref()
  }

  async #hear(desk: Desk): Promise<void> {
    let hasFailed = false
    try {
      const { others, recalled } = await this.#options.bank.news(desk.tenant)
      desk.others = others
      for (const name of recalled) desk.purses.get(keyOf(name))?.tighten()
      const nowMs = this.#steadyMs()
      for (const purse of desk.awake) purse.rest(nowMs)
    } catch (error) {
      hasFailed = true
      this.#options.onFailed?.(error)
    }
    desk.listening = null
    this.#listen(desk, hasFailed)
  }
}

/** Ids of budgets hold no space before their names. */
const keyOf = ({ budget, period, unit }: CounterName): string => `${unit} ${period} ${budget}`
