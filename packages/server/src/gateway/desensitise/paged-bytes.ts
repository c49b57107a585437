const PAGE_BYTES = 16 * 1024
/** Of what was let go of, so much is held for the next: 8 MiB, as much as waits while the database keeps up. */
const MOST_FREE = 512

/**
 * Memory that is used again. What each call keeps for a moment grows old otherwise, and every few megabytes of it bring
 * about a full collection.
 */
export class Pages {
  readonly #free: Buffer[] = []

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(PAGE_BYTES)
  }

  giveBack(page: Buffer): void {
    if (this.#free.length < MOST_FREE) this.#free.push(page)
  }
}

/** A copy of bytes that come one after the other. */
export class PagedBytes {
  readonly #from: Pages
  #pages: Buffer[] = []
  #room = 0
  #length = 0

  constructor(from: Pages) {
    this.#from = from
  }

  get length(): number {
    return this.#length
  }

  /** All of it, in order; not to be read after `release`. */
  get pieces(): readonly Buffer[] {
    return this.#pages.map((page, at) =>
      at === this.#pages.length - 1 ? page.subarray(0, page.length - this.#room) : page,
    )
  }

  add(bytes: Uint8Array): void {
    this.#length += bytes.length
    for (let from = 0; from < bytes.length;) {
      const page = this.#lastPage()
      const some = bytes.subarray(from, from + this.#room)
      page.set(some, page.length - this.#room)
      this.#room -= some.length
      from += some.length
    }
  }

  /** Gives the memory back; nothing is in it then. */
  release(): void {
    for (const page of this.#pages) this.#from.giveBack(page)
    this.#pages = []
    this.#room = this.#length = 0
  }

  #lastPage(): Buffer {
    const last = this.#pages.at(-1)
    if (last !== undefined && this.#room > 0) return last
    const page = this.#from.take()
    this.#pages.push(page)
    this.#room = page.length
    return page
  }
}
