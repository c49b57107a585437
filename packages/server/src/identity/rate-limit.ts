import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'

interface Rate {
  /** Attempts that may come at once. */
  readonly burst: number
  /** Time after which one more is free. */
  readonly everyMs: number
}

/** GCRA (ATM Forum TM 4.0): one number per key, no timer. Keys that have drained are forgotten. */
export class RateLimit {
  readonly #clock: Clock
  readonly #rate: Rate
  readonly #maxKeys: number
  /** Theoretical arrival time: when this key's bucket will have drained. */
  readonly #drainsAtMs = new Map<string, number>()

  constructor(clock: Clock, rate: Rate, maxKeys: number) {
    this.#clock = clock
    this.#rate = rate
    this.#maxKeys = maxKeys
  }

  /** Counts one attempt. @throws Fault `too_many` with the time until the next is free. */
  take(key: string, message: string): void {
    const now = this.#clock.now()
    const drainsAtMs = Math.max(now, this.#drainsAtMs.get(key) ?? now) + this.#rate.everyMs
    const overMs = drainsAtMs - now - this.#rate.burst * this.#rate.everyMs
    if (overMs > 0) throw new Fault('too_many', message, { retryAfterS: Math.ceil(overMs / 1000) })
    if (this.#drainsAtMs.size >= this.#maxKeys && !this.#drainsAtMs.has(key)) this.#makeRoom(now, message)
    this.#drainsAtMs.set(key, drainsAtMs)
  }

  /** Takes one attempt back, because it turned out to be welcome. */
  giveBack(key: string): void {
    const drainsAtMs = this.#drainsAtMs.get(key)
    if (drainsAtMs !== undefined) this.#drainsAtMs.set(key, drainsAtMs - this.#rate.everyMs)
  }

  #makeRoom(now: number, message: string): void {
    for (const [key, drainsAtMs] of this.#drainsAtMs) if (drainsAtMs <= now) this.#drainsAtMs.delete(key)
    // Full of live keys: forgetting one would let its owner start again, so the newcomer waits.
    if (this.#drainsAtMs.size >= this.#maxKeys) {
      throw new Fault('too_many', message, { retryAfterS: Math.ceil(this.#rate.everyMs / 1000) })
    }
  }
}
