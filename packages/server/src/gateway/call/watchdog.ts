import { TurnoverMap } from '../../kernel/turnover-map.ts'

/** Something that has a time by which it must have moved on. */
export interface Watched {
  /** Called every tick; ends itself when its time is over. `nowMs` is of a monotonic clock. */
  check(nowMs: number): void
}

const TICK_MS = 50

/** One timer for all calls: a timer per call and phase would cost more than the calls. */
export class Watchdog {
  readonly #watched = new TurnoverMap<Watched, true>()
  #timer: NodeJS.Timeout | null = null

  add(one: Watched): void {
    this.#watched.set(one, true)
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS).unref()
  }

  /** How many are watched. */
  get size(): number {
    return this.#watched.size
  }

  remove(one: Watched): void {
    this.#watched.delete(one)
    // The timer stays while requests come and go; an idle tick stops it.
  }

  #tick(): void {
    if (this.#watched.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer)
      this.#timer = null
      return
    }
    const now = performance.now()
    for (const one of this.#watched.keys()) one.check(now)
  }
}
