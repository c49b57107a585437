import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import type { KeyRing, Tx } from '../store.ts'
import type { KeyRewrapTable } from '../tables.ts'
import type { Selectable } from 'kysely'
import type { KeyTimes } from './rings.ts'
import { changeState } from './rotation.ts'
import { keyVersionOf } from './sealing.ts'
import type { KeyValue, SealedTable } from './sealed-tables.ts'
import { arrayOf, keyValue, rowName, SEALED_TABLES } from './sealed-tables.ts'

/** Few enough that nobody waits long for a row that is being wrapped anew. */
const BATCH = 1000
/** About a millisecond of work, after which the event loop turns. */
const SLICE = 50

/** What came of one step. */
export type RewrapStep =
  /** Nothing to do, or another process is at it. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'walked'; readonly rewrapped: number }
  /** Everything is under the newest version; old ones are kept a while for those who still hold what they sealed. */
  | { readonly kind: 'waiting' }
  /** Old versions are gone. */
  | { readonly kind: 'retired'; readonly versions: number; readonly version: number }

/**
 * One batch of the walk over everything that has a data key, in the caller's transaction: what it did and how far it is
 * are committed together.
 */
export async function rewrapStep(
  tx: Tx,
  { retireAfterMs }: Pick<KeyTimes, 'retireAfterMs'>,
): Promise<RewrapStep> {
  const job = await tx.db
    .selectFrom('key_rewrap')
    .innerJoin('tenant_key', 'tenant_key.version', 'key_rewrap.to_version')
    .selectAll('key_rewrap')
    .where('done_at', 'is', null)
    .where('purpose', '=', 'kek')
    .where('active_from', '<=', sql<Date>`clock_timestamp()`)
    .forUpdate('key_rewrap')
    .skipLocked()
    .executeTakeFirst()
  if (!job) return { kind: 'idle' }
  const at = SEALED_TABLES[job.place]
  if (at) return walk(tx, job, at)
  if (Number(job.passed_over) > 0) return again(tx)
  if (!(await sealsFor(tx, job.to_version, retireAfterMs))) return { kind: 'waiting' }
  // Only a pass that began after that time has seen what came late.
  const isClean =
    Number(job.found) === 0 && (await sealsFor(tx, job.to_version, retireAfterMs, job.pass_started_at))
  return isClean ? retire(tx, job.to_version) : again(tx)
}

/** Whether the version has sealed for so long at this moment, or at another one. */
async function sealsFor({ db }: Tx, version: number, ms: number, at?: Date): Promise<boolean> {
  const moment = at === undefined ? sql`clock_timestamp()` : sql`${at}::timestamptz`
  const row = await db
    .selectFrom('tenant_key')
    .select('version')
    .where('purpose', '=', 'kek')
    .where('version', '=', version)
    .where('active_from', '<=', sql<Date>`${moment} - ${ms} * interval '1 millisecond'`)
    .executeTakeFirst()
  return row !== undefined
}

type Job = Selectable<KeyRewrapTable>

async function walk(tx: Tx, job: Job, at: SealedTable): Promise<RewrapStep> {
  const page = await readPage(tx, at, job.after === null ? null : keyValue(job.after, at))
  const old = page.filter(({ dek }) => keyVersionOf(dek) < job.to_version).map(({ key }) => key)
  const rewrapped = old.length === 0 ? 0 : await rewrapRows(tx, at, old)
  const last = page.length < BATCH ? undefined : page.at(-1)
  await tx.db
    .updateTable('key_rewrap')
    .set({
      place: last ? job.place : job.place + 1,
      after: last ? rowName(last.key) : null,
      seen: sql`seen + ${page.length}`,
      rewrapped: sql`rewrapped + ${rewrapped}`,
      found: sql`found + ${old.length}`,
      passed_over: sql`passed_over + ${old.length - rewrapped}`,
    })
    .execute()
  return { kind: 'walked', rewrapped }
}

interface DekRow {
  readonly key: KeyValue
  readonly dek: Buffer
}

async function readPage(
  { db }: Tx,
  { table, key }: SealedTable,
  after: KeyValue | null,
): Promise<readonly DekRow[]> {
  const column = sql.ref(key)
  const { rows } = await sql<DekRow>`
    SELECT ${column} AS key, dek FROM ${sql.table(table)}
    WHERE dek IS NOT NULL ${after === null ? sql`` : sql`AND ${column} > ${after}`}
    ORDER BY ${column} LIMIT ${BATCH}`.execute(db)
  return rows
}

/** Waits for nobody: a row that somebody works on is passed over, and what somebody replaced meanwhile is left as it is. */
async function rewrapRows(
  tx: Tx,
  { table, key, type }: SealedTable,
  keys: readonly KeyValue[],
): Promise<number> {
  const column = sql.ref(key)
  const { rows } = await sql<DekRow>`
    SELECT ${column} AS key, dek FROM ${sql.table(table)} WHERE ${column} = ANY (${arrayOf(keys, type)})
    FOR NO KEY UPDATE SKIP LOCKED`.execute(tx.db)
  const anew: DekRow[] = []
  for (const [at, row] of rows.entries()) {
    if (at % SLICE === 0) await setImmediate()
    anew.push(...rewrapped(tx.keys, table, row))
  }
  if (anew.length > 0) {
    await sql`
      UPDATE ${sql.table(table)} AS sealed SET dek = fresh.dek
      FROM unnest(${arrayOf(
        anew.map((one) => one.key),
        type,
      )}, ${arrayOf(
        anew.map(({ dek }) => dek),
        'bytea',
      )})
        AS fresh (key, dek)
      WHERE sealed.tenant_id = ${tx.tenant} AND sealed.${column} = fresh.key`.execute(tx.db)
  }
  return rows.length
}

function rewrapped(keys: KeyRing, table: string, { key, dek }: DekRow): readonly DekRow[] {
  const anew = keys.rewrapDek({ table, row: rowName(key), column: 'dek' }, dek)
  return anew === null ? [] : [{ key, dek: anew }]
}

/** From the first table on. */
async function again({ db }: Tx): Promise<RewrapStep> {
  await db
    .updateTable('key_rewrap')
    .set({
      pass: sql`pass + 1`,
      pass_started_at: sql<Date>`clock_timestamp()`,
      place: 0,
      after: null,
      found: '0',
      passed_over: '0',
    })
    .execute()
  return { kind: 'walked', rewrapped: 0 }
}

async function retire(tx: Tx, version: number): Promise<RewrapStep> {
  await tx.db
    .updateTable('key_rewrap')
    .set({ done_at: sql<Date>`clock_timestamp()` })
    .execute()
  await changeState(tx, { rewrapping: false })
  const { numDeletedRows } = await tx.db
    .deleteFrom('tenant_key')
    .where('purpose', '=', 'kek')
    .where('version', '<', version)
    .executeTakeFirst()
  return { kind: 'retired', versions: Number(numDeletedRows), version }
}
