import type { artifactExported } from '@freehold/contract/artifacts.ts'
import type { conversationExport } from '@freehold/contract/conversations.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import type { z } from 'zod'
import { exportArtifacts } from './artifacts/artifacts.ts'
import { attachmentsOf } from './attachments/attachment-rows.ts'
import type { Tx } from '../store/store.ts'
import { unsupportedIn } from './loop/unsupported.ts'
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
    attachments: await attachmentsOf(tx, id),
    artifacts: await exportArtifacts(tx, id, dek),
  }
}

type ArtifactText = z.input<typeof artifactExported>['versions'][number]
type Told = MessageSeen & { readonly unsupported: readonly string[] }
type Branch = Pick<Exported, 'title' | 'class'> & {
  readonly messages: readonly Told[]
  /** Of each the newest version. */
  readonly artifacts: readonly ArtifactText[]
}

const told = (seen: MessageSeen): Told => ({
  ...seen,
  unsupported: seen.checked === null ? [] : unsupportedIn(seen.text, seen.checked),
})

/** The branch that was spoken in last, and what was written beside it. @throws Fault `not_found` */
export async function exportBranch(tx: Tx, own: Own, id: string): Promise<Branch> {
  const { row, dek } = await ownConversation(tx, own, id)
  const branch = row.leaf_id === null ? [] : await branchTo(tx, id, row.leaf_id)
  return {
    title: openMeta(dek, row).title,
    class: dataClass.parse(row.class),
    messages: branch.map((one) => told(viewMessage(dek, one))),
    artifacts: (await exportArtifacts(tx, id, dek)).flatMap(({ versions }) => versions.at(-1) ?? []),
  }
}

/** The same for people. @throws Fault `not_found` */
export async function exportMarkdown(tx: Tx, own: Own, id: string): Promise<string> {
  const { title, messages, artifacts } = await exportBranch(tx, own, id)
  const said = messages.map((one) => inMarkdown(one))
  const written = artifacts.map((one) => artifactInMarkdown(one))
  return `# ${(title ?? id).replaceAll('\n', ' ')}\n\n${[...said, ...written].join('\n')}`
}

/** As a block that its own text cannot end. */
function artifactInMarkdown({ title, version, mediaType, createdAt, text }: ArtifactText): string {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)))
  return `## Artifact: ${title.replaceAll('\n', ' ')} · version ${version} · ${createdAt}\n\n${fence}${mediaType}\n${text.trimEnd()}\n${fence}\n`
}

function inMarkdown(message: Told): string {
  const { role, text, making, attachments, citations, createdAt } = message
  const who = role === 'user' ? 'You' : (making?.model ?? 'Assistant')
  const where = making?.zone ? ` · ${making.zone}${making.target ? ` · ${making.target}` : ''}` : ''
  const sources = citations.map(
    ({ n, title, documentId, span }) => `[${n}]: ${title} (${documentId}, ${span.start}-${span.end})\n`,
  )
  const files = (attachments ?? []).map(({ n, name }) => `Attached [${n}]: ${name.replaceAll('\n', ' ')}\n`)
  const unsupported = message.unsupported.map(
    (sentence) => `> No source says: ${sentence.replaceAll(/\s+/g, ' ')}\n`,
  )
  const footers = [files, sources, unsupported]
    .filter((lines) => lines.length > 0)
    .map((lines) => `\n${lines.join('')}`)
  return `## ${who} · ${createdAt}${where}\n\n${text.trimEnd()}\n${footers.join('')}`
}
