import type { holdInput, holdView } from '@freehold/contract/keeping.ts'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { isUuid, uuidV7 } from '../../kernel/ids.ts'
import type { KeepingTables } from '../../store/keeping-tables.ts'
import type { Place, Tx } from '../../store/store.ts'
import { append } from '../audit.ts'
import { alone } from './held.ts'

type HoldView = z.output<typeof holdView>
type HoldRow = Selectable<KeepingTables['legal_hold']>

/** By whom and in which request. */
interface By {
  readonly actor: string
  readonly request: string
}

/** When it returns, nothing that it covers is removed or erased any more. @throws Fault `not_found` */
export async function addHold(tx: Tx, input: z.output<typeof holdInput>, by: By): Promise<HoldView> {
  await alone(tx)
  await requireThere(tx, input)
  const id = uuidV7()
  const { dek, wrapped } = tx.keys.newDek(placeOf(id, 'dek'))
  const row = await tx.db
    .insertInto('legal_hold')
    .values({
      tenant_id: tx.tenant,
      id,
      scope: input.scope,
      account_id: input.person ?? null,
      collection_id: input.collection ?? null,
      from_at: input.since === undefined ? null : new Date(input.since),
      to_at: input.until === undefined ? null : new Date(input.until),
      dek: wrapped,
      reason_sealed: dek.seal(placeOf(id, 'reason_sealed'), Buffer.from(input.reason)),
      creator: by.actor,
      expires_at: input.expiresAt === undefined ? null : new Date(input.expiresAt),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await append(tx, { action: 'hold.added', ...by, subject: id, detail: { scope: input.scope } })
  return present(tx, row)
}

/** It stays on the list, as one that was lifted. @throws Fault `not_found`, `conflict` */
export async function liftHold(tx: Tx, id: string, by: By): Promise<HoldView> {
  const row = await tx.db
    .selectFrom('legal_hold')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new Fault('not_found', 'There is no such hold.', { param: 'id' })
  if (row.lifted_at !== null) throw new Fault('conflict', 'This hold was lifted before.', { param: 'id' })
  const lifted = await tx.db
    .updateTable('legal_hold')
    .set({ lifted_at: sql<Date>`clock_timestamp()`, lifter: by.actor })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await append(tx, { action: 'hold.lifted', ...by, subject: id, detail: { scope: row.scope } })
  return present(tx, lifted)
}

/** Newest first, lifted ones too. @throws Fault `invalid` */
export async function listHolds(
  tx: Tx,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ readonly data: HoldView[]; readonly next: string | null }> {
  if (after !== undefined && !isUuid(after))
    throw new Fault('invalid', 'This is not the id of a hold.', { param: 'after' })
  const rows = await tx.db
    .selectFrom('legal_hold')
    .selectAll()
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const data = rows.slice(0, limit).map((row) => present(tx, row))
  return { data, next: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
}

async function requireThere({ db }: Tx, input: z.output<typeof holdInput>): Promise<void> {
  if (input.person !== undefined) {
    const row = await db.selectFrom('account').select('id').where('id', '=', input.person).executeTakeFirst()
    if (!row) throw new Fault('not_found', 'There is no such account.', { param: 'person' })
  }
  if (input.collection !== undefined) {
    const row = await db
      .selectFrom('collection')
      .select('id')
      .where('id', '=', input.collection)
      .executeTakeFirst()
    if (!row) throw new Fault('not_found', 'There is no such collection.', { param: 'collection' })
  }
}

function present(tx: Tx, row: HoldRow): HoldView {
  const { id } = row
  const reason = tx.keys
    .openDek(placeOf(id, 'dek'), row.dek)
    .open(placeOf(id, 'reason_sealed'), row.reason_sealed)
  return {
    id,
    scope: row.scope,
    person: row.account_id,
    collection: row.collection_id,
    since: row.from_at?.toISOString() ?? null,
    until: row.to_at?.toISOString() ?? null,
    reason: reason.toString('utf8'),
    creator: row.creator,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    liftedAt: row.lifted_at?.toISOString() ?? null,
  }
}

const placeOf = (id: string, column: string): Place => ({ table: 'legal_hold', row: id, column })
