import { sql } from 'kysely'
import type { BlobStore } from '../store/store.ts'
import type { Subject, SubjectPage, SubjectPart, SubjectRoom } from '../store/subject.ts'
import { countOf, ownedBy, ownersOf } from '../store/subject.ts'
import { fileSubjects } from './file-subjects.ts'
import { AwayBodies } from './home/away.ts'
import { viewMessage } from './messages.ts'
import { viewNote } from './notes.ts'
import { viewProject } from './projects.ts'
import { conversationDek, openMeta } from './sealed-rows.ts'

/** Conversations are of whoever had them: they are told whole, and erased whole. */
const SLICE = 10

const conversations: SubjectPart = {
  kind: 'conversation',
  covers: ['conversation.owner', 'conversation.meta_sealed'],
  count: (tx, subject) => countOf(tx, sql`conversation WHERE ${ownedBy(subject)}`),
  async read(tx, subject, after) {
    const rows = await tx.db
      .selectFrom('conversation')
      .select(['id', 'dek', 'meta_sealed', 'class', 'created_at'])
      .where(ownedBy(subject))
      .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(SLICE)
      .execute()
    return {
      items: rows.map((row) => ({
        id: row.id,
        class: row.class,
        createdAt: row.created_at.toISOString(),
        ...openMeta(conversationDek(tx.keys, row), row),
      })),
      next: rows.length === SLICE ? (rows.at(-1)?.id ?? null) : null,
    }
  },
  async erase({ db }, subject) {
    const some = db.selectFrom('conversation').select('id').where(ownedBy(subject)).limit(SLICE)
    const { numDeletedRows } = await db
      .deleteFrom('conversation')
      .where('id', 'in', some)
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
}

const ofSubject = (subject: Subject) =>
  sql`message JOIN conversation c ON (c.tenant_id, c.id) = (message.tenant_id, message.conversation_id)
    WHERE c.owner = ANY (${ownersOf(subject)}::text[])`

/** What was said in them; erased with them, wherever it lies. */
const messages = (blobs: Pick<BlobStore, 'get'>): SubjectPart => ({
  kind: 'message',
  covers: [
    'message.body_sealed',
    'run.owner',
    'run.asked_sealed',
    'run_event.events_sealed',
    'share.owner',
    'share.snapshot_sealed',
  ],
  count: (tx, subject) => countOf(tx, ofSubject(subject)),
  async read(tx, subject, after) {
    const rows = await tx.db
      .selectFrom('message')
      .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
      .selectAll('message')
      .select('conversation.dek')
      .where('conversation.owner', 'in', ownersOf(subject))
      .$if(after !== null, (query) => query.where('message.id', '>', after ?? ''))
      .orderBy('message.id')
      .limit(SLICE * SLICE)
      .execute()
    const away = new AwayBodies(blobs)
    const items: SubjectPage['items'][number][] = []
    for (const row of rows) {
      const dek = conversationDek(tx.keys, { id: row.conversation_id, dek: row.dek })
      const body_sealed = row.body_sealed ?? (await away.bodyOf(tx, row.conversation_id, row.id))
      const { id, conversation, role, text, createdAt } = viewMessage(dek, { ...row, body_sealed })
      items.push({ id, conversation, role, text, createdAt })
    }
    return { items, next: rows.length === SLICE * SLICE ? (rows.at(-1)?.id ?? null) : null }
  },
  erase: () => Promise.resolve(0),
})

const projects: SubjectPart = {
  kind: 'project',
  covers: ['project.owner', 'project.name_sealed'],
  count: (tx, subject) => countOf(tx, sql`project WHERE ${ownedBy(subject)}`),
  async read(tx, subject) {
    const rows = await tx.db.selectFrom('project').selectAll().where(ownedBy(subject)).orderBy('id').execute()
    return { items: rows.map((row) => viewProject(tx, row)), next: null }
  },
  async erase({ db }, subject) {
    const { numDeletedRows } = await db
      .deleteFrom('project')
      .where(ownedBy(subject))
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
}

const notes: SubjectPart = {
  kind: 'note',
  covers: ['note.owner', 'note.text_sealed'],
  count: (tx, subject) => countOf(tx, sql`note WHERE ${ownedBy(subject)}`),
  async read(tx, subject) {
    const rows = await tx.db.selectFrom('note').selectAll().where(ownedBy(subject)).orderBy('id').execute()
    return { items: rows.map((row) => viewNote(tx, row)), next: null }
  },
  async erase({ db }, subject) {
    const { numDeletedRows } = await db.deleteFrom('note').where(ownedBy(subject)).executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
}

/** What the assistant holds of people. */
export const assistantSubjects = (blobs: Pick<BlobStore, 'get'>): SubjectRoom => ({
  room: 'assistant',
  parts: [messages(blobs), ...fileSubjects, conversations, projects, notes],
})
