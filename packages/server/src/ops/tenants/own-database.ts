import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { insertLeaves } from '../../audit/log/log-rows.ts'
import { allCarried, settleCarried } from '../../audit/log/staging.ts'
import type { StoreKeys } from '../../store/keys/store-keys.ts'
import type { TenantDatabases } from '../../store/open.ts'
import type { TenantId } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'
import { GOES } from './own-tables.ts'

const SLICE = 500

/** In the list of all tenants: that its keys are gone must be known when its database is. */
export async function rememberShredded(db: Kysely<Tables>, tenant: TenantId): Promise<void> {
  await db
    .insertInto('key_state')
    .values({ tenant, shredded_at: sql<Date>`clock_timestamp()` })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The entries of the one log outlive the database that they were read from, without the salts that open them. */
export async function keepEntries(
  { keys, databases }: { readonly keys: StoreKeys; readonly databases: Pick<TenantDatabases, 'shared'> },
  tenant: TenantId,
): Promise<void> {
  const carried = (await keys.outside(allCarried)).get(tenant) ?? null
  await keys.inside(tenant, (db) => settleCarried({ db, tenant }, carried))
  for (let after = -1, isWhole = false; !isWhole;) {
    const rows = await keys.inside(tenant, (db) =>
      db
        .selectFrom('audit_leaf')
        .select(['leaf', 'n', 'kind', 'source', 'entry'])
        .where('leaf', '>', String(after))
        .orderBy('leaf')
        .limit(SLICE)
        .execute(),
    )
    const leaves = rows.map((row) => ({ ...row, leaf: Number(row.leaf), n: Number(row.n), salts: {} }))
    await databases.shared(tenant, (db) => insertMissing(db, tenant, leaves))
    isWhole = rows.length < SLICE
    after = leaves.at(-1)?.leaf ?? after
  }
}

async function insertMissing(
  db: Kysely<Tables>,
  tenant: TenantId,
  leaves: Parameters<typeof insertLeaves>[1],
): Promise<void> {
  if (leaves.length === 0) return
  const there = await db
    .selectFrom('audit_leaf')
    .select('leaf')
    .where(
      'leaf',
      'in',
      leaves.map(({ leaf }) => String(leaf)),
    )
    .execute()
  const known = new Set(there.map(({ leaf }) => Number(leaf)))
  await insertLeaves(
    { db, tenant },
    leaves.filter(({ leaf }) => !known.has(leaf)),
  )
}

/** What goes with the database. */
export async function countRows(db: Kysely<Tables>): Promise<number> {
  const each = sql.join(
    GOES.map((table) => sql`(SELECT count(*) FROM ${sql.table(table)})`),
    sql` + `,
  )
  const { rows } = await sql<{ n: string }>`SELECT ${each} AS n`.execute(db)
  return Number(rows[0]?.n ?? 0)
}
