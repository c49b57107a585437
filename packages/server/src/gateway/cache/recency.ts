/** Something that stands in an order of use. */
export interface Used<T> {
  newer: T | null
  older: T | null
}

/**
 * The order in which things were used, as a chain. A `Map` in which each use moves an entry to its end finds its first
 * entry only past the places of all that were moved or deleted.
 */
export class Recency<T extends Used<T>> {
  #newest: T | null = null
  #oldest: T | null = null

  get oldest(): T | null {
    return this.#oldest
  }

  add(one: T): void {
    one.older = this.#newest
    if (this.#newest !== null) this.#newest.newer = one
    this.#newest = one
    this.#oldest ??= one
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

  touch(one: T): void {
    if (one === this.#newest) return
    this.remove(one)
    this.add(one)
  }

  /** From the oldest on; what is handed out may be removed. */
  *[Symbol.iterator](): Generator<T> {
    for (let one = this.#oldest; one !== null;) {
      const next: T | null = one.newer
      yield one
      one = next
    }
  }
}
