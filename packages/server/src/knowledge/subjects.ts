import { sql } from 'kysely'
import type { SubjectPart, SubjectRoom } from '../store/subject.ts'
import { ERASED } from '../store/subject.ts'
import { openWhole } from './opening.ts'
import { openCollectionName } from './sealed-rows.ts'

/** Texts are long: fewer at a time than of other things. */
const DOCUMENTS = 10
const PIECE = 500

/**
 * Documents belong to the tenant, whoever added them: the person is told what they hold, and erasing takes away who
 * added them. A document about a person is deleted like any other.
 */
const documents: SubjectPart = {
  kind: 'document',
  covers: ['document.creator', 'document.meta_sealed', 'document.text_sealed'],
  async count({ db }, { principals }) {
    const { rows } = await sql<{ count: number }>`SELECT count(*)::integer AS count FROM document
      WHERE creator = ANY (${[...principals]}::text[])`.execute(db)
    return rows[0]?.count ?? 0
  },
  async read(tx, { principals }, after) {
    const rows = await tx.db
      .selectFrom('document')
      .select(['id', 'collection_id', 'class', 'created_at'])
      .where('creator', 'in', [...principals])
      .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(DOCUMENTS)
      .execute()
    const items = []
    for (const { id, collection_id, class: dataClass, created_at } of rows) {
      const whole = await openWhole(tx, id)
      items.push({
        id,
        collection: collection_id,
        class: dataClass,
        createdAt: created_at.toISOString(),
        title: whole?.document.title ?? null,
        text: whole?.text ?? null,
      })
    }
    return { items, next: rows.length === DOCUMENTS ? (rows.at(-1)?.id ?? null) : null }
  },
  async erase({ db }, { principals }) {
    const some = db
      .selectFrom('document')
      .select('id')
      .where('creator', 'in', [...principals])
      .limit(PIECE)
    const { numUpdatedRows } = await db
      .updateTable('document')
      .set({ creator: ERASED })
      .where('id', 'in', some)
      .executeTakeFirstOrThrow()
    return Number(numUpdatedRows)
  },
}

const collections: SubjectPart = {
  kind: 'collection',
  covers: ['collection.creator', 'collection.name_sealed'],
  async count({ db }, { principals }) {
    const { rows } = await sql<{ count: number }>`SELECT count(*)::integer AS count FROM collection
      WHERE creator = ANY (${[...principals]}::text[])`.execute(db)
    return rows[0]?.count ?? 0
  },
  async read(tx, { principals }) {
    const rows = await tx.db
      .selectFrom('collection')
      .select(['id', 'dek', 'name_sealed', 'created_at'])
      .where('creator', 'in', [...principals])
      .orderBy('id')
      .execute()
    return {
      items: rows.map((row) => ({
        id: row.id,
        name: openCollectionName(tx.keys, row),
        createdAt: row.created_at.toISOString(),
      })),
      next: null,
    }
  },
  async erase({ db }, { principals }) {
    const { numUpdatedRows } = await db
      .updateTable('collection')
      .set({ creator: ERASED })
      .where('creator', 'in', [...principals])
      .executeTakeFirstOrThrow()
    return Number(numUpdatedRows)
  },
}

/** What knowledge holds of people. */
export const knowledgeSubjects: SubjectRoom = { room: 'knowledge', parts: [documents, collections] }
