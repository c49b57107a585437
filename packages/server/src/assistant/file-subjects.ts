import { sql } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Subject, SubjectPart } from '../store/subject.ts'
import { countOf, ownersOf } from '../store/subject.ts'
import { openArtifact } from './artifacts/artifact-rows.ts'
import { openAttachmentMeta, openContent } from './attachments/attachment-rows.ts'
import { conversationDek } from './sealed-rows.ts'

/** Texts are long: few at a time. */
const SLICE = 10

const ofSubject = (table: 'attachment' | 'artifact_version', subject: Subject) =>
  sql`${sql.table(table)} f JOIN conversation c ON (c.tenant_id, c.id) = (f.tenant_id, f.conversation_id)
    WHERE c.owner = ANY (${ownersOf(subject)}::text[])`

/** What somebody put into conversations; erased with them. */
const attachments: SubjectPart = {
  kind: 'attachment',
  covers: ['attachment.meta_sealed', 'attachment.content_sealed'],
  count: (tx, subject) => countOf(tx, ofSubject('attachment', subject)),
  async read(tx: Tx, subject, after) {
    const rows = await tx.db
      .selectFrom('attachment')
      .innerJoin('conversation', 'conversation.id', 'attachment.conversation_id')
      .selectAll('attachment')
      .where('conversation.owner', 'in', ownersOf(subject))
      .$if(after !== null, (query) => query.where('attachment.id', '>', after ?? ''))
      .orderBy('attachment.id')
      .limit(SLICE)
      .execute()
    const items = []
    for (const row of rows)
      items.push({
        id: row.id,
        conversation: row.conversation_id,
        name: openAttachmentMeta(tx.keys, row).name,
        class: row.class,
        createdAt: row.created_at.toISOString(),
        text: (await openContent(tx.keys, row))?.text ?? null,
      })
    return { items, next: rows.length === SLICE ? (rows.at(-1)?.id ?? null) : null }
  },
  erase: () => Promise.resolve(0),
}

/** What was written in them; erased with them. */
const artifacts: SubjectPart = {
  kind: 'artifact',
  covers: ['artifact_version.body_sealed'],
  count: (tx, subject) => countOf(tx, ofSubject('artifact_version', subject)),
  async read(tx, subject, after) {
    const rows = await tx.db
      .selectFrom('artifact_version')
      .innerJoin('conversation', 'conversation.id', 'artifact_version.conversation_id')
      .selectAll('artifact_version')
      .select('conversation.dek')
      .where('conversation.owner', 'in', ownersOf(subject))
      .$if(after !== null, (query) => query.where('artifact_version.id', '>', after ?? ''))
      .orderBy('artifact_version.id')
      .limit(SLICE)
      .execute()
    return {
      items: rows.map((row) => {
        const dek = conversationDek(tx.keys, { id: row.conversation_id, dek: row.dek })
        return {
          id: row.artifact_id,
          version: row.version,
          conversation: row.conversation_id,
          createdAt: row.created_at.toISOString(),
          ...openArtifact(dek, row),
        }
      }),
      next: rows.length === SLICE ? (rows.at(-1)?.id ?? null) : null,
    }
  },
  erase: () => Promise.resolve(0),
}

/** What lies beside the messages of a person's conversations. */
export const fileSubjects: readonly SubjectPart[] = [attachments, artifacts]
