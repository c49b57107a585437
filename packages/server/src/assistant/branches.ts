import type { messagePage } from '@freehold/contract/conversations.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import type { PageOf } from '../kernel/keyset-page.ts'
import { checkedPage, keysetPage } from '../kernel/keyset-page.ts'
import type { Tx } from '../store/store.ts'
import type { MessageRow, MessageSeen } from './messages.ts'
import { branchTo, messageOf, MOST_IN_BRANCH, viewMessage } from './messages.ts'
import type { OpenConversation } from './ownership.ts'

/**
 * A branch from its end to its beginning, and who stands beside whom in it. What a page costs is said by its length, not
 * by that of the conversation. @throws Fault `invalid`, `not_found` that names the field
 */
export async function listBranch(
  tx: Tx,
  { row: { id, leaf_id: leaf }, dek }: OpenConversation,
  { branch, through, ...page }: z.output<typeof messagePage>,
): Promise<PageOf<MessageSeen>> {
  if (branch !== undefined && through !== undefined)
    throw new Fault('invalid', 'Name `branch` or `through`, not both.', { param: 'through' })
  const { after, limit } = checkedPage(page)
  const end = through === undefined ? await endOf(tx, id, branch, leaf) : await endBehind(tx, id, through)
  const start = after === undefined ? end : (await messageOf(tx, id, after, 'after')).parent_id
  if (start === null) return { data: [], next: null }
  const rows = (await branchTo(tx, id, start, limit + 1)).toReversed()
  const beside = await placesOf(tx, id, rows.slice(0, limit))
  return keysetPage(rows, limit, (row) => {
    const ids = beside.get(row.parent_id)
    return { ...viewMessage(dek, row), ...(ids !== undefined && ids.length > 1 && { beside: ids }) }
  })
}

async function endOf(
  tx: Tx,
  conversation: string,
  branch: string | undefined,
  leaf: string | null,
): Promise<string | null> {
  if (branch === undefined || branch === 'current') return leaf
  return (await messageOf(tx, conversation, branch, 'branch')).id
}

/** The end of the branch that was spoken in last behind this message. */
async function endBehind({ db }: Tx, conversation: string, message: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    WITH RECURSIVE behind AS (
      SELECT m.tenant_id, m.id, 1 AS depth FROM message m
        WHERE m.id = ${message}::uuid AND m.conversation_id = ${conversation}::uuid
      UNION ALL
      SELECT behind.tenant_id, newest.id, behind.depth + 1 FROM behind CROSS JOIN LATERAL (
        SELECT c.id FROM message c
          WHERE c.tenant_id = behind.tenant_id AND c.conversation_id = ${conversation}::uuid AND c.parent_id = behind.id
          ORDER BY c.id DESC LIMIT 1
      ) newest
      WHERE behind.depth < ${MOST_IN_BRANCH}
    )
    SELECT id FROM behind ORDER BY depth DESC LIMIT 1`.execute(db)
  const [end] = rows
  if (!end)
    throw new Fault('not_found', 'There is no such message in this conversation.', { param: 'through' })
  return end.id
}

/** By their parent the ids of all messages in the places of these, oldest first. */
async function placesOf(
  { db }: Tx,
  conversation: string,
  rows: readonly Pick<MessageRow, 'parent_id'>[],
): Promise<ReadonlyMap<string | null, string[]>> {
  const parents = rows.flatMap(({ parent_id: parent }) => (parent === null ? [] : [parent]))
  const isFirst = parents.length < rows.length
  const found = await db
    .selectFrom('message')
    .select(['id', 'parent_id'])
    .where('conversation_id', '=', conversation)
    .where(sql<boolean>`(parent_id = ANY (${parents}::uuid[]) OR (${isFirst} AND parent_id IS NULL))`)
    .orderBy('id')
    .execute()
  const places = new Map<string | null, string[]>()
  for (const { id, parent_id: parent } of found) {
    const ids = places.get(parent)
    if (ids) ids.push(id)
    else places.set(parent, [id])
  }
  return places
}
