/**
 * Does one thing soon whenever it is asked to, however often that is: at once when nothing is under way, otherwise once
 * more after a pause. Whoever asked last is always served by a run that began later.
 */
export class Paced {
  readonly #work: () => Promise<void> | void
  readonly #pauseMs: number
  #isBusy = false
  #isWaited = false
  #isClosed = false
  #round: Promise<void> = Promise.resolve()
  #wake: (() => void) | null = null

  /** `work` must not throw. */
  constructor(work: () => Promise<void> | void, pauseMs: number) {
    this.#work = work
    this.#pauseMs = pauseMs
  }

  ask(): void {
    if (this.#isClosed) return
    if (this.#isBusy) this.#isWaited = true
    else this.#round = this.#run()
  }

  /** Asks in vain from now on; resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#wake?.()
    await this.#round
  }

  async #run(): Promise<void> {
    this.#isBusy = true
    do {
      this.#isWaited = false
      const fromMs = performance.now()
      await this.#work()
      // What takes long is not done without end either.
      await this.#rest(Math.max(this.#pauseMs, 2 * (performance.now() - fromMs)))
    } while (this.#isWaited && !this.#isClosed)
    this.#isBusy = false
  }

  #rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isClosed) return resolve()
      const timer = setTimeout(resolve, ms)
      timer.unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
