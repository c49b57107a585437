import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import { append } from '../../audit/audit.ts'
import { heldNow } from '../../audit/keeping/held.ts'
import { Fault } from '../../kernel/fault.ts'
import type { KeepingTables } from '../../store/keeping-tables.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { Subject, SubjectPart, SubjectRoom } from '../../store/subject.ts'

/** An erasure, as it is stored. */
export type Erasing = Selectable<KeepingTables['erasure']>

export function erasureOf({ db }: Tx, account: string): Promise<Erasing | undefined> {
  return db.selectFrom('erasure').selectAll().where('account_id', '=', account).executeTakeFirst()
}

const onHold = (): Fault =>
  new Fault(
    'on_hold',
    'A legal hold covers this person: nothing may be erased until it is lifted. See: freehold hold list',
    { param: 'id' },
  )

/** @throws Fault `on_hold` where a hold covers the person, or something that is held of the person */
export async function requireErasable(tx: Tx, { account, principals }: Subject): Promise<void> {
  const held = await heldNow(tx)
  if (held.everything || held.principals.includes(account)) throw onHold()
  for (const collection of held.collections) {
    const { rows } = await sql`
      SELECT FROM document WHERE collection_id = ${collection}::uuid
        AND creator = ANY (${[...principals]}::text[]) LIMIT 1`.execute(tx.db)
    if (rows.length > 0) throw onHold()
  }
  for (const { from, to } of held.times) {
    const { rows } = await sql`
      SELECT FROM audit_event WHERE at >= ${from} AND at < ${to}
        AND (actor = ANY (${[...principals]}::text[]) OR subject = ANY (${[...principals]}::text[]))
      UNION ALL SELECT FROM request_record WHERE at >= ${from} AND at < ${to}
        AND principal = ANY (${[...principals]}::text[]) LIMIT 1`.execute(tx.db)
    if (rows.length > 0) throw onHold()
  }
}

/**
 * Erases to the end, piece by piece, each in a transaction of its own with its count: whatever ends the process, the next
 * one goes on where this one was. @throws Fault `on_hold` where one was added meanwhile
 */
export async function eraseAll(
  store: Pick<Store, 'withTenant'>,
  rooms: readonly SubjectRoom[],
  { tenant, id }: { readonly tenant: TenantId; readonly id: string },
): Promise<Erasing> {
  for (const { room, parts } of rooms) {
    for (const part of parts) {
      const name = `${room}.${part.kind}`
      while (await store.withTenant({ tenant }, (tx) => erasePiece(tx, id, { name, part })));
    }
  }
  return store.withTenant({ tenant }, (tx) => finish(tx, id))
}

async function erasePiece(
  tx: Tx,
  id: string,
  { name, part }: { readonly name: string; readonly part: SubjectPart },
): Promise<boolean> {
  const row = await locked(tx, id)
  const subject = { account: row.account_id, principals: row.principals }
  if (row.state === 'erasing') await requireErasable(tx, subject)
  const erased = await part.erase(tx, subject)
  if (erased === 0) return false
  const counts = { ...row.counts, [name]: (row.counts[name] ?? 0) + erased }
  await tx.db
    .updateTable('erasure')
    .set({ counts: JSON.stringify(counts) })
    .where('id', '=', id)
    .execute()
  return true
}

/** The first time it is said that it is done; the second time, an hour later, the ids are forgotten as well. */
async function finish(tx: Tx, id: string): Promise<Erasing> {
  const row = await locked(tx, id)
  if (row.state === 'erasing') {
    await append(tx, {
      action: 'person.erased',
      actor: row.creator,
      subject: id,
      detail: { counts: row.counts },
    })
  }
  const change =
    row.state === 'erasing'
      ? { state: 'done' as const, done_at: sql<Date>`clock_timestamp()` }
      : isSettled(row)
        ? { principals: [] }
        : null
  if (change === null) return row
  return tx.db
    .updateTable('erasure')
    .set(change)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

const SETTLED_MS = 3_600_000
const isSettled = ({ done_at }: Erasing): boolean =>
  done_at !== null && Date.now() - done_at.getTime() >= SETTLED_MS

/** One process at a time. */
async function locked({ db }: Tx, id: string): Promise<Erasing> {
  return db.selectFrom('erasure').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow()
}
