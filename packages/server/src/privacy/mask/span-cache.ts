import { hash, randomBytes } from 'node:crypto'
import type { Span } from '../detect/span.ts'
import type { Text } from '../traverse/texts.ts'
import { Generations } from './generations.ts'

/** Less than a hash costs would be saved on them. */
const SHORTEST_KEPT = 4
const CAPACITY = { entries: 20_000, weight: 50_000 }

/** For whom a text is read, and by which version of all that finds something in it. */
export interface ReadFor {
  readonly tenant: string
  readonly by: string
}

/**
 * Remembers where something stands in a text, so that a conversation that is sent again and again is read once. Texts
 * are told by a hash under a secret of this process and the tenant's name; nothing of them is kept.
 */
export class SpanCache<S extends Span = Span> {
  readonly #secret = randomBytes(32).toString('base64url')
  readonly #known = new Generations<readonly S[]>(CAPACITY)

  /** Null: it is not known, and not worth it. `isCostly`: reading even a short one is. */
  keyFor({ tenant, by }: ReadFor, { value, key }: Text, isCostly = false): string | null {
    if (value.length < SHORTEST_KEPT && !isCostly) return null
    return hash('sha256', `${this.#secret} ${tenant} ${by} ${key ?? ''}\n${value}`, 'base64url')
  }

  get(key: string): readonly S[] | undefined {
    return this.#known.get(key)
  }

  set(key: string, spans: readonly S[]): void {
    this.#known.set(key, spans, spans.length)
  }

  /** What is known under a key, or what `find` finds. */
  through(key: string, find: () => readonly S[]): readonly S[] {
    const known = this.get(key)
    if (known !== undefined) return known
    const found = find()
    this.set(key, found)
    return found
  }
}
