import type { Attached } from '@freehold/contract/attachments.ts'
import type { messageView } from '@freehold/contract/conversations.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import type { Page, PageOf } from '../kernel/keyset-page.ts'
import { checkedPage, keysetPage } from '../kernel/keyset-page.ts'
import type { Dek, Tx } from '../store/store.ts'
import type { MessageBody } from './sealed-rows.ts'
import { openBody, sealBody, textOf } from './sealed-rows.ts'

export type MessageSeen = z.input<typeof messageView>

export interface MessageRow {
  readonly id: string
  readonly conversation_id: string
  readonly parent_id: string | null
  readonly run_id: string | null
  readonly role: 'user' | 'assistant'
  readonly status: 'complete' | 'stopped'
  readonly class: string
  readonly body_sealed: Buffer | null
  readonly created_at: Date
}

export function viewMessage(dek: Dek, row: MessageRow): MessageSeen {
  const body = openBody(dek, row)
  return {
    id: row.id,
    conversation: row.conversation_id,
    parent: row.parent_id,
    role: row.role,
    status: row.status,
    class: dataClass.parse(row.class),
    text: textOf(body),
    parts: body.context.at(-1)?.parts ?? [],
    steps: body.context.slice(0, -1),
    attachments: body.attached,
    citations: body.citations,
    checked: body.checked,
    making: body.making,
    run: row.run_id,
    createdAt: row.created_at.toISOString(),
  }
}

export interface NewMessage {
  readonly id: string
  readonly conversation: string
  readonly parent: string | null
  readonly run: string | null
  readonly role: 'user' | 'assistant'
  readonly status: 'complete' | 'stopped'
  readonly class: DataClass
  readonly body: MessageBody
  readonly at: Date
}

export async function insertMessage({ db, tenant }: Tx, dek: Dek, message: NewMessage): Promise<MessageRow> {
  const { conversation, parent, run, body, at, ...rest } = message
  return db
    .insertInto('message')
    .values({
      ...rest,
      tenant_id: tenant,
      conversation_id: conversation,
      parent_id: parent,
      run_id: run,
      body_sealed: sealBody(dek, message.id, body),
      created_at: at,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** What somebody said, or what is taken as said. */
export const saidByUser = (text: string, of: DataClass, attached: Attached[]): MessageBody => ({
  context: [{ role: 'user', parts: [{ origin: 'user', integrity: 'trusted', class: of, text }] }],
  attached,
  citations: [],
  making: null,
  checked: null,
})

/** Oldest first. @throws Fault `invalid` */
export async function listMessages(
  { db }: Tx,
  { id, dek }: { readonly id: string; readonly dek: Dek },
  page: Page,
): Promise<PageOf<MessageSeen>> {
  const { after, limit } = checkedPage(page)
  const rows = await db
    .selectFrom('message')
    .selectAll()
    .where('conversation_id', '=', id)
    .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return keysetPage(rows, limit, (row) => viewMessage(dek, row))
}

/** One message of this conversation. @throws Fault `not_found` that names the field */
export async function messageOf({ db }: Tx, conversation: string, id: string, param: string) {
  const row = await db
    .selectFrom('message')
    .selectAll()
    .where('id', '=', id)
    .where('conversation_id', '=', conversation)
    .executeTakeFirst()
  if (!row) throw new Fault('not_found', 'There is no such message in this conversation.', { param })
  return row
}

/** Longer than any branch that people speak. */
export const MOST_IN_BRANCH = 10_000

/** The messages from the beginning to this one; the last of them where they are more than `most`. */
export async function branchTo(
  { db }: Tx,
  conversation: string,
  leaf: string,
  most = MOST_IN_BRANCH,
): Promise<MessageRow[]> {
  const { rows } = await sql<MessageRow>`
    WITH RECURSIVE branch AS (
      SELECT m.*, 1 AS depth FROM message m WHERE m.id = ${leaf}::uuid AND m.conversation_id = ${conversation}::uuid
      UNION ALL
      SELECT m.*, branch.depth + 1 FROM message m JOIN branch
        ON m.tenant_id = branch.tenant_id AND m.id = branch.parent_id AND m.conversation_id = branch.conversation_id
      WHERE branch.depth < ${most}
    )
    SELECT * FROM branch ORDER BY depth DESC`.execute(db)
  return rows
}
