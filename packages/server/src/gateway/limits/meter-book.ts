import type { Budget } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { LimitsOptions, Usage } from '../limits.ts'
import { Meter } from './meter.ts'
import type { Shortage } from './meter.ts'

const DAY_MS = 86_400_000
/** Below this many meters nobody looks for blank ones. */
const FEW = 1024
const UNUSED: Usage = { tokens: 0, micros: 0, open: 0, reservedTokens: 0, reservedMicros: 0 }

/** The meters of all budgets that are remembered, and the time they go by. */
export class MeterBook {
  readonly #options: LimitsOptions
  readonly #meters = new Map<string, Meter>()
  #lookAgainAt = FEW
  #lastMs = 0
  /** Added to the clock after it was set back, so that a minute stays a minute. */
  #setBackMs = 0
  #today: number

  constructor(options: LimitsOptions) {
    this.#options = options
    this.#today = Math.floor(options.clock.now() / DAY_MS)
  }

  get size(): number {
    return this.#meters.size
  }

  meter(id: string): Meter {
    const known = this.#meters.get(id)
    if (known) return known
    const meter = new Meter(this.#today)
    this.#meters.set(id, meter)
    return meter
  }

  usage(id: string): Usage {
    const meter = this.#meters.get(id)
    if (!meter) return UNUSED
    meter.turnTo(this.today())
    const { tokens, micros, open, reservedTokens, reservedMicros } = meter
    return { tokens, micros, open, reservedTokens, reservedMicros }
  }

  /** Drops the meters of which nothing needs to be remembered; looks for them each time their number has doubled. */
  makeRoom(): void {
    if (this.#meters.size < this.#lookAgainAt) return
    const nowMs = this.steadyMs()
    const today = this.today()
    for (const [id, meter] of this.#meters) {
      meter.turnTo(today)
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

  refuse(budget: Budget, { limit, waitMs }: Shortage): never {
    this.#options.refused?.(limit)
    const { id, limits } = budget
    const whose = id.startsWith('key:') ? `the key ${id.slice('key:'.length)}` : 'this tenant'
    const midnightMs = (this.#today + 1) * DAY_MS
    const leftMs = waitMs ?? midnightMs - this.#options.clock.now()
    const retryAfterS = Math.max(1, Math.ceil(leftMs / 1000))
    const until = `There is room again at ${new Date(midnightMs).toISOString()}.`
    const when =
      limit === 'rpm'
        ? `There is room again in ${retryAfterS} s.`
        : waitMs === null
          ? until
          : 'There may be room when a request under way has ended.'
    throw new Fault('over_limit', `The limit ${limit}=${limits[limit]} of ${whose} is reached. ${when}`, {
      retryAfterS,
    })
  }
}
