export interface RetryOptions {
  /** Of one attempt; 0: none. */
  readonly most: number
  readonly random: () => number
  /** Monotonic. */
  readonly nowMs: () => number
}

/**
 * Somebody else's service costs money with every call, and its clients ask again by themselves. What ended a local model
 * once may end it again.
 */
export const RETRIES = { local: 0, private: 1, managed: 0 } as const

/** Retries are at most this part of the requests of the last ten seconds … */
const PART = 0.1
/** … and as many more: where little is asked, a tenth would be none at all. */
const FLOOR = 10
const SECONDS = 10
const FIRST_BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 1000
/** A client is not kept waiting for a target that asks for more time. */
const LONGEST_ASKED_MS = 2000

/**
 * What a target is asked again within a budget (Finagle, Envoy): a target in trouble must not get more requests for it,
 * and where everything fails the calls stay near the number of requests.
 */
export class Retries {
  readonly #options: RetryOptions
  /** One place for each of the last seconds. */
  readonly #requests = new Uint32Array(SECONDS)
  readonly #retries = new Uint32Array(SECONDS)
  #second = 0

  constructor(options: RetryOptions) {
    this.#options = options
  }

  /** A request goes to the target for the first time. */
  asked(): void {
    this.#add(this.#requests)
  }

  /**
   * How long to wait before the `nth` retry of an attempt. Null: it is not made; `over_budget`: it would have been, but
   * too many were. `askedMs`: how long the target asked to wait.
   */
  wait(nth: number, askedMs: number | null): number | 'over_budget' | null {
    const { most, random } = this.#options
    if (nth > most || (askedMs ?? 0) > LONGEST_ASKED_MS) return null
    if (!this.spend()) return 'over_budget'
    // Full jitter: those that failed together do not come back together.
    const backoffMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (nth - 1))
    return (askedMs ?? 0) + random() * backoffMs
  }

  /** One more call than there are requests, if the budget has room for it. */
  spend(): boolean {
    this.#place()
    if (sum(this.#retries) + 1 > sum(this.#requests) * PART + FLOOR) return false
    this.#add(this.#retries)
    return true
  }

  #add(counts: Uint32Array): void {
    const place = this.#place()
    counts[place] = (counts[place] ?? 0) + 1
  }

  /** That of now, after what is older than the window was cleared. */
  #place(): number {
    const second = Math.floor(this.#options.nowMs() / 1000)
    const passed = Math.min(SECONDS, second - this.#second)
    for (let n = 0; n < passed; n += 1) {
      const place = (second - n) % SECONDS
      this.#requests[place] = 0
      this.#retries[place] = 0
    }
    this.#second = second
    return second % SECONDS
  }
}

const sum = (counts: Uint32Array): number => counts.reduce((total, count) => total + count, 0)
