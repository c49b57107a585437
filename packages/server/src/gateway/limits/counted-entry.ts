import type { Limits } from '@freehold/contract/limits.ts'
import type { Budget } from '../../identity/caller.ts'
import type { Entry } from '../limits.ts'
import type { Meter, Shortage } from './meter.ts'
import type { MeterBook } from './meter-book.ts'

const NEVER = -1

/** A request on the meters of all budgets of its caller. */
export class CountedEntry implements Entry {
  readonly #book: MeterBook
  readonly #budgets: readonly Budget[]
  readonly #meters: readonly Meter[]
  #isOpen = true
  #tokens = 0
  #micros = 0
  /** The day that the reservation is charged to. */
  #day = NEVER

  constructor(book: MeterBook, budgets: readonly Budget[]) {
    const nowMs = book.steadyMs()
    const meters: Meter[] = []
    for (const { id } of budgets) meters.push(book.meter(id))
    this.#book = book
    this.#budgets = budgets
    this.#meters = meters
    this.#demand((meter, limits) => meter.shortForRequest(limits, nowMs))
    for (let i = 0; i < meters.length; i += 1) {
      const meter = meters[i]
      if (!meter) continue
      meter.open += 1
      if (budgets[i]?.limits.rpm !== undefined) meter.window.add(nowMs)
    }
  }

  reserve(tokens: number, micros: number): void {
    const day = this.#book.today()
    for (const meter of this.#meters) meter.turnTo(day)
    this.#demand((meter, limits) => meter.shortForSpending(limits, tokens, micros))
    this.#day = day
    this.#tokens = tokens
    this.#micros = micros
    for (const meter of this.#meters) {
      meter.reservedTokens += tokens
      meter.reservedMicros += micros
    }
  }

  settle(tokens: number, micros: number): void {
    const today = this.#book.today()
    const day = this.#day === NEVER ? today : this.#day
    this.#giveBack(today)
    // What was reserved before midnight was admitted against that day's limits; this day owes nothing for it.
    if (day !== today) return
    for (const meter of this.#meters) {
      meter.tokens += tokens
      meter.micros += micros
    }
  }

  leave(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    if (this.#day !== NEVER) this.#giveBack(this.#book.today())
    for (const meter of this.#meters) meter.open -= 1
  }

  /** The shortage that lasts longest is told: whoever waits for a shorter one would be refused again. */
  #demand(shortOf: (meter: Meter, limits: Limits) => Shortage | null): void {
    let worst: { readonly budget: Budget; readonly short: Shortage } | null = null
    for (let i = 0; i < this.#meters.length; i += 1) {
      const meter = this.#meters[i]
      const budget = this.#budgets[i]
      const short = meter && budget ? shortOf(meter, budget.limits) : null
      if (short && budget && (worst === null || lastingOf(short) > lastingOf(worst.short))) {
        worst = { budget, short }
      }
    }
    if (worst) this.#book.refuse(worst.budget, worst.short)
  }

  #giveBack(today: number): void {
    for (const meter of this.#meters) {
      meter.turnTo(today)
      if (this.#day !== today) continue
      meter.reservedTokens -= this.#tokens
      meter.reservedMicros -= this.#micros
    }
    this.#day = NEVER
  }
}

const lastingOf = ({ waitMs }: Shortage): number => waitMs ?? Number.POSITIVE_INFINITY
