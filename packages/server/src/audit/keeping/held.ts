import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Tx } from '../../store/store.ts'
import { principalsOf } from './principals.ts'

/** Any number of ours: whoever removes something shares it, whoever adds a hold has it alone. */
const LOCK = 4_600_403

/** What must stay at this moment. */
export interface Held {
  readonly everything: boolean
  /** Ids that held people act under. */
  readonly principals: readonly string[]
  readonly collections: readonly string[]
  readonly times: readonly { readonly from: Date; readonly to: Date }[]
}

/** For the rest of this transaction no hold is added: one that was added counts for whatever is removed afterwards. */
export async function heldNow(tx: Tx): Promise<Held> {
  await sql`SELECT pg_advisory_xact_lock_shared(${LOCK})`.execute(tx.db)
  const rows = await tx.db
    .selectFrom('legal_hold')
    .select(['scope', 'account_id', 'collection_id', 'from_at', 'to_at'])
    .where('lifted_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', sql<Date>`now()`)]))
    .execute()
  return {
    everything: rows.some(({ scope }) => scope === 'everything'),
    principals: await principalsOf(
      tx,
      rows.flatMap(({ account_id: account }) => account ?? []),
    ),
    collections: rows.flatMap(({ collection_id: collection }) => collection ?? []),
    times: rows.flatMap(({ from_at: from, to_at: to }) => (from && to ? [{ from, to }] : [])),
  }
}

/** Waits for whatever removes something now. */
export async function alone({ db }: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(db)
}

/** Columns of a table that holds may speak of. */
interface Columns {
  /** Of ids that people act under. */
  readonly principals?: readonly string[]
  readonly at?: string
}

/** True of rows that may go. */
export function free(held: Held, { principals = [], at }: Columns): RawBuilder<boolean> {
  if (held.everything) return sql<boolean>`false`
  const conditions = [sql<boolean>`true`]
  if (held.principals.length > 0)
    for (const column of principals)
      // Of somebody on whose behalf a key asks, the part before the slash is the key.
      conditions.push(
        sql<boolean>`(${sql.ref(column)} IS NULL OR split_part(${sql.ref(column)}, '/', 1) <> ALL (${[...held.principals]}::text[]))`,
      )
  if (at !== undefined)
    for (const { from, to } of held.times)
      conditions.push(sql<boolean>`NOT (${sql.ref(at)} >= ${from} AND ${sql.ref(at)} < ${to})`)
  return sql<boolean>`(${sql.join(conditions, sql` AND `)})`
}

/** Whether something of this kind must stay. */
export function isHeld(
  held: Held,
  it: { readonly principal: string | null; readonly collection: string; readonly at: Date },
): boolean {
  return (
    held.everything ||
    (it.principal !== null && held.principals.includes(it.principal)) ||
    held.collections.includes(it.collection) ||
    held.times.some(({ from, to }) => it.at >= from && it.at < to)
  )
}

/** Whether something of this owner from this time must stay. */
export const isOwnerHeld = (held: Held, owner: string, at: Date): boolean =>
  held.everything ||
  // Of somebody on whose behalf a key asks, the part before the slash is the key.
  held.principals.includes(owner.split('/', 1)[0] ?? owner) ||
  held.times.some(({ from, to }) => at >= from && at < to)
