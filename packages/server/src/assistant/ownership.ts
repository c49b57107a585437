import { classesWithin } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import { heldNow, isOwnerHeld } from '../audit/keeping/held.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import type { Dek, Tx } from '../store/store.ts'
import { BodiesAway } from './home/bodies-away.ts'
import { conversationDek } from './sealed-rows.ts'

/** Who somebody is to conversations: the caller, and whose they are that it sees. */
export interface Own {
  readonly caller: Caller
  /** The person behind the caller; the caller itself where there is none. */
  readonly owner: string
}

/** How callers are told apart here. @throws Fault `not_offered` */
export const ownAs =
  ({
    limits,
    personOf,
  }: {
    readonly limits: () => { readonly enabled: boolean }
    /** The account behind a caller; null where there is none. */
    readonly personOf: (caller: Caller) => string | null
  }) =>
  (caller: Caller): Own => {
    if (!limits().enabled)
      throw new Fault('not_offered', 'Conversations are switched off here (conversations.enabled).')
    return { caller, owner: personOf(caller) ?? caller.principal.id }
  }

/** The same words whether it never was, is gone, is somebody else's or above what the caller may read. */
export function noConversation(param = 'id'): Fault {
  return new Fault('not_found', 'There is no such conversation.', { param })
}

export function noRun(param = 'id'): Fault {
  return new Fault('not_found', 'There is no such run.', { param })
}

/** True of conversations that the caller may know of; every query of them says it. */
export const isOwn = ({ owner, caller }: Own) => sql<boolean>`(conversation.owner = ${owner}
  AND conversation.class = ANY (${[...classesWithin(caller.classCeiling)]}::text[])
  AND (conversation.expires_at IS NULL OR conversation.expires_at > now()))`

/** A conversation as its row says, with its key. @throws Fault `not_found` */
export async function ownConversation(tx: Tx, own: Own, id: string, param = 'id') {
  const row = await tx.db
    .selectFrom('conversation')
    .selectAll()
    .where('id', '=', id)
    .where(isOwn(own))
    .executeTakeFirst()
  if (!row) throw noConversation(param)
  return { row, dek: conversationDek(tx.keys, row) }
}
export type OpenConversation = Awaited<ReturnType<typeof ownConversation>>

/**
 * As `ownConversation`; whoever else changes it waits until this transaction is over.
 * @throws Fault `not_found`, BodiesAway: nothing is added to one whose bodies lie elsewhere
 */
export async function lockConversation(tx: Tx, own: Own, id: string): Promise<OpenConversation> {
  await tx.db.selectFrom('conversation').select('id').where('id', '=', id).forUpdate().executeTakeFirst()
  const found = await ownConversation(tx, own, id)
  if (found.row.bodies_blob !== null) throw new BodiesAway({ conversation: id })
  return found
}

/** A run of the caller's and the key of its conversation. @throws Fault `not_found` */
export async function ownRun(tx: Tx, own: Own, id: string, param = 'id') {
  const row = await tx.db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw noRun(param)
  const conversation = await tx.db
    .selectFrom('conversation')
    .select(['id', 'dek'])
    .where('id', '=', row.conversation_id)
    .where(isOwn(own))
    .executeTakeFirst()
  if (!conversation) throw noRun(param)
  const dek: Dek = conversationDek(tx.keys, conversation)
  return { row, dek }
}

/** Before conversations are deleted. @throws Fault `on_hold` */
export async function requireNotHeld(
  tx: Tx,
  conversations: readonly { readonly owner: string; readonly created_at: Date }[],
): Promise<void> {
  const held = await heldNow(tx)
  if (!conversations.some(({ owner, created_at: at }) => isOwnerHeld(held, owner, at))) return
  throw new Fault(
    'on_hold',
    'A legal hold covers this: nothing of it may be deleted until it is lifted. See: freehold hold list',
    { param: 'id' },
  )
}
