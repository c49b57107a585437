/** Something whose bytes lie in a ring. */
export interface Placed<T> {
  at: number
  length: number
  /** It was read since it was placed. */
  wasRead: boolean
  newer: T | null
  older: T | null
}

/** What was read is moved out of the way so often for one newcomer, so that none waits for long. */
const MOST_MOVED = 16

/**
 * One piece of memory for bytes that come and go: the newcomer takes the place of the oldest, but what was read since it
 * came is moved up once and stays. Buffers of their own, freed in no order, took three times as much memory as they held.
 */
export class Ring<T extends Placed<T>> {
  readonly #memory: Buffer
  readonly #gone: (one: T) => void
  #newest: T | null = null
  #oldest: T | null = null
  /** Where the next one goes. The oldest lies behind it, or is the first before it. */
  #next = 0

  constructor(sizeBytes: number, gone: (one: T) => void) {
    // Pages that nothing was written to take no memory.
    this.#memory = Buffer.allocUnsafeSlow(sizeBytes)
    this.#gone = gone
  }

  get sizeBytes(): number {
    return this.#memory.length
  }

  get oldest(): T | null {
    return this.#oldest
  }

  /** Copies the bytes; whatever lies in their way goes. False: they are more than the ring has. */
  put(one: T, bytes: Buffer): boolean {
    if (bytes.length > this.#memory.length) return false
    one.length = bytes.length
    one.wasRead = false
    this.#makeWay(bytes.length)
    this.#place(one)
    bytes.copy(this.#memory, one.at)
    return true
  }

  /** A view: the bytes stay only until the next one is put. */
  read(one: T): Buffer {
    one.wasRead = true
    return this.#memory.subarray(one.at, one.at + one.length)
  }

  remove(one: T): void {
    const { newer, older } = one
    if (newer === null) this.#newest = older
    else newer.older = older
    if (older === null) this.#oldest = newer
    else older.newer = newer
    // What is gone must not hold what comes after it: V8 would let both grow old.
    one.newer = one.older = null
  }

  /** From the oldest on; what is handed out may be removed. */
  *[Symbol.iterator](): Generator<T> {
    for (let one = this.#oldest; one !== null;) {
      const next: T | null = one.newer
      yield one
      one = next
    }
  }

  /** Afterwards so many bytes are free from `#next` on. */
  #makeWay(length: number): void {
    for (let moved = 0; ;) {
      const oldest = this.#oldest
      const end = this.#next + length
      const isAhead = oldest !== null && oldest.at >= this.#next
      if (end > this.#memory.length && !isAhead) {
        this.#next = 0
        continue
      }
      if (oldest === null || !isAhead || (oldest.at >= end && end <= this.#memory.length)) return
      this.remove(oldest)
      if (oldest.wasRead && moved < MOST_MOVED) {
        moved += 1
        oldest.wasRead = false
        const from = oldest.at
        this.#place(oldest)
        this.#memory.copyWithin(oldest.at, from, from + oldest.length)
      } else this.#gone(oldest)
    }
  }

  /** As the newest, where the next one goes. */
  #place(one: T): void {
    one.at = this.#next
    this.#next += one.length
    one.older = this.#newest
    if (this.#newest !== null) this.#newest.newer = one
    this.#newest = one
    this.#oldest ??= one
  }
}
