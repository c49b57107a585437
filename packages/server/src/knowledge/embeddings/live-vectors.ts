import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, TenantId } from '../../store/store.ts'
import type { Retrieval } from '../retrieval.ts'
import { openLotBytes } from './embedding-rows.ts'

/** As old as the view of other processes' commits may be. */
const CHECK_MS = 500
const MIB = 1024 * 1024

interface Followed {
  space: string
  /** Bytes of each lot that the search engine has. */
  readonly lots: Map<string, number>
  /** Lots that are unreadable, or too many. */
  readonly left: Set<string>
  checkedAt: number
  /** Of the search engine, when it was last told anything. */
  generation: number
  turn: Promise<void>
}

interface LiveVectorsRooms {
  readonly store: Store
  readonly retrieval: Retrieval
  readonly clock: Clock
  /** What all of them together may take in memory. */
  readonly memoryMb: () => number
  /** Hears of a lot that cannot be read; searches go without it. */
  readonly unreadable: (error: unknown) => void
}

/** Keeps the vectors that the search engine has in step with the committed rows. */
export class LiveVectors {
  readonly #rooms: LiveVectorsRooms
  readonly #tenants = new Map<TenantId, Followed>()

  constructor(rooms: LiveVectorsRooms) {
    this.#rooms = rooms
  }

  /** What all lots take that the search engine has. */
  get bytes(): number {
    let sum = 0
    for (const { lots } of this.#tenants.values()) for (const bytes of lots.values()) sum += bytes
    return sum
  }

  forget(tenant: TenantId): void {
    this.#tenants.delete(tenant)
  }

  /** Makes the next search look at the rows first. */
  stale(tenant: TenantId): void {
    const followed = this.#tenants.get(tenant)
    if (followed) followed.checkedAt = -Infinity
  }

  /** Brings the search engine up to date; whether there is any vector of the space. */
  async fresh(tenant: TenantId, space: string): Promise<boolean> {
    const followed = this.#followed(tenant, space)
    followed.turn = followed.turn
      .catch(() => undefined)
      .then(async () => {
        const now = this.#rooms.clock.now()
        const isNew = followed.generation === this.#rooms.retrieval.generation() && followed.space === space
        if (isNew && now >= followed.checkedAt && now - followed.checkedAt < CHECK_MS) return
        followed.checkedAt = now
        try {
          await this.#catchUp(tenant, space, followed)
        } catch (error) {
          followed.checkedAt = -Infinity
          throw error
        }
      })
    await followed.turn
    return followed.lots.size > 0
  }

  #followed(tenant: TenantId, space: string): Followed {
    const known = this.#tenants.get(tenant)
    if (known) return known
    const followed: Followed = {
      space,
      lots: new Map(),
      left: new Set(),
      checkedAt: -Infinity,
      generation: this.#rooms.retrieval.generation(),
      turn: Promise.resolve(),
    }
    this.#tenants.set(tenant, followed)
    return followed
  }

  async #catchUp(tenant: TenantId, space: string, followed: Followed): Promise<void> {
    const { store, retrieval } = this.#rooms
    // A search engine that started anew has none of what it was given.
    if (followed.generation !== retrieval.generation()) followed.lots.clear()
    followed.generation = retrieval.generation()
    if (followed.space !== space) this.#drop(tenant, followed, [...followed.lots.keys()])
    followed.space = space
    const { rows, keys } = await store.withTenant({ tenant }, async (tx) => ({
      rows: await tx.db
        .selectFrom('embedding_lot')
        .select(['id', 'dek', 'blob_key', 'size_bytes'])
        .where('space', '=', space)
        .orderBy('id')
        .execute(),
      keys: tx.keys,
    }))
    const listed = new Set(rows.map(({ id }) => id))
    const gone = [...followed.lots.keys()].filter((id) => !listed.has(id))
    // They go as soon as what takes their place is there.
    const going = gone.reduce((sum, id) => sum + (followed.lots.get(id) ?? 0), 0)
    for (const row of rows) {
      if (followed.lots.has(row.id) || followed.left.has(row.id)) continue
      if (this.bytes - going + row.size_bytes > this.#rooms.memoryMb() * MIB) break
      try {
        const bytes = await openLotBytes(keys, row, await store.blobs.get(tenant, row.blob_key))
        await retrieval.addVectors(tenant, { id: row.id, space, bytes })
        followed.lots.set(row.id, row.size_bytes)
      } catch (error) {
        if (error instanceof Fault && error.code === 'unavailable') throw error
        // One that was put together with others since is found among the rows the next time.
        this.#rooms.unreadable(error)
        followed.left.add(row.id)
      }
    }
    this.#drop(tenant, followed, gone)
    for (const id of followed.left) if (!listed.has(id)) followed.left.delete(id)
    followed.generation = retrieval.generation()
  }

  #drop(tenant: TenantId, { lots }: Followed, gone: readonly string[]): void {
    if (gone.length === 0) return
    this.#rooms.retrieval.dropVectors(tenant, gone)
    for (const id of gone) lots.delete(id)
  }
}
