import type { conversationsImported, importInput } from '@freehold/contract/conversations.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { highestClass } from '@freehold/contract/data-class.ts'
import type { z } from 'zod'
import { append } from '../audit/audit.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import type { Commit, ConversationRooms } from './conversations.ts'
import { insertConversation } from './conversations.ts'
import type { Foreign, ForeignMessage } from './foreign-exports.ts'
import { readForeign, spokenOf } from './foreign-exports.ts'
import type { Own } from './ownership.ts'
import { ownConversation } from './ownership.ts'
import type { MessageBody } from './sealed-rows.ts'
import { sealBody } from './sealed-rows.ts'

/** Rows of one statement. */
const AT_ONCE = 200
const TITLE_CHARACTERS = 200

/**
 * Everything is read before anything is stored; then each conversation is stored whole.
 * @throws Fault `invalid` that names the field
 */
export async function importConversations(
  rooms: ConversationRooms,
  own: Own,
  { data, class: declared = 'public' }: z.output<typeof importInput>,
  { request }: Commit,
): Promise<z.input<typeof conversationsImported>> {
  const given = (Array.isArray(data) ? data : [data]).map((one) => {
    const foreign = readForeign(one)
    return { foreign, spoken: spokenOf(foreign) }
  })
  const conversations: string[] = []
  let messages = 0
  for (const { foreign, spoken } of given) {
    if (spoken.length === 0) continue
    conversations.push(
      await rooms.store.withTenant(own.caller, (tx) =>
        storeOne(tx, rooms, own, { foreign, spoken, declared, request }),
      ),
    )
    messages += spoken.length
  }
  return { conversations, messages, skipped: given.length - conversations.length }
}

interface One extends Commit {
  readonly foreign: Foreign
  readonly spoken: readonly ForeignMessage[]
  readonly declared: DataClass
}

async function storeOne(
  tx: Tx,
  rooms: ConversationRooms,
  own: Own,
  { foreign, spoken, declared, request }: One,
): Promise<string> {
  const now = rooms.clock.now()
  const at = Math.min(foreign.atMs ?? now, now)
  const title = foreign.title?.trim().slice(0, TITLE_CHARACTERS)
  const id = await insertConversation(tx, rooms, own, {
    meta: { title: title ? title : null, model: null, instructions: null, tags: [] },
    class: declared,
    project: null,
    isTemporary: false,
    at,
  })
  const { dek } = await ownConversation(tx, own, id)
  const reached = highestClass(own.caller.baseClass, declared)
  const ids = new Map<string, string>()
  const rows = spoken.map((one) => {
    const message = uuidV7(now)
    ids.set(one.key, message)
    return {
      tenant_id: tx.tenant,
      id: message,
      conversation_id: id,
      parent_id: one.parent === null ? null : (ids.get(one.parent) ?? null),
      run_id: null,
      role: one.role ?? ('user' as const),
      status: 'complete' as const,
      class: reached,
      body_sealed: sealBody(dek, message, bodyOf(one, reached)),
      created_at: new Date(Math.min(one.atMs ?? at, now)),
    }
  })
  for (let from = 0; from < rows.length; from += AT_ONCE)
    await tx.db
      .insertInto('message')
      .values(rows.slice(from, from + AT_ONCE))
      .execute()
  const leaf = (foreign.leaf === null ? undefined : ids.get(foreign.leaf)) ?? rows.at(-1)?.id ?? null
  await tx.db.updateTable('conversation').set({ leaf_id: leaf }).where('id', '=', id).execute()
  await append(tx, {
    action: 'conversation.imported',
    actor: own.caller.principal.id,
    subject: id,
    request,
    detail: { messages: rows.length },
  })
  return id
}

const MADE_ELSEWHERE: NonNullable<MessageBody['making']> = {
  model: null,
  zone: null,
  target: null,
  rule: null,
  because: [],
  masked: 0,
  requests: [],
  usage: null,
  cost: null,
  limit: null,
}

/** Whoever wrote the file may have written anything into it, in anybody's name. */
function bodyOf({ role, text, model }: ForeignMessage, of: DataClass): MessageBody {
  const part = { integrity: 'untrusted', class: of, text } as const
  if (role === 'user')
    return {
      context: [{ role: 'user', parts: [{ origin: 'user', ...part }] }],
      attached: [],
      citations: [],
      making: null,
      checked: null,
    }
  return {
    context: [{ role: 'assistant', parts: [{ origin: 'model', ...part }], calls: [] }],
    attached: [],
    citations: [],
    making: model === null ? null : { ...MADE_ELSEWHERE, model },
    checked: null,
  }
}
