/** So many entries come before a map of few is built anew; a table of V8's holds about as many. */
const FEW = 64

/**
 * A map whose entries come and go by the thousand, as open requests do.
 *
 * V8 rebuilds the table of a `Map` whenever additions and deletions have used it up, and links the old table to the new
 * one for the sake of iterators. A table that was there before the load is in the old generation, and dead after the
 * first rebuilding; from then on each table is held by the one before it, so that every entry there ever was, with all
 * that it refers to, grows old and waits for a full collection. A new `Map` is not linked to anything: it is taken before
 * the table is used up often enough to make a chain.
 */
export class TurnoverMap<K, V> {
  #map = new Map<K, V>()
  #additions = 0

  get size(): number {
    return this.#map.size
  }

  has(key: K): boolean {
    return this.#map.has(key)
  }

  get(key: K): V | undefined {
    return this.#map.get(key)
  }

  set(key: K, value: V): void {
    this.#additions += 1
    if (this.#additions > FEW + 2 * this.#map.size) {
      this.#map = new Map(this.#map)
      this.#additions = 0
    }
    this.#map.set(key, value)
  }

  delete(key: K): boolean {
    return this.#map.delete(key)
  }

  keys(): MapIterator<K> {
    return this.#map.keys()
  }

  values(): MapIterator<V> {
    return this.#map.values()
  }
}
