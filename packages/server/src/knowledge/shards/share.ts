import type { Clock } from '../../kernel/clock.ts'
import type { Division } from './division.ts'

/** A collection stays so long after it was last needed here, whoever owns it by then. */
const KEPT_MS = 60_000

/** What one replica holds of a tenant's index. */
export class Share {
  readonly #division: Division | undefined
  readonly #clock: Clock
  /** Collections that were needed here, and until when they are held. */
  readonly #kept = new Map<string, number>()
  #held: ReadonlySet<string> = new Set()
  /** Every collection, where replicas divide the index among them; null where all of it is held here. */
  divided: readonly string[] | null = null
  /** When something was last changed by this replica. */
  changedAt = -Infinity

  constructor(division: Division | undefined, clock: Clock) {
    this.#division = division
    this.#clock = clock
  }

  /** As it was last divided: who owns what may have changed since. */
  holds(collection: string): boolean {
    return this.divided === null || this.#held.has(collection)
  }

  /** Holds them from the next division on. Returns whether any of them is not held now. */
  keep(collections: readonly string[]): boolean {
    const until = this.#clock.now() + KEPT_MS
    for (const one of collections) this.#kept.set(one, until)
    return collections.some((one) => !this.holds(one))
  }

  /** Divides it anew: by its size, and by who else is there. */
  divide(segments: readonly { readonly collection_id: string; readonly size_bytes: number }[]): void {
    const now = this.#clock.now()
    for (const [collection, until] of this.#kept) if (until < now) this.#kept.delete(collection)
    const bytes = segments.reduce((sum, { size_bytes }) => sum + size_bytes, 0)
    const isDivided = this.#division?.isDivided(bytes) ?? false
    const all = [...new Set(segments.map((one) => one.collection_id))]
    this.divided = isDivided ? all : null
    this.#held = new Set([...this.#kept.keys(), ...all.filter((one) => this.#division?.isOwn(one))])
  }
}
