import { sql } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { Dek, Store, TenantContext, TenantId, Tx } from '../../store/store.ts'
import { conversationDek } from '../sealed-rows.ts'
import { bodiesIn, isGone } from './away.ts'
import { BodiesAway } from './bodies-away.ts'
import type { Body } from './packed.ts'

type Homes = Pick<Store, 'withTenant' | 'blobs'>

/** Of one transaction: the conversation that it reads, and that which somebody else moved meanwhile. */
const MOST_RETURNS = 5

/**
 * The same door. A transaction that wants bodies which lie in an object is rolled back, they are brought back into their rows,
 * and it runs again: nobody who reads or goes on with a conversation has to know where it lies.
 */
export function bringingBack(store: Store, cameBack: () => void): Store {
  return {
    ...store,
    withTenant: async (context, fn) => {
      for (let returns = 0; ; returns += 1) {
        try {
          return await store.withTenant(context, fn)
        } catch (error) {
          if (!(error instanceof BodiesAway) || returns === MOST_RETURNS) throw error
          if (await bringBack(store, context, error)) cameBack()
        }
      }
    },
  }
}

async function bringBack(store: Homes, { tenant }: TenantContext, { wanted }: BodiesAway): Promise<boolean> {
  const id = await store.withTenant({ tenant }, (tx) => conversationOf(tx, wanted))
  // What is gone meanwhile is found to be so by whoever asks again.
  return id !== null && moveBack(store, tenant, id)
}

async function conversationOf({ db }: Tx, wanted: BodiesAway['wanted']): Promise<string | null> {
  if ('conversation' in wanted) return wanted.conversation
  const row =
    'message' in wanted
      ? await db
          .selectFrom('message')
          .select('conversation_id')
          .where('id', '=', wanted.message)
          .executeTakeFirst()
      : await db.selectFrom('run').select('conversation_id').where('id', '=', wanted.run).executeTakeFirst()
  return row?.conversation_id ?? null
}

/**
 * Brings the bodies of a conversation back into their rows; nothing is done where they stand there. The object goes when that
 * is committed, and where it cannot, the sweeper follows. @throws Fault `unavailable`
 */
export async function moveBack(store: Homes, tenant: TenantId, id: string): Promise<boolean> {
  const row = await store.withTenant({ tenant }, (tx) => awayRow(tx, id))
  if (row === null) return false
  const { dek, blob } = row
  const bodies = await bodiesIn(store.blobs, tenant, { id, dek, blob }).catch((error: unknown) => {
    if (isGone(error)) return null
    throw error
  })
  const isBack = await store.withTenant({ tenant }, (tx) => putBack(tx, { id, blob, bodies }))
  if (isBack) await deleteObjects(store, tenant, [blob])
  return isBack
}

async function awayRow(tx: Tx, id: string): Promise<{ readonly dek: Dek; readonly blob: string } | null> {
  const row = await tx.db
    .selectFrom('conversation')
    .select(['id', 'dek', 'bodies_blob'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.bodies_blob ? { dek: conversationDek(tx.keys, row), blob: row.bodies_blob } : null
}

interface Returned {
  readonly id: string
  readonly blob: string
  /** Null where the object is gone. */
  readonly bodies: readonly Body[] | null
}

async function putBack({ db }: Tx, { id, blob, bodies }: Returned): Promise<boolean> {
  const named = await db
    .updateTable('conversation')
    .set({ bodies_blob: null, bodies_back_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('bodies_blob', '=', blob)
    .executeTakeFirst()
  // Somebody else brought them back.
  if (named.numUpdatedRows !== 1n) return false
  if (bodies === null) throw new Error('the object that the bodies of a conversation lie in is gone')
  const messages = bodies.flatMap((one) => ('message' in one ? [one] : []))
  const events = bodies.flatMap((one) => ('run' in one ? [one] : []))
  const written = await sql`
    UPDATE message SET body_sealed = back.sealed
    FROM unnest(${messages.map(({ message }) => message)}::uuid[], ${messages.map(({ sealed }) => sealed)}::bytea[])
      AS back (id, sealed)
    WHERE message.id = back.id AND message.conversation_id = ${id}`.execute(db)
  const told = await sql`
    UPDATE run_event SET events_sealed = back.sealed
    FROM unnest(${events.map(({ run }) => run)}::uuid[], ${events.map(({ seq }) => seq)}::integer[],
      ${events.map(({ sealed }) => sealed)}::bytea[]) AS back (run, seq, sealed)
    WHERE run_event.run_id = back.run AND run_event.seq = back.seq`.execute(db)
  const isWhole =
    Number(written.numAffectedRows) === messages.length && Number(told.numAffectedRows) === events.length
  if (!isWhole || (await hasEmptyRows(db, id)))
    throw new Error('the object is not that of the conversation as its rows say it is')
  return true
}

async function hasEmptyRows(db: Tx['db'], id: string): Promise<boolean> {
  const { rows } = await sql<{ empty: boolean }>`
    SELECT EXISTS (SELECT FROM message WHERE conversation_id = ${id} AND body_sealed IS NULL)
      OR EXISTS (SELECT FROM run_event JOIN run ON run.id = run_event.run_id
        WHERE run.conversation_id = ${id} AND events_sealed IS NULL) AS empty`.execute(db)
  return rows[0]?.empty ?? true
}

/** Objects that no row names any more. Where that cannot be now, the sweeper follows. */
export async function deleteObjects(
  { blobs }: Pick<Store, 'blobs'>,
  tenant: TenantId,
  keys: readonly string[],
): Promise<void> {
  try {
    for (const key of keys) await blobs.delete(tenant, key)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
  }
}
