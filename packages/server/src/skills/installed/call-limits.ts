import type { SkillLimits } from '@freehold/contract/skill-permissions.ts'
import { RateLimit } from '../../identity/rate-limit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'

const MINUTE_MS = 60_000
const MOST_RATES = 10_000

/** How often, and how many at once, a version may be called by a tenant, in one process. */
export class CallLimits {
  readonly #clock: Clock
  readonly #rates = new Map<string, RateLimit>()
  readonly #running = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts one call; what it returns counts its end. @throws Fault `too_many` */
  enter(key: string, skill: string, { callsPerMinute, concurrency }: SkillLimits): () => void {
    const running = this.#running.get(key) ?? 0
    if (running >= concurrency)
      throw new Fault('too_many', `The skill "${skill}" is called as often at once as it may be.`)
    if (this.#rates.size >= MOST_RATES) this.#rates.clear()
    const rate =
      this.#rates.get(key) ??
      new RateLimit(this.#clock, { burst: callsPerMinute, everyMs: MINUTE_MS / callsPerMinute }, 1)
    this.#rates.set(key, rate)
    rate.take(
      key,
      `The skill "${skill}" was called ${callsPerMinute} times within a minute, which is as often as it may be.`,
    )
    this.#running.set(key, running + 1)
    return () => {
      const left = (this.#running.get(key) ?? 1) - 1
      if (left > 0) this.#running.set(key, left)
      else this.#running.delete(key)
    }
  }
}
