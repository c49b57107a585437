import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { TenantId, Tx } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'
import type { Leaf } from './log-rows.ts'
import { insertLeaves } from './log-rows.ts'

/*
 * The way of entries into a log that is in another database. Each step is one transaction of one database, and each can
 * be the last one before a crash:
 *
 * 1. in the tenant's: the entries are staged, and what they were made of stays due;
 * 2. in the log's: the tree grows by them, is signed, and which they were and where they stand is written down;
 * 3. in the tenant's: they become leaves where they stand, and nothing of it is due any more.
 *
 * Before anything is staged anew the third step is done for what was carried, and what was staged and not carried is
 * made once more: it has left no trace in the log.
 */

/** An entry before it has a place in the log. */
export type Staged = Omit<Leaf, 'leaf'>

/** The last entries of a tenant that were carried: from its `n`-th on, to the leaves from `leaf` on. */
export interface Carried {
  readonly n: number
  readonly leaf: number
  readonly count: number
}

/** Of every tenant of which some ever were. */
export async function allCarried(db: Kysely<Tables>): Promise<ReadonlyMap<string, Carried>> {
  const rows = await db.selectFrom('audit_carried').selectAll().execute()
  return new Map(
    rows.map(({ tenant, n, leaf, count }) => [
      tenant,
      { n: Number(n), leaf: Number(leaf), count: Number(count) },
    ]),
  )
}

/** In the transaction of the log's database in which the log grows. */
export async function writeCarried(db: Kysely<Tables>, tenant: TenantId, carried: Carried): Promise<void> {
  const row = { n: String(carried.n), leaf: String(carried.leaf), count: String(carried.count) }
  await db
    .insertInto('audit_carried')
    .values({ tenant, ...row })
    .onConflict((conflict) => conflict.column('tenant').doUpdateSet(row))
    .execute()
}

/**
 * What of this tenant was carried becomes leaves. Whoever comes second finds nothing to do. In the tenant's database;
 * `carried` was read in the log's before.
 */
export async function settleCarried(
  { db, tenant }: Pick<Tx, 'db' | 'tenant'>,
  carried: Carried | null,
): Promise<void> {
  if (carried === null) return
  const rows = await db
    .deleteFrom('audit_staged')
    .where('n', '>=', String(carried.n))
    .where('n', '<', String(carried.n + carried.count))
    .returning(['n', 'kind', 'source', 'entry', 'salts'])
    .execute()
  if (rows.length === 0) return
  const leaves = rows.map((row) => ({
    ...row,
    n: Number(row.n),
    leaf: carried.leaf + Number(row.n) - carried.n,
  }))
  await insertLeaves({ db, tenant }, leaves)
  const sources = rows.map(({ source }) => source)
  await db.deleteFrom('audit_pending').where('source', 'in', sources).execute()
}

/** What is staged and was not carried. Only by whoever holds the log: nobody else can know that it never will be. */
export async function dropStaged({ db }: Pick<Tx, 'db'>): Promise<void> {
  await db.deleteFrom('audit_staged').execute()
}

/** In the tenant's database, beside what they are made of. */
export async function stage({ db, tenant }: Tx, staged: readonly Staged[]): Promise<void> {
  const column = <K extends keyof Staged>(name: K): Staged[K][] => staged.map((one) => one[name])
  await sql`
    INSERT INTO audit_staged (tenant_id, n, kind, source, entry, salts)
    SELECT ${tenant}::uuid, * FROM unnest(
      ${column('n')}::bigint[], ${column('kind')}::text[], ${column('source')}::text[], ${column('entry')}::text[],
      ${staged.map(({ salts }) => JSON.stringify(salts))}::jsonb[])
  `.execute(db)
}

/**
 * What is on its way into the log cannot be changed for a moment: what its entry says is signed, or is about to be.
 * @throws Fault `unavailable`
 */
export async function refuseStaged({ db }: Tx, sources: readonly string[]): Promise<void> {
  const found = await db
    .selectFrom('audit_staged')
    .select('n')
    .where('source', 'in', [...sources])
    .limit(1)
    .executeTakeFirst()
  if (found === undefined) return
  throw new Fault('unavailable', 'What is to be erased is being logged. Try again in a moment.')
}
