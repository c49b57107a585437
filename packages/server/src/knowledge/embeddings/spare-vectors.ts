import type { Store, TenantId } from '../../store/store.ts'
import type { Quantised } from './batches.ts'
import { lotsOf, openLotBytes } from './embedding-rows.ts'
import { openLot, vectorOf } from './vector-lot.ts'

/** Lots that are read for it at most, the newest first. */
const MOST_LOTS = 32

/**
 * Vectors of documents that were replaced, and of parts of large ones: where the same text comes again, nobody is asked.
 * Read once for each collection.
 */
export class SpareVectors {
  readonly #store: Store
  readonly #tenant: TenantId
  readonly #space: string
  readonly #collections = new Map<string, ReadonlyMap<string, Quantised>>()

  constructor(store: Store, tenant: TenantId, space: string) {
    this.#store = store
    this.#tenant = tenant
    this.#space = space
  }

  /** By mark, in hex. */
  async of(collection: string): Promise<ReadonlyMap<string, Quantised>> {
    const known = this.#collections.get(collection)
    if (known) return known
    const vectors = await this.#read(collection)
    // One collection after another: what an earlier one had is not asked for again.
    this.#collections.clear()
    this.#collections.set(collection, vectors)
    return vectors
  }

  async #read(collection: string): Promise<Map<string, Quantised>> {
    const tenant = this.#tenant
    const { lots, keys } = await this.#store.withTenant({ tenant }, async (tx) => ({
      lots: await lotsOf(tx, collection),
      keys: tx.keys,
    }))
    const vectors = new Map<string, Quantised>()
    const spare = lots.filter(({ space, live, documents }) => space === this.#space && live < documents)
    for (const row of spare.slice(-MOST_LOTS)) {
      const lot = openLot(await openLotBytes(keys, row, await this.#store.blobs.get(tenant, row.blob)))
      for (let at = 0; at < lot.passages; at++) {
        const { mark, scale, values } = vectorOf(lot, at)
        if (scale !== 0) vectors.set(mark.toString('hex'), { scale, values })
      }
    }
    return vectors
  }
}
