import type { forkInput } from '@freehold/contract/conversations.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import type { z } from 'zod'
import { append } from '../audit/audit.ts'
import { requireWithinQuota } from '../identity/tenants/quotas.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import { copyArtifacts } from './artifacts/copying.ts'
import type { AttachmentCopy } from './attachments/copying.ts'
import { copiesOf, discardCopies, insertCopies } from './attachments/copying.ts'
import type { Commit, ConversationRooms, ConversationView } from './conversations.ts'
import { insertConversation, viewConversation } from './conversations.ts'
import { branchTo, insertMessage, messageOf } from './messages.ts'
import type { Own } from './ownership.ts'
import { ownConversation } from './ownership.ts'
import type { MessageBody } from './sealed-rows.ts'
import { openBody, openMeta } from './sealed-rows.ts'

type Wish = Commit & { readonly id: string; readonly input: z.output<typeof forkInput> }

/**
 * A conversation with a copy of the branch that ends with this message, of the files that it names and of the artifacts
 * that came of it. @throws Fault `not_found`, `over_quota`
 */
export async function forkConversation(
  rooms: ConversationRooms,
  own: Own,
  wish: Wish,
): Promise<ConversationView> {
  const { store } = rooms
  const files = await store.withTenant(own.caller, async (tx) => {
    const { dek } = await ownConversation(tx, own, wish.id)
    await messageOf(tx, wish.id, wish.input.message, 'message')
    const branch = await branchTo(tx, wish.id, wish.input.message)
    return [...new Set(branch.flatMap((one) => openBody(dek, one).attached.map(({ id }) => id)))]
  })
  const copies = await copiesOf(rooms, own, wish.id, files)
  try {
    return await store.withTenant(own.caller, (tx) => copyBranch(tx, rooms, own, { ...wish, copies }))
  } catch (error) {
    // A commit that was not answered may have been made: then the sweeper decides.
    if (!(error instanceof Fault) || error.code !== 'unavailable') await discardCopies(store, own, copies)
    throw error
  }
}

async function copyBranch(
  tx: Tx,
  rooms: ConversationRooms,
  own: Own,
  { id, input, copies, request }: Wish & { readonly copies: readonly AttachmentCopy[] },
): Promise<ConversationView> {
  const { row, dek } = await ownConversation(tx, own, id)
  const meta = openMeta(dek, row)
  const made = await insertConversation(tx, rooms, own, {
    meta: { ...meta, title: input.title ?? meta.title },
    class: dataClass.parse(row.class),
    project: row.project_id,
    isTemporary: row.temporary,
    keepPrivate: row.keep_private,
  })
  const fork = await ownConversation(tx, own, made)
  await insertCopies(tx, made, copies)
  const messages = new Map<string, string>()
  let parent: string | null = null
  const branch = await branchTo(tx, id, input.message)
  for (const message of branch) {
    const copy = uuidV7(rooms.clock.now())
    messages.set(message.id, copy)
    await insertMessage(tx, fork.dek, {
      id: copy,
      conversation: made,
      parent,
      run: null,
      role: message.role,
      status: message.status,
      class: dataClass.parse(message.class),
      body: withCopies(openBody(dek, message), copies),
      at: message.created_at,
    })
    parent = copy
  }
  await copyArtifacts(tx, { id, dek }, { id: made, dek: fork.dek }, { messages, now: rooms.clock.now() })
  if (copies.length > 0) await requireWithinQuota(tx, 'storageBytes', own.caller.bounds)
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

/** What is no longer there stays named as it was. */
const withCopies = (body: MessageBody, copies: readonly AttachmentCopy[]): MessageBody => ({
  ...body,
  attached: body.attached.map((one) => ({
    ...one,
    id: copies.find(({ of }) => of === one.id)?.row.id ?? one.id,
  })),
})
