import type { Limits } from '@freehold/contract/limits.ts'
import { RequestWindow } from './request-window.ts'

/** Money is counted in millionths, so that sums are exact. */
const MICROS = 1e6

/** A limit without room. `waitMs` is null where only the next day helps. */
export interface Shortage {
  readonly limit: keyof Limits
  readonly waitMs: number | null
}

/** What one budget has in use and has spent today. */
export class Meter {
  readonly window = new RequestWindow()
  /** Requests under way. */
  open = 0
  tokens = 0
  micros = 0
  /** Of requests under way, on top of what is spent. */
  reservedTokens = 0
  reservedMicros = 0
  #day: number

  constructor(day: number) {
    this.#day = day
  }

  /** A new day begins with nothing spent; what was reserved the day before belongs to that day. */
  turnTo(day: number): void {
    if (this.#day === day) return
    this.#day = day
    this.tokens = 0
    this.micros = 0
    this.reservedTokens = 0
    this.reservedMicros = 0
  }

  /** Null when one more request may come in. */
  shortForRequest({ rpm, concurrent }: Limits, nowMs: number): Shortage | null {
    if (rpm !== undefined) {
      const waitMs = this.window.waitMs(rpm, nowMs)
      if (waitMs > 0) return { limit: 'rpm', waitMs }
    }
    return concurrent !== undefined && this.open >= concurrent ? { limit: 'concurrent', waitMs: 1000 } : null
  }

  /** Null when this much may be reserved. What costs nothing has room in a day that is used up. */
  shortForSpending({ tokensPerDay, moneyPerDay }: Limits, tokens: number, micros: number): Shortage | null {
    if (tokensPerDay !== undefined && tokens > 0) {
      const short = shortOf('tokensPerDay', tokensPerDay, [this.tokens, this.reservedTokens])
      if (short) return short
    }
    if (moneyPerDay === undefined || micros === 0) return null
    return shortOf('moneyPerDay', Math.max(1, Math.round(moneyPerDay * MICROS)), [
      this.micros,
      this.reservedMicros,
    ])
  }

  /** Nothing that a new meter would not know as well. */
  isBlank(nowMs: number): boolean {
    return this.open === 0 && this.tokens === 0 && this.micros === 0 && this.window.count(nowMs) === 0
  }
}

/** Room is judged without the request itself: one that is larger than what is left may still come, once. */
function shortOf(
  limit: Shortage['limit'],
  most: number,
  [spent, reserved]: readonly [number, number],
): Shortage | null {
  if (spent + reserved < most) return null
  // Requests under way usually cost less than they reserved: what they give back may be room enough.
  return { limit, waitMs: spent < most ? 1000 : null }
}
