import { sql } from 'kysely'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import { OPEN } from '../run-events.ts'
import { conversationDek } from '../sealed-rows.ts'
import { bodiesPlace } from './away.ts'
import type { Body } from './packed.ts'
import { pack } from './packed.ts'

/** Larger ones stay in their rows: an object is read whole. */
const MOST_BYTES = 64 * 1024 * 1024
/** What came back was wanted, and may be again. */
const REST_MINUTES = 60

const AT_ONCE = 20

/** Closed conversations of the tenant whose bodies stand in their rows, the oldest first; behind `after`. */
export async function closedOnes(
  { db }: Tx,
  { closedBefore, after }: { readonly closedBefore: string; readonly after: string | null },
): Promise<{ readonly id: string; readonly touched: string }[]> {
  return db
    .selectFrom('conversation')
    .select(['id', 'touched'])
    .where('bodies_blob', 'is', null)
    .where('temporary', '=', false)
    .where('leaf_id', 'is not', null)
    .where(sql<boolean>`(archived OR touched < ${closedBefore}::uuid)`)
    .where(
      sql<boolean>`(bodies_back_at IS NULL OR bodies_back_at < now() - make_interval(mins => ${REST_MINUTES}))`,
    )
    .where(sql<boolean>`NOT EXISTS (SELECT FROM run WHERE run.conversation_id = conversation.id
      AND run.state = ANY (${[...OPEN]}::text[]))`)
    .$if(after !== null, (query) => query.where('touched', '>', after ?? ''))
    .orderBy('touched')
    .limit(AT_ONCE)
    .execute()
}

/**
 * Moves the bodies of a conversation into an object. The row that names the object is the commit point: whatever ends the
 * process before, they stand where they stood, and the sweeper finds the object that nobody names. False: somebody spoke in
 * it meanwhile, another process was faster, or it is too large.
 */
export async function moveOut(
  store: Pick<Store, 'withTenant' | 'blobs'>,
  tenant: TenantId,
  id: string,
): Promise<boolean> {
  const found = await store.withTenant({ tenant }, (tx) => bodiesOf(tx, id))
  if (found === null) return false
  const { dek, bodies } = found
  const blob = await store.blobs.put(tenant, await dek.sealLarge(bodiesPlace(id), ...pack(bodies)))
  try {
    await store.withTenant({ tenant }, (tx) => leave(tx, { id, blob, bodies }))
    return true
  } catch (error) {
    // Any other failure may hide a commit whose answer was lost: then the object stays, and the sweeper decides.
    if (!(error instanceof SpokenIn)) throw error
    await store.blobs.delete(tenant, blob)
    return false
  }
}

async function bodiesOf(tx: Tx, id: string) {
  const { db } = tx
  const row = await db
    .selectFrom('conversation')
    .select(['id', 'dek', 'bodies_blob'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row || row.bodies_blob !== null || (await bytesOf(tx, id)) > MOST_BYTES) return null
  const messages = await db
    .selectFrom('message')
    .select(['id', 'body_sealed'])
    .where('conversation_id', '=', id)
    .orderBy('id')
    .execute()
  const events = await db
    .selectFrom('run_event')
    .innerJoin('run', 'run.id', 'run_event.run_id')
    .select(['run_event.run_id', 'run_event.seq', 'run_event.events_sealed'])
    .where('run.conversation_id', '=', id)
    .orderBy('run_event.run_id')
    .orderBy('run_event.seq')
    .execute()
  const bodies: Body[] = []
  for (const { id: message, body_sealed: sealed } of messages) {
    if (sealed === null) return null
    bodies.push({ message, sealed })
  }
  for (const { run_id: run, seq, events_sealed: sealed } of events) {
    if (sealed === null) return null
    bodies.push({ run, seq, sealed })
  }
  return { dek: conversationDek(tx.keys, row), bodies }
}

async function bytesOf({ db }: Tx, id: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    SELECT (coalesce((SELECT sum(octet_length(body_sealed)) FROM message WHERE conversation_id = ${id}), 0)
      + coalesce((SELECT sum(octet_length(events_sealed)) FROM run_event JOIN run ON run.id = run_event.run_id
          WHERE run.conversation_id = ${id}), 0))::float8 AS bytes`.execute(db)
  return rows[0]?.bytes ?? 0
}

interface Leaving {
  readonly id: string
  readonly blob: string
  readonly bodies: readonly Body[]
}

/** Empties the rows. @throws SpokenIn where they are not any more those whose bodies lie in the object */
async function leave({ db }: Tx, { id, blob, bodies }: Leaving): Promise<void> {
  const named = await db
    .updateTable('conversation')
    .set({ bodies_blob: blob })
    .where('id', '=', id)
    .where('bodies_blob', 'is', null)
    .where(sql<boolean>`NOT EXISTS (SELECT FROM run WHERE run.conversation_id = conversation.id
      AND run.state = ANY (${[...OPEN]}::text[]))`)
    .executeTakeFirst()
  if (named.numUpdatedRows !== 1n) throw new SpokenIn()
  const messages = await db
    .updateTable('message')
    .set({ body_sealed: null })
    .where('conversation_id', '=', id)
    .executeTakeFirst()
  const { numAffectedRows = 0n } = await sql`
    UPDATE run_event SET events_sealed = NULL FROM run
    WHERE run.id = run_event.run_id AND run.conversation_id = ${id}`.execute(db)
  const moved = bodies.filter((one) => 'message' in one).length
  if (Number(messages.numUpdatedRows) !== moved || Number(numAffectedRows) !== bodies.length - moved)
    throw new SpokenIn()
}

/** There is more in it than was packed, or somebody else has moved it. */
class SpokenIn extends Error {}
