import { sql } from 'kysely'
import type { SubjectPart, SubjectRoom } from '../store/subject.ts'
import { countOf, ERASED, SUBJECT_SLICE, subjectPage } from '../store/subject.ts'
import type { Tx } from '../store/store.ts'
import { openWhole } from './opening.ts'
import { viewOf } from './questions.ts'
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
  async read(tx, { account, principals }, after) {
    const sets = await setsNaming(tx, account)
    const rows = await tx.db
      .selectFrom('document')
      .select(['id', 'collection_id', 'class', 'acl_set', 'created_at'])
      .where('creator', 'in', [...principals])
      .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(DOCUMENTS)
      .execute()
    const items = []
    for (const { id, collection_id, class: dataClass, acl_set: set, created_at } of rows) {
      // Whom somebody else has shut out since reads it nowhere.
      const whole = set === null || sets.has(set) ? await openWhole(tx, id) : null
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

/** Sets of readers that the person is in, by name or by a group. */
async function setsNaming({ db }: Tx, account: string): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ id: number }>`SELECT id FROM acl_set WHERE members && (
    SELECT array_agg('group:' || group_id) || ${`user:${account}`}::text
      FROM group_member WHERE account_id = ${account}::uuid)`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

/** Who is erased reads nothing any more; the others of a set go on. Its hash becomes one that no list has. */
const readers: SubjectPart = {
  kind: 'reader',
  covers: ['acl_set.members'],
  async count({ db }, { account }) {
    const { rows } = await sql<{ count: number }>`SELECT count(*)::integer AS count FROM acl_set
      WHERE ${`user:${account}`} = ANY (members)`.execute(db)
    return rows[0]?.count ?? 0
  },
  async read({ db }, { account }, after) {
    const { rows } = await sql<{ id: string }>`SELECT document.id FROM document
      JOIN acl_set ON acl_set.id = document.acl_set
      WHERE ${`user:${account}`} = ANY (acl_set.members) AND document.id > ${after ?? NO_ID}::uuid
      ORDER BY document.id LIMIT ${SUBJECT_SLICE}`.execute(db)
    return subjectPage(
      rows,
      ({ id }) => id,
      ({ id }) => ({ document: id }),
    )
  },
  async erase({ db }, { account }) {
    const name = `user:${account}`
    const { numAffectedRows = 0n } = await sql`UPDATE acl_set SET members = array_remove(members, ${name}),
      members_hash = sha256(gen_random_uuid()::text::bytea) WHERE ${name} = ANY (members)`.execute(db)
    return Number(numAffectedRows)
  },
}

const NO_ID = '00000000-0000-0000-0000-000000000000'

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

/** A source that loses who it acts for stands still until somebody takes it over. */
const sources: SubjectPart = {
  kind: 'source',
  covers: ['source.creator'],
  count: (tx, { principals }) => countOf(tx, sql`source WHERE creator = ANY (${[...principals]}::text[])`),
  async read({ db }, { principals }) {
    const rows = await db
      .selectFrom('source')
      .select(['id', 'kind', 'collection_id', 'created_at'])
      .where('creator', 'in', [...principals])
      .orderBy('id')
      .execute()
    return {
      items: rows.map(({ id, kind, collection_id, created_at }) => ({
        id,
        kind,
        collection: collection_id,
        createdAt: created_at.toISOString(),
      })),
      next: null,
    }
  },
  async erase({ db }, { principals }) {
    const { numUpdatedRows } = await db
      .updateTable('source')
      .set({ creator: ERASED })
      .where('creator', 'in', [...principals])
      .executeTakeFirstOrThrow()
    return Number(numUpdatedRows)
  },
}

/** They belong to their collection: erasing takes away who wrote them. */
const questions: SubjectPart = {
  kind: 'question',
  covers: ['collection_question.creator', 'collection_question.body_sealed'],
  count: (tx, { principals }) =>
    countOf(tx, sql`collection_question WHERE creator = ANY (${[...principals]}::text[])`),
  async read(tx, { principals }) {
    const rows = await tx.db
      .selectFrom('collection_question')
      .selectAll()
      .where('creator', 'in', [...principals])
      .orderBy('id')
      .execute()
    const items = rows.map((row) => Object.assign(viewOf(tx, row), { collection: row.collection_id }))
    return { items, next: null }
  },
  async erase({ db }, { principals }) {
    const { numUpdatedRows } = await db
      .updateTable('collection_question')
      .set({ creator: ERASED })
      .where('creator', 'in', [...principals])
      .executeTakeFirstOrThrow()
    return Number(numUpdatedRows)
  },
}

/** What knowledge holds of people. */
export const knowledgeSubjects: SubjectRoom = {
  room: 'knowledge',
  parts: [documents, collections, questions, sources, readers],
}
