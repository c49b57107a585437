import { createHash } from 'node:crypto'

/** A replica that was not heard of for so long is gone. */
const GONE_AFTER_MS = 7000
export const BEAT_MS = 2000

/** Who else serves this installation, by what is heard of them. Whoever does not hear itself hears nobody. */
export class Replicas {
  readonly #now: () => number
  readonly own: string
  readonly #heardAt = new Map<string, number>()

  constructor(own: string, now: () => number) {
    this.own = own
    this.#now = now
  }

  heard(replica: string): void {
    this.#heardAt.set(replica, this.#now())
  }

  /** It did not answer: until it is heard again, nothing is asked of it. */
  silent(replica: string): void {
    this.#heardAt.delete(replica)
  }

  /** In their order; never empty. */
  live(): readonly string[] {
    const since = this.#now() - GONE_AFTER_MS
    for (const [replica, at] of this.#heardAt) if (at < since) this.#heardAt.delete(replica)
    return this.#heardAt.has(this.own) ? [...this.#heardAt.keys()].toSorted() : [this.own]
  }

  /** The one replica that all of them know to have the key (rendezvous hashing): where one comes or goes, only its keys move. */
  ownerOf(key: string): string {
    let [owner, best] = [this.own, '']
    for (const replica of this.live()) {
      const weight = createHash('sha256').update(`${key} ${replica}`).digest('hex')
      if (weight > best) [owner, best] = [replica, weight]
    }
    return owner
  }
}
