import type { forkInput } from '@freehold/contract/conversations.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import type { z } from 'zod'
import { append } from '../audit/audit.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import type { Commit, ConversationRooms, ConversationView } from './conversations.ts'
import { insertConversation, viewConversation } from './conversations.ts'
import { branchTo, insertMessage, messageOf } from './messages.ts'
import type { Own } from './ownership.ts'
import { ownConversation } from './ownership.ts'
import { openBody, openMeta } from './sealed-rows.ts'

/** A conversation with a copy of the branch that ends with this message. @throws Fault `not_found` */
export async function forkConversation(
  tx: Tx,
  rooms: ConversationRooms,
  own: Own,
  { id, input, request }: Commit & { readonly id: string; readonly input: z.output<typeof forkInput> },
): Promise<ConversationView> {
  const { row, dek } = await ownConversation(tx, own, id)
  await messageOf(tx, id, input.message, 'message')
  const meta = openMeta(dek, row)
  const made = await insertConversation(tx, rooms, own, {
    meta: { ...meta, title: input.title ?? meta.title },
    class: dataClass.parse(row.class),
    project: row.project_id,
    isTemporary: row.temporary,
  })
  const fork = await ownConversation(tx, own, made)
  let parent: string | null = null
  const branch = await branchTo(tx, id, input.message)
  for (const message of branch) {
    const copy = uuidV7(rooms.clock.now())
    await insertMessage(tx, fork.dek, {
      id: copy,
      conversation: made,
      parent,
      run: null,
      role: message.role,
      status: message.status,
      class: dataClass.parse(message.class),
      body: openBody(dek, message),
      at: message.created_at,
    })
    parent = copy
  }
  await tx.db.updateTable('conversation').set({ leaf_id: parent }).where('id', '=', made).execute()
  await append(tx, {
    action: 'conversation.forked',
    actor: own.caller.principal.id,
    subject: made,
    request,
    detail: { from: id, messages: branch.length },
  })
  return viewConversation(tx, own, made)
}
