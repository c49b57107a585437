import type { Budget } from '../../identity/caller.ts'
import type { Spending } from '../budgets/spending.ts'
import type { Entry } from '../limits.ts'
import type { Meter, Shortage } from './meter.ts'
import type { MeterBook } from './meter-book.ts'

type Charged = Pick<Entry, 'atMs' | 'charged' | 'spending'>

/** A request on the meters of all budgets of its caller. */
export class CountedEntry implements Entry {
  readonly atMs: number | null
  readonly charged: readonly string[] | null
  readonly spending: Spending | null
  readonly #meters: readonly Meter[]
  #isOpen = true

  constructor(book: MeterBook, budgets: readonly Budget[], { atMs, charged, spending }: Charged) {
    this.atMs = atMs
    this.charged = charged
    this.spending = spending
    const nowMs = book.steadyMs()
    const meters: Meter[] = []
    for (const { id, meter } of budgets) meters.push(book.meter(meter ?? id))
    this.#meters = meters
    requireRoom(book, { budgets, meters, nowMs })
    for (let i = 0; i < meters.length; i += 1) {
      const meter = meters[i]
      if (!meter) continue
      meter.open += 1
      if (budgets[i]?.limits.rpm !== undefined) meter.window.add(nowMs)
    }
  }

  reserve(tokens: number, micros: number): Promise<void> | null {
    return this.spending === null ? null : this.spending.reserve(tokens, micros)
  }

  settle(tokens: number, micros: number): void {
    this.spending?.settle(tokens, micros)
  }

  leave(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.spending?.giveBack()
    for (const meter of this.#meters) meter.open -= 1
  }
}

interface Entering {
  readonly budgets: readonly Budget[]
  readonly meters: readonly Meter[]
  readonly nowMs: number
}

/** The shortage that lasts longest is told: whoever waits for a shorter one would be refused again. */
function requireRoom(book: MeterBook, { budgets, meters, nowMs }: Entering): void {
  let worst: { readonly budget: Budget; readonly short: Shortage } | null = null
  for (let i = 0; i < meters.length; i += 1) {
    const meter = meters[i]
    const budget = budgets[i]
    const short = meter && budget ? meter.shortForRequest(budget.limits, nowMs) : null
    if (short && budget && (worst === null || short.waitMs > worst.short.waitMs)) worst = { budget, short }
  }
  if (worst) book.refuse(worst.budget, worst.short)
}
