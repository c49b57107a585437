/** What a map of two generations holds at most, each of the two. */
export interface Capacity {
  readonly entries: number
  readonly weight: number
}

/** Remembers what was asked for last: when the newer half is full, the older one is forgotten as a whole. */
export class Generations<V> {
  readonly #most: Capacity
  #newer = new Map<string, Kept<V>>()
  #older: ReadonlyMap<string, Kept<V>> = new Map()
  #weight = 0

  constructor(most: Capacity) {
    this.#most = most
  }

  get(key: string): V | undefined {
    const found = this.#newer.get(key)
    if (found !== undefined) return found.value
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older.value, older.weight)
    return older?.value
  }

  /** Nothing that is as heavy as a half by itself is kept. */
  set(key: string, value: V, weight: number): void {
    const { entries, weight: mostWeight } = this.#most
    if (weight > mostWeight) return
    if (this.#newer.size >= entries || this.#weight + weight > mostWeight) {
      this.#older = this.#newer
      this.#newer = new Map()
      this.#weight = 0
    }
    this.#newer.set(key, { value, weight })
    this.#weight += weight
  }
}

interface Kept<V> {
  readonly value: V
  readonly weight: number
}
