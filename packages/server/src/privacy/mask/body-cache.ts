import { hash, randomBytes } from 'node:crypto'
import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Departing } from './desensitiser.ts'
import type { Found } from './scanning.ts'
import { Generations } from './generations.ts'
import type { ReadFor } from './span-cache.ts'

/** What was found in the body of a request. */
export interface ReadBody {
  /** Of each of its texts. */
  readonly found: Found
  readonly isClean: boolean
  /** By which each of them is known again; null: it is not. */
  readonly keys: readonly (string | null)[]
  /** Of what something is done about. */
  readonly counts: ReadonlyMap<EntityType, number>
}

/** By the number of texts. */
const CAPACITY = { entries: 1000, weight: 50_000 }
/** Of bodies that are asked for at once, and again in the next moment. */
const KEYS = { entries: 128, weight: 128 }

interface Keyed extends ReadFor {
  readonly how: string
  readonly key: string
}

/**
 * Remembers what was found in whole bodies: the same one is read to find its class, to mask it, and again for each
 * target that is tried. Bodies are told by a hash under a secret of this process and the tenant's name; nothing of
 * them is kept.
 */
export class BodyCache {
  readonly #secret = randomBytes(32).toString('base64url')
  readonly #known = new Generations<ReadBody>(CAPACITY)
  /** By digest: each body is asked for to find its class, and again for each target. */
  readonly #keys = new Generations<Keyed>(KEYS)

  keyFor({ tenant, by }: ReadFor, { body, digest, shape, contentType = '', isOpaque }: Departing): string {
    const how = shape ?? `service ${isOpaque} ${contentType}`
    const told = digest === undefined ? undefined : this.#keys.get(digest)
    if (told?.how === how && told.tenant === tenant && told.by === by) return told.key
    const words = `${this.#secret} ${tenant} ${by} ${digest ?? hash('sha256', body, 'base64url')} ${how}`
    const key = hash('sha256', words, 'base64url')
    if (digest !== undefined) this.#keys.set(digest, { tenant, by, how, key }, 1)
    return key
  }

  get(key: string): ReadBody | undefined {
    return this.#known.get(key)
  }

  set(key: string, read: ReadBody): void {
    this.#known.set(key, read, read.found.length + 1)
  }
}
