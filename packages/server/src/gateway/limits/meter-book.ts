import type { Budget } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { whose } from '../budgets/purse.ts'
import type { LimitsOptions } from '../limits.ts'
import { Meter } from './meter.ts'
import type { Shortage } from './meter.ts'

const DAY_MS = 86_400_000
/** Below this many meters nobody looks for blank ones. */
const FEW = 1024

/** The meters of all budgets that are remembered, and the time they go by. */
export class MeterBook {
  readonly #options: Pick<LimitsOptions, 'clock' | 'refused'>
  readonly #meters = new Map<string, Meter>()
  #lookAgainAt = FEW
  #lastMs = 0
  /** Added to the clock after it was set back, so that a minute stays a minute. */
  #setBackMs = 0
  #today: number

  constructor(options: Pick<LimitsOptions, 'clock' | 'refused'>) {
    this.#options = options
    this.#today = Math.floor(options.clock.now() / DAY_MS)
  }

  get size(): number {
    return this.#meters.size
  }

  meter(id: string): Meter {
    const known = this.#meters.get(id)
    if (known) return known
    const meter = new Meter()
    this.#meters.set(id, meter)
    return meter
  }

  /** Drops the meters of which nothing needs to be remembered; looks for them each time their number has doubled. */
  makeRoom(): void {
    if (this.#meters.size < this.#lookAgainAt) return
    const nowMs = this.steadyMs()
    for (const [id, meter] of this.#meters) {
      if (meter.isBlank(nowMs)) this.#meters.delete(id)
      else meter.window.shrink(nowMs)
    }
    this.#lookAgainAt = Math.max(FEW, this.#meters.size * 2)
  }

  /** Milliseconds that never fall. */
  steadyMs(): number {
    const nowMs = this.#options.clock.now() + this.#setBackMs
    if (nowMs < this.#lastMs) this.#setBackMs += this.#lastMs - nowMs
    this.#lastMs = Math.max(nowMs, this.#lastMs)
    return this.#lastMs
  }

  /** A clock that is set back over midnight by a little must not begin the old day anew. */
  today(): number {
    const day = Math.floor(this.#options.clock.now() / DAY_MS)
    if (day !== this.#today && day !== this.#today - 1) this.#today = day
    return this.#today
  }

  /** The time of a request that comes now, on the day that counts. */
  atMs(day: number): number {
    return Math.max(this.#options.clock.now(), day * DAY_MS)
  }

  refuse({ id, limits }: Budget, { limit, waitMs }: Shortage): never {
    this.#options.refused?.(limit)
    const retryAfterS = Math.max(1, Math.ceil(waitMs / 1000))
    const when =
      limit === 'rpm'
        ? `There is room again in ${retryAfterS} s.`
        : 'There may be room when a request under way has ended.'
    throw new Fault('over_limit', `The limit ${limit}=${limits[limit]} of ${whose(id)} is reached. ${when}`, {
      retryAfterS,
    })
  }
}
