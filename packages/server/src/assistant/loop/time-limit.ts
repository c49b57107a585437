/** A span of time that stands still while people are asked. */
export class TimeLimit {
  readonly #over = new AbortController()
  #leftMs: number
  #sinceMs = 0
  #pauses = 0
  #timer: NodeJS.Timeout | null = null

  constructor(timeMs: number) {
    this.#leftMs = timeMs
    this.#start()
  }

  /** Aborted when it is over. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** Does what takes no time of it. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    if (this.#pauses++ === 0) this.#stop()
    try {
      return await work()
    } finally {
      if (--this.#pauses === 0) this.#start()
    }
  }

  close(): void {
    this.#pauses += 1
    this.#stop()
  }

  #start(): void {
    this.#sinceMs = performance.now()
    this.#timer = setTimeout(() => this.#over.abort(), this.#leftMs)
    this.#timer.unref()
  }

  #stop(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
    this.#leftMs = Math.max(this.#leftMs - (performance.now() - this.#sinceMs), 0)
  }
}

/** What the work comes to, or at once what aborted the signal: work that does not heed it is left behind. */
export async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Once it is left behind nobody listens to it any more.
  work.catch(() => undefined)
  signal.throwIfAborted()
  const left = Promise.withResolvers<never>()
  const leave = (): void => left.reject(signal.reason)
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([work, left.promise])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
