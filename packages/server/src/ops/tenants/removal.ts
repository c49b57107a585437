import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { append } from '../../audit/audit.ts'
import { causeOf } from '../../kernel/cause.ts'
import { Fault } from '../../kernel/fault.ts'
import { requestId } from '../../kernel/ids.ts'
import type { Log } from '../../kernel/log.ts'
import type { StoreKeys } from '../../store/keys/store-keys.ts'
import { isDone } from '../../store/each-tenant.ts'
import type { TenantDatabases } from '../../store/open.ts'
import type { Store, TenantId } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'
import { tenantId } from '../../store/tenant-id.ts'
import type { Kek } from '../keys/kek.ts'
import { countRows, keepEntries, rememberShredded } from './own-database.ts'
import { GOES } from './own-tables.ts'

const SLICE = 2000
/** Principal id of the program itself. */
const SYSTEM = 'system'

export interface RemovalOptions {
  readonly store: Store
  readonly keys: StoreKeys
  readonly databases: Pick<TenantDatabases, 'isSeparate' | 'has' | 'shared' | 'drop'>
  readonly kek: Pick<Kek, 'shred'>
  readonly log: Log
}

/**
 * Removes tenants whose time has come: first the keys, so that from then on nothing can be read, then rows and objects.
 * Whatever ends the process, the next one goes on; of several that are at it each does what is left.
 */
export class Removal {
  readonly #options: RemovalOptions
  #timer: NodeJS.Timeout | null = null
  #turn = Promise.resolve()
  #isClosed = false

  constructor(options: RemovalOptions) {
    this.#options = options
    this.#schedule()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#turn
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#turn = this.#take().then(() => {
        if (!this.#isClosed) this.#schedule()
      })
    }, this.#options.keys.times.lookMs).unref()
  }

  async #take(): Promise<void> {
    const { store, keys, log } = this.#options
    try {
      for (const tenant of await keys.outside((db) => due(db, keys.times.shutAfterMs)))
        await isDone(store, tenant, () => this.#remove(tenant))
    } catch (error) {
      const { name, code } = causeOf(error)
      log.warn('tenant.removal_failed', { name, code })
    }
  }

  async #remove(tenant: TenantId): Promise<void> {
    const { store, databases, log } = this.#options
    const rows = databases.isSeparate(tenant) ? await this.#leaveOwn(tenant) : await this.#empty(tenant)
    let objects = 0
    for await (const { key } of store.blobs.list(tenant)) {
      if (this.#isClosed) return
      await store.blobs.delete(tenant, key)
      objects += 1
    }
    if (this.#isClosed) return
    if (databases.isSeparate(tenant)) await databases.drop(tenant)
    const isLast = await store.withTenant({ tenant: store.home }, async (tx) => {
      const gone = await tx.db
        .updateTable('tenant')
        .set({ deleted_at: sql<Date>`clock_timestamp()`, slug: null, bounds: '{}' })
        .where('id', '=', tenant)
        .where('deleted_at', 'is', null)
        .returning('id')
        .executeTakeFirst()
      if (gone === undefined) return false
      const event = { actor: SYSTEM, subject: tenant, detail: { rows, objects } }
      await append(tx, { action: 'tenant.deleted', ...event })
      return true
    })
    if (isLast) log.info('tenant.deleted', { tenant, rows, objects })
  }

  async #shred(tenant: TenantId): Promise<void> {
    const { kek, store } = this.#options
    await kek
      .shred({ tenant, confirm: tenant }, { actor: SYSTEM, request: requestId(), tenant: store.home })
      .catch(unlessShredded)
  }

  /** In the shared database. How many rows there were. */
  async #empty(tenant: TenantId): Promise<number> {
    const { keys } = this.#options
    await this.#shred(tenant)
    let rows = 0
    for (const table of GOES)
      rows += await this.#repeat(() => keys.inside(tenant, (db) => deleteSome(db, table)))
    await this.#repeat(() => keys.inside(tenant, dropSalts))
    return rows
  }

  /**
   * Takes out of a tenant's own database what outlives it; everything else goes with the database, which may be gone
   * already. How many rows there were.
   */
  async #leaveOwn(tenant: TenantId): Promise<number> {
    const { keys, databases } = this.#options
    const isThere = await databases.has(tenant)
    if (isThere) await this.#shred(tenant)
    await databases.shared(tenant, (db) => rememberShredded(db, tenant))
    if (!isThere) return 0
    await keepEntries({ keys, databases }, tenant)
    return keys.inside(tenant, countRows)
  }

  /** Slice after slice: one statement may take a few seconds at most. */
  async #repeat(slice: () => Promise<number>): Promise<number> {
    let all = 0
    for (let some = SLICE; some === SLICE && !this.#isClosed; all += some) some = await slice()
    return all
  }
}

async function due(db: Kysely<Tables>, shutAfterMs: number): Promise<readonly TenantId[]> {
  const rows = await db
    .selectFrom('tenant')
    .select('id')
    .where('deletes_at', '<=', sql<Date>`clock_timestamp()`)
    .where('deleted_at', 'is', null)
    // By then what was under way is written, and its events are entries of the log.
    .where('suspended_at', '<', sql<Date>`clock_timestamp() - ${shutAfterMs} * interval '1 millisecond'`)
    .execute()
  return rows.map(({ id }) => tenantId(id))
}

async function deleteSome(db: Kysely<Tables>, table: keyof Tables): Promise<number> {
  const name = sql.table(table)
  const { numAffectedRows = 0n } = await sql`
    DELETE FROM ${name} WHERE ctid IN (SELECT ctid FROM ${name} LIMIT ${SLICE})`.execute(db)
  return Number(numAffectedRows)
}

async function dropSalts(db: Kysely<Tables>): Promise<number> {
  const { numAffectedRows = 0n } = await sql`UPDATE audit_leaf SET salts = '{}' WHERE leaf IN (
    SELECT leaf FROM audit_leaf WHERE salts <> '{}' LIMIT ${SLICE})`.execute(db)
  return Number(numAffectedRows)
}

function unlessShredded(error: unknown): void {
  if (!(error instanceof Fault && error.code === 'shredded')) throw error
}
