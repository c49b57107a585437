/** At most so long lies a written byte about before its sync begins. With the sync itself it stays below 20 ms. */
const GATHER_MS = 14

export interface GroupCommitOptions {
  /** Brings to the disk what was written before the call. */
  readonly sync: () => Promise<void>
  readonly isDirty: () => boolean
  /** Where the bytes end that were written so far. */
  readonly writtenTo: () => number
  readonly onSynced: (seconds: number) => void
  readonly onFailed: (error: unknown) => void
  readonly gatherMs?: number | undefined
}

interface Running {
  /** Everything before it was written before the sync began. */
  readonly to: number
  readonly waiters: PromiseWithResolvers<void>
}

/** One sync for all who wait, never two at a time. */
export class GroupCommit {
  readonly #options: GroupCommitOptions
  #timer: NodeJS.Timeout | null = null
  #running: Running | null = null
  /** Those whose bytes the running sync may not have seen. */
  #next: PromiseWithResolvers<void> | null = null

  constructor(options: GroupCommitOptions) {
    this.#options = options
  }

  /** To be called after every write. */
  written(): void {
    if (this.#timer !== null || this.#running !== null) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#start(unheard())
    }, this.#options.gatherMs ?? GATHER_MS).unref()
  }

  /** Resolves after a sync that began after the last write before this call. @throws what the sync threw */
  durable(): Promise<void> {
    if (this.#running === null) {
      const waiters = unheard()
      this.#start(waiters)
      return waiters.promise
    }
    if (this.#running.to === this.#options.writtenTo()) return this.#running.waiters.promise
    this.#next ??= unheard()
    return this.#next.promise
  }

  /** Waits for a sync that is under way; no other begins by itself. */
  async idle(): Promise<void> {
    this.#sleep()
    while (this.#running !== null) await this.#running.waiters.promise.catch(() => {})
    this.#sleep()
  }

  #sleep(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #start(waiters: PromiseWithResolvers<void>): void {
    this.#sleep()
    this.#running = { to: this.#options.writtenTo(), waiters }
    const fromMs = performance.now()
    this.#options.sync().then(
      () => this.#succeeded(waiters, (performance.now() - fromMs) / 1000),
      (error: unknown) => this.#failed(waiters, error),
    )
  }

  #succeeded(waiters: PromiseWithResolvers<void>, seconds: number): void {
    this.#running = null
    const next = this.#next
    this.#next = null
    if (next !== null) this.#start(next)
    else if (this.#options.isDirty()) this.written()
    waiters.resolve()
    this.#options.onSynced(seconds)
  }

  /** Nothing is tried again here: who waits for the next sync waits for the same broken file. */
  #failed(waiters: PromiseWithResolvers<void>, error: unknown): void {
    this.#running = null
    const next = this.#next
    this.#next = null
    waiters.reject(error)
    next?.reject(error)
    this.#options.onFailed(error)
  }
}

/** Nobody has to wait for it. */
function unheard(): PromiseWithResolvers<void> {
  const waiters = Promise.withResolvers<void>()
  waiters.promise.catch(() => {})
  return waiters
}
