import type { cachePurged, cacheQuery } from '@freehold/contract/cache.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import { isDone } from '../../store/each-tenant.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { KeptAnswers } from './kept-answers.ts'

const POLL_MS = 3000

export interface PurgesOptions {
  readonly store: Pick<Store, 'isSeparate' | 'withTenant'>
  readonly kept: KeptAnswers
  /** How long a purge of another process may go unseen. */
  readonly pollMs?: number
  /** Entries were dropped because another process was asked to. */
  readonly onFollowed: (entries: number) => void
  readonly onRefreshFailed: (error: unknown) => void
}

/** Purges kept answers, here when they are asked for and in every other process a moment later. */
export class Purges {
  readonly #options: PurgesOptions
  /** How often each tenant's answers were purged, as far as it was heard of here. */
  readonly #known = new Map<TenantId, bigint>()
  #timer: NodeJS.Timeout | null = null
  #beat: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: PurgesOptions) {
    this.#options = options
  }

  /** To be called when something was kept: as long as anything is, purges of other processes are looked for. */
  watch(): void {
    if (this.#timer === null && !this.#isClosed) this.#schedule()
  }

  /** Forgets answers of the caller's tenant. Other processes forget all of its answers, whatever was asked for. */
  async purge(
    caller: Caller,
    filter: z.output<typeof cacheQuery>,
    request: string,
  ): Promise<z.output<typeof cachePurged>> {
    const { store, kept } = this.#options
    const { tenant, principal } = caller
    const done = await store.withTenant(caller, async (tx) => {
      const purges = await countPurge(tx)
      const gone = kept.purge(tenant, filter)
      await append(tx, {
        action: 'cache.purged',
        actor: principal.id,
        subject: [filter.rule, filter.target].filter((word) => word !== undefined).join(' ') || 'all',
        request,
        detail: { entries: gone.entries },
      })
      return { purges, gone }
    })
    // Purged elsewhere meanwhile: that one is not known here yet, and the next look must find it.
    if (done.purges === this.#knownOf(tenant) + 1n) this.#known.set(tenant, done.purges)
    return done.gone
  }

  /** Looks for purges now; answers that are over their time go as well. */
  async follow(): Promise<void> {
    const { kept, store } = this.#options
    kept.fit()
    kept.sweep()
    for (const tenant of kept.tenants) await isDone(store, tenant, () => this.#look(tenant))
  }

  async #look(tenant: TenantId): Promise<void> {
    const { kept, store, onFollowed } = this.#options
    const before = this.#knownOf(tenant)
    const purges = await store.withTenant({ tenant }, readPurges)
    // A purge of this process that was committed meanwhile has raised what is known.
    if (purges === before || purges === this.#knownOf(tenant)) return
    this.#known.set(tenant, purges)
    onFollowed(kept.purge(tenant).entries)
  }

  /** Stops following; resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#beat
  }

  #knownOf(tenant: TenantId): bigint {
    return this.#known.get(tenant) ?? 0n
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#beat = this.#refresh()
    }, this.#options.pollMs ?? POLL_MS).unref()
  }

  async #refresh(): Promise<void> {
    try {
      await this.follow()
    } catch (error) {
      this.#options.onRefreshFailed(error)
    }
    this.#timer = null
    if (this.#options.kept.size > 0) this.watch()
  }
}

async function readPurges({ db }: Tx): Promise<bigint> {
  const row = await db.selectFrom('cache_purge').select('purges').executeTakeFirst()
  return BigInt(row?.purges ?? 0)
}

async function countPurge({ db, tenant }: Tx): Promise<bigint> {
  const row = await db
    .insertInto('cache_purge')
    .values({ tenant_id: tenant, purges: '1' })
    .onConflict((conflict) =>
      conflict
        .column('tenant_id')
        .doUpdateSet({ purges: sql`cache_purge.purges + 1`, at: sql`clock_timestamp()` }),
    )
    .returning('purges')
    .executeTakeFirstOrThrow()
  return BigInt(row.purges)
}
