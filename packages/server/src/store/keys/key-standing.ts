import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Tables } from '../tables.ts'
import type { KeyValue, SealedTable } from './sealed-tables.ts'
import { SEALED_TABLES } from './sealed-tables.ts'

/** How the keys of one tenant stand; `db` is a transaction of it. */
export async function keyStanding(db: Kysely<Tables>, tenant: string) {
  const state = await db.selectFrom('key_state').selectAll().where('tenant', '=', tenant).executeTakeFirst()
  const versions = await db
    .selectFrom('tenant_key')
    .select(['version', 'root_key', 'created_at', 'active_from'])
    .where('purpose', '=', 'kek')
    .orderBy('version')
    .execute()
  const rewrap = await db.selectFrom('key_rewrap').selectAll().executeTakeFirst()
  return { shreddedAt: state?.shredded_at ?? null, versions, rewrap: rewrap ?? null }
}

/** How many of the tenant's keys another root key than `rootKey` wraps. */
export async function keysUnderOtherRoot(db: Kysely<Tables>, rootKey: string): Promise<number> {
  const { n } = await db
    .selectFrom('tenant_key')
    .select(({ fn }) => fn.countAll<string>().as('n'))
    .where('root_key', '<>', rootKey)
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** Rows that one statement looks at: far from the time that a statement may take. */
const PAGE = 20_000

/** How many data keys each version wraps. */
export async function dataKeysByVersion(db: Kysely<Tables>): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>()
  for (const place of SEALED_TABLES) {
    let after: KeyValue | null = null
    do {
      const page = await countPage(db, place, after)
      for (const { version, n } of page.counts) found.set(version, (found.get(version) ?? 0) + n)
      after = page.last
    } while (after !== null)
  }
  return found
}

async function countPage(db: Kysely<Tables>, { table, key }: SealedTable, after: KeyValue | null) {
  const column = sql.ref(key)
  const page = sql`
    SELECT ${column} AS key, ('x' || encode(substring(dek FROM 4 FOR 4), 'hex'))::bit(32)::integer AS version
    FROM ${sql.table(table)} WHERE dek IS NOT NULL ${after === null ? sql`` : sql`AND ${column} > ${after}`}
    ORDER BY ${column} LIMIT ${PAGE}`
  const { rows } = await sql<{ version: number; n: number }>`
    SELECT version, count(*)::integer AS n FROM (${page}) AS page GROUP BY version`.execute(db)
  const { rows: ends } = await sql<{ key: KeyValue }>`
    SELECT key FROM (${page}) AS page ORDER BY key DESC LIMIT 1`.execute(db)
  const isFull = rows.reduce((sum, { n }) => sum + n, 0) === PAGE
  return { counts: rows, last: isFull ? (ends[0]?.key ?? null) : null }
}
