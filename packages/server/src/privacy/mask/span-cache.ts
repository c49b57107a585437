import { hash, randomBytes } from 'node:crypto'
import type { Span } from '../detect/span.ts'
import type { Text } from '../traverse/texts.ts'

/** Shorter ones are read again sooner than they are found. */
const SHORTEST_KEPT = 64
/** Entries and spans of the newer half; the older one is as large at most. */
const MOST_ENTRIES = 10_000
const MOST_SPANS = 100_000

/**
 * Remembers where something stands in a text, so that a conversation that is sent again and again is read once. Texts
 * are told by a hash under a secret of this process and the tenant's name; nothing of them is kept.
 */
export class SpanCache<S extends Span = Span> {
  readonly #secret = randomBytes(32).toString('base64url')
  #newer = new Map<string, readonly S[]>()
  #older: ReadonlyMap<string, readonly S[]> = new Map()
  #spans = 0

  /** Null: it is not known, and not worth it. */
  keyFor(owner: string, { value, key }: Text): string | null {
    if (value.length < SHORTEST_KEPT) return null
    return hash('sha256', `${this.#secret} ${owner} ${key ?? ''}\n${value}`, 'base64url')
  }

  get(key: string): readonly S[] | undefined {
    const found = this.#newer.get(key)
    if (found !== undefined) return found
    const older = this.#older.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  /** What is known of a text, or what `find` finds in it. */
  through(owner: string, text: Text, find: () => readonly S[]): readonly S[] {
    const key = this.keyFor(owner, text)
    if (key === null) return find()
    const known = this.get(`${key} ${text.role}`)
    if (known !== undefined) return known
    const found = find()
    this.set(`${key} ${text.role}`, found)
    return found
  }

  set(key: string, spans: readonly S[]): void {
    if (this.#newer.size >= MOST_ENTRIES || this.#spans > MOST_SPANS) {
      this.#older = this.#newer
      this.#newer = new Map()
      this.#spans = 0
    }
    this.#newer.set(key, spans)
    this.#spans += spans.length
  }
}
