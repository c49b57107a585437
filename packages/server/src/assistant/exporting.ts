import type { conversationExport } from '@freehold/contract/conversations.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import type { z } from 'zod'
import type { Tx } from '../store/store.ts'
import type { MessageSeen } from './messages.ts'
import { branchTo, viewMessage } from './messages.ts'
import type { Own } from './ownership.ts'
import { ownConversation } from './ownership.ts'
import { openMeta } from './sealed-rows.ts'

export type Exported = z.input<typeof conversationExport>

/** All branches. @throws Fault `not_found` */
export async function exportConversation(tx: Tx, own: Own, id: string): Promise<Exported> {
  const { row, dek } = await ownConversation(tx, own, id)
  const rows = await tx.db
    .selectFrom('message')
    .selectAll()
    .where('conversation_id', '=', id)
    .orderBy('id')
    .execute()
  return {
    freehold: 'conversation',
    version: 1,
    ...openMeta(dek, row),
    class: dataClass.parse(row.class),
    leaf: row.leaf_id,
    createdAt: row.created_at.toISOString(),
    messages: rows.map((one) => viewMessage(dek, one)),
  }
}

type Branch = Pick<Exported, 'title' | 'class'> & { readonly messages: readonly MessageSeen[] }

/** The branch that was spoken in last. @throws Fault `not_found` */
export async function exportBranch(tx: Tx, own: Own, id: string): Promise<Branch> {
  const { row, dek } = await ownConversation(tx, own, id)
  const branch = row.leaf_id === null ? [] : await branchTo(tx, id, row.leaf_id)
  return {
    title: openMeta(dek, row).title,
    class: dataClass.parse(row.class),
    messages: branch.map((one) => viewMessage(dek, one)),
  }
}

/** The same, for people. @throws Fault `not_found` */
export async function exportMarkdown(tx: Tx, own: Own, id: string): Promise<string> {
  const { title, messages } = await exportBranch(tx, own, id)
  const said = messages.map((one) => inMarkdown(one))
  return `# ${(title ?? id).replaceAll('\n', ' ')}\n\n${said.join('\n')}`
}

function inMarkdown({ role, text, making, citations, createdAt }: MessageSeen): string {
  const who = role === 'user' ? 'You' : (making?.model ?? 'Assistant')
  const where = making?.zone ? ` · ${making.zone}${making.target ? ` · ${making.target}` : ''}` : ''
  const sources = citations.map(
    ({ n, title, documentId, span }) => `[${n}]: ${title} (${documentId}, ${span.start}-${span.end})\n`,
  )
  return `## ${who} · ${createdAt}${where}\n\n${text.trimEnd()}\n${sources.length > 0 ? `\n${sources.join('')}` : ''}`
}
