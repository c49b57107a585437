import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { TenantId } from '../store.ts'
import type { Tables } from '../tables.ts'
import { activeRoot } from './installation-secret.ts'
import type { KeyTimes } from './rings.ts'
import type { Roots } from './roots.ts'
import { SEALED_TABLES } from './sealed-tables.ts'
import { keyParts, shreddedFault, wrappedKey } from './tenant-keys.ts'

/** A transaction of the tenant. */
interface InTenant {
  readonly db: Kysely<Tables>
  readonly tenant: TenantId
}

const later = (ms: number) => sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`

/**
 * Makes the next version of the tenant's key and asks for its data keys to be wrapped anew. One that was made a moment
 * ago and does not seal yet is the one. `root`: under which it is wrapped, where that does not stand in the same database.
 */
export async function addVersion(
  { db, tenant }: InTenant,
  roots: Roots,
  { sealAfterMs }: Pick<KeyTimes, 'sealAfterMs'>,
  root?: string,
): Promise<{ readonly version: number; readonly isNew: boolean }> {
  // The job before the state: whoever works on the job takes them in this order.
  await db.selectFrom('key_rewrap').select('to_version').forUpdate().execute()
  await changeState({ db, tenant }, { rewrapping: true })
  const newest = await db
    .selectFrom('tenant_key')
    .select('version')
    .select(sql<boolean>`active_from > clock_timestamp()`.as('is_coming'))
    .where('purpose', '=', 'kek')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!newest) throw shreddedFault()
  const job = await db.selectFrom('key_rewrap').select('to_version').executeTakeFirst()
  if (newest.is_coming && job?.to_version === newest.version) return { version: newest.version, isNew: false }
  const version = newest.version + 1
  const row = await wrappedKey(
    { tenant, purpose: 'kek', version },
    roots,
    root ?? (await activeRoot(db, roots)),
  )
  await db
    .insertInto('tenant_key')
    .values({ ...row, active_from: later(sealAfterMs) })
    .execute()
  await db.deleteFrom('key_rewrap').execute()
  await db
    .insertInto('key_rewrap')
    .values({ tenant_id: tenant, to_version: version, total: await countDeks(db) })
    .execute()
  return { version, isNew: true }
}

/** Enough to show progress by; counting more would only take time. */
const MOST_COUNTED = 1_000_000

async function countDeks(db: Kysely<Tables>): Promise<string> {
  let total = 0
  for (const { table } of SEALED_TABLES) {
    const { rows } = await sql<{ n: string }>`
      SELECT count(*) AS n FROM (SELECT 1 FROM ${sql.table(table)} LIMIT ${MOST_COUNTED}) AS counted`.execute(
      db,
    )
    total += Number(rows[0]?.n)
  }
  return String(total)
}

/** Destroys every version of the tenant's keys for good. How many there were. @throws Fault `shredded` when there are none */
export async function shredKeys({ db, tenant }: InTenant): Promise<number> {
  await db.deleteFrom('key_rewrap').execute()
  await changeState({ db, tenant }, { rewrapping: false, shredded_at: sql<Date>`clock_timestamp()` })
  const { numDeletedRows } = await db.deleteFrom('tenant_key').executeTakeFirst()
  return Number(numDeletedRows)
}

interface Change {
  readonly rewrapping?: boolean
  readonly shredded_at?: ReturnType<typeof later>
}

/** Tells every process that the keys changed; whoever else changes them waits for the end of this transaction. */
export async function changeState({ db, tenant }: InTenant, change: Change): Promise<void> {
  const before = await db
    .selectFrom('key_state')
    .select('shredded_at')
    .where('tenant', '=', tenant)
    .forUpdate()
    .executeTakeFirst()
  if (before?.shredded_at) throw shreddedFault()
  await db
    .insertInto('key_state')
    .values({ tenant, ...change })
    .onConflict((conflict) =>
      conflict.column('tenant').doUpdateSet({ ...change, epoch: sql`key_state.epoch + 1` }),
    )
    .execute()
}

/** Wraps the tenant's keys under the root key `to` where another one did. How many. */
export async function rewrapKeys({ db, tenant }: InTenant, roots: Roots, to: string): Promise<number> {
  const rows = await db
    .selectFrom('tenant_key')
    .select(['purpose', 'version', 'wrapped', 'root_key'])
    .where('root_key', '<>', to)
    .forUpdate()
    .execute()
  for (const { purpose, version, wrapped, root_key } of rows) {
    const parts = keyParts(tenant, purpose, version)
    const bytes = await roots.of(root_key).unwrap(parts, wrapped)
    const anew = await roots.of(to).wrap(parts, bytes)
    bytes.fill(0)
    await db
      .updateTable('tenant_key')
      .set({ wrapped: anew, root_key: to })
      .where('purpose', '=', purpose)
      .where('version', '=', version)
      .execute()
  }
  return rows.length
}
