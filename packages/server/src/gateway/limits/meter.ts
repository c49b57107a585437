import type { Limits } from '@freehold/contract/limits.ts'
import { RequestWindow } from './request-window.ts'

/** A limit of requests without room. */
export interface Shortage {
  readonly limit: 'rpm' | 'concurrent'
  readonly waitMs: number
}

/** The requests of one budget in this process. */
export class Meter {
  readonly window = new RequestWindow()
  /** Requests under way. */
  open = 0

  /** Null when one more request may come in. */
  shortForRequest({ rpm, concurrent }: Limits, nowMs: number): Shortage | null {
    if (rpm !== undefined) {
      const waitMs = this.window.waitMs(rpm, nowMs)
      if (waitMs > 0) return { limit: 'rpm', waitMs }
    }
    return concurrent !== undefined && this.open >= concurrent ? { limit: 'concurrent', waitMs: 1000 } : null
  }

  /** Nothing that a new meter would not know as well. */
  isBlank(nowMs: number): boolean {
    return this.open === 0 && this.window.count(nowMs) === 0
  }
}
