import { setTimeout as wait } from 'node:timers/promises'

/** How sending a batch ended. */
export type Sent =
  | { readonly kind: 'taken'; readonly refused: number }
  /** The endpoint will never take it. */
  | { readonly kind: 'refused'; readonly why: Trouble }
  | { readonly kind: 'failed'; readonly why: Trouble; readonly retryAfterMs: number | null }

/** The status or 0, and a word. */
export interface Trouble {
  readonly status: number
  readonly code: string
}

export interface ExporterOptions<T> {
  readonly send: (batch: readonly T[]) => Promise<Sent>
  readonly taken: (count: number) => void
  readonly dropped: (count: number, reason: 'full' | 'failed' | 'refused' | 'stopped') => void
  /** Told when the endpoint begins to fail (why) and when it works again (null). */
  readonly turned: (trouble: Trouble | null) => void
  readonly everyMs?: number
  readonly backoffMs?: number
}

const MOST_QUEUED = 4096
const BATCH = 256
const EVERY_MS = 1000
const TRIES = 3
const BACKOFF_MS = 500
const LONGEST_WAIT_MS = 5000
/** A batch that cannot even be written down must not end the process. */
const UNSENDABLE: Sent = { kind: 'refused', why: { status: 0, code: 'unwritable' } }

/** A bounded queue that is emptied in the background, a batch at a time. Whoever adds to it never waits and never fails. */
export class Exporter<T> {
  readonly #options: ExporterOptions<T>
  #queue: T[] = []
  #timer: NodeJS.Timeout | null = null
  #sending: Promise<void> | null = null
  #isFailing = false
  readonly #stop = new AbortController()

  constructor(options: ExporterOptions<T>) {
    this.#options = options
  }

  add(item: T): void {
    if (this.#stop.signal.aborted) return this.#options.dropped(1, 'stopped')
    if (this.#queue.length >= MOST_QUEUED) return this.#options.dropped(1, 'full')
    this.#queue.push(item)
    if (this.#queue.length >= BATCH) this.#flush()
    else this.#flushLater()
  }

  /** Sends what is there for so long; the rest is dropped and counted. */
  async close(withinMs: number): Promise<void> {
    this.#flush()
    const late = new AbortController()
    await Promise.race([
      this.#sending,
      wait(withinMs, undefined, { signal: late.signal }).catch(() => undefined),
    ])
    late.abort()
    this.#stop.abort()
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#queue.length > 0) this.#options.dropped(this.#queue.length, 'stopped')
    this.#queue = []
  }

  #flushLater(): void {
    if (this.#timer !== null || this.#sending !== null) return
    this.#timer = setTimeout(() => this.#flush(), this.#options.everyMs ?? EVERY_MS)
    this.#timer.unref()
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#sending ??= this.#drain().finally(() => {
      this.#sending = null
      if (this.#queue.length > 0) this.#flushLater()
    })
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0 && !this.#stop.signal.aborted) {
      const batch = this.#queue.splice(0, BATCH)
      const sent = await this.#sendPatiently(batch)
      if (sent.kind === 'taken') {
        this.#options.taken(batch.length - sent.refused)
        if (sent.refused > 0) this.#options.dropped(sent.refused, 'refused')
        this.#turn(null)
        continue
      }
      this.#options.dropped(batch.length, sent.kind)
      this.#turn(sent.why)
      // What comes next waits for its turn: a queue that is hammered empties no sooner.
      if (sent.kind === 'failed') return
    }
  }

  async #sendPatiently(batch: readonly T[]): Promise<Sent> {
    const { send, backoffMs = BACKOFF_MS } = this.#options
    for (let attempt = 1; ; attempt += 1) {
      const sent = await send(batch).catch((): Sent => UNSENDABLE)
      if (sent.kind !== 'failed' || attempt === TRIES) return sent
      const ms = Math.min(sent.retryAfterMs ?? backoffMs * 2 ** (attempt - 1), LONGEST_WAIT_MS)
      try {
        await wait(ms, undefined, { signal: this.#stop.signal, ref: false })
      } catch {
        // Stopped: there is no time for another try.
        return sent
      }
    }
  }

  #turn(trouble: Trouble | null): void {
    if (this.#isFailing === (trouble !== null)) return
    this.#isFailing = trouble !== null
    this.#options.turned(trouble)
  }
}
