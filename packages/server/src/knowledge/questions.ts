import type { Hit } from '@freehold/contract/knowledge.ts'
import { documentId } from '@freehold/contract/knowledge.ts'
import type { QuestionInput, questionsAnswered, questionView } from '@freehold/contract/questions.ts'
import { MOST_QUESTIONS } from '@freehold/contract/questions.ts'
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { z } from 'zod'
import { append } from '../audit/audit.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { QuestionTables } from '../store/question-tables.ts'
import type { Place, Store, Tx } from '../store/store.ts'
import { lockCollection, requireWritable } from './collections.ts'
import type { Knowledge } from './knowledge.ts'

type View = z.input<typeof questionView>
type Answered = z.input<typeof questionsAnswered>
type Row = Selectable<QuestionTables['collection_question']>

interface QuestionRooms {
  readonly store: Store
  readonly knowledge: Pick<Knowledge, 'search' | 'documentText'>
}

/** Whose collection, and under which request. */
interface Of {
  readonly caller: Caller
  readonly collection: string
  readonly request: string
}

const body = z.object({ question: z.string(), document: documentId, passage: z.string().nullable() })

const placeOf = (id: string, column: string): Place => ({ table: 'collection_question', row: id, column })

/** Questions by which whoever looks after a collection sees whether it still answers them. */
export class Questions {
  readonly #rooms: QuestionRooms

  constructor(rooms: QuestionRooms) {
    this.#rooms = rooms
  }

  /** Oldest first. @throws Fault `not_found`, `not_allowed` */
  list({ caller, collection }: Omit<Of, 'request'>): Promise<View[]> {
    return this.#rooms.store.withTenant(caller, async (tx) => {
      await requireWritable(tx, caller, collection)
      return (await rowsOf(tx, collection)).map((row) => viewOf(tx, row))
    })
  }

  /** @throws Fault `not_found`, also for a document that the caller may not read; `over_quota` */
  async create({ caller, collection, request }: Of, input: QuestionInput): Promise<View> {
    const { store, knowledge } = this.#rooms
    await knowledge.documentText(caller, input.document, collection)
    return store.withTenant(caller, async (tx) => {
      await requireWritable(tx, caller, collection)
      await lockCollection(tx, collection)
      const { length } = await rowsOf(tx, collection)
      if (length >= MOST_QUESTIONS)
        throw new Fault('over_quota', `There are ${MOST_QUESTIONS} questions already. Delete one first.`)
      const id = uuidV7()
      const { dek, wrapped } = tx.keys.newDek(placeOf(id, 'dek'))
      const { question, document, passage = null } = input
      const kept = Buffer.from(JSON.stringify({ question, document, passage } satisfies z.input<typeof body>))
      const row = await tx.db
        .insertInto('collection_question')
        .values({
          tenant_id: tx.tenant,
          id,
          collection_id: collection,
          creator: caller.principal.id,
          dek: wrapped,
          body_sealed: dek.seal(placeOf(id, 'body_sealed'), kept),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      await append(tx, {
        action: 'question.created',
        actor: caller.principal.id,
        subject: collection,
        request,
        detail: { question: id },
      })
      return viewOf(tx, row)
    })
  }

  /** @throws Fault `not_found`, `not_allowed` */
  async delete(caller: Caller, id: string, request: string): Promise<void> {
    await this.#rooms.store.withTenant(caller, async (tx) => {
      const row = await tx.db
        .selectFrom('collection_question')
        .select('collection_id')
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) throw new Fault('not_found', 'There is no such question.', { param: 'id' })
      const { collection_id: collection } = row
      await requireWritable(tx, caller, collection)
      await tx.db.deleteFrom('collection_question').where('id', '=', id).execute()
      await append(tx, {
        action: 'question.deleted',
        actor: caller.principal.id,
        subject: collection,
        request,
        detail: { question: id },
      })
    })
  }

  /** Asks as the caller, who is told of what it may read. @throws Fault `not_found`, `not_allowed` */
  async run({ caller, collection, request }: Of, k: number, signal: AbortSignal): Promise<Answered> {
    const { store, knowledge } = this.#rooms
    const asked = await store.withTenant(caller, async (tx) => {
      await requireWritable(tx, caller, collection)
      return (await rowsOf(tx, collection)).map((row) => viewOf(tx, row))
    })
    const data: Answered['data'] = []
    for (const one of asked) {
      signal.throwIfAborted()
      const hits = await knowledge.search(caller, collection, one.question, k)
      const at = hits.findIndex((hit) => isExpected(hit, one))
      const [first] = hits
      data.push({
        id: one.id,
        question: one.question,
        document: one.document,
        place: at < 0 ? null : at + 1,
        ...(one.last && { before: one.last.place }),
        first: first ? { documentId: first.documentId, title: first.title } : null,
      })
    }
    const found = data.filter(({ place }) => place !== null).length
    await store.withTenant(caller, async (tx) => {
      for (const { id, place } of data) await keepPlace(tx, id, place)
      await append(tx, {
        action: 'question.ran',
        actor: caller.principal.id,
        subject: collection,
        request,
        detail: { questions: data.length, found },
      })
    })
    const known = data.flatMap(({ before }) => (before === undefined ? [] : [before]))
    return {
      k,
      questions: data.length,
      found,
      foundBefore: known.length === 0 ? null : known.filter((place) => place !== null && place <= k).length,
      data: data.toSorted((one, other) => badness(other) - badness(one)),
    }
  }
}

const rowsOf = ({ db }: Tx, collection: string): Promise<Row[]> =>
  db
    .selectFrom('collection_question')
    .selectAll()
    .where('collection_id', '=', collection)
    .orderBy('id')
    .execute()

/** With what is sealed in it opened. */
export function viewOf(tx: Tx, row: Row): View {
  const { id, place, asked_at: askedAt, created_at: createdAt } = row
  const dek = tx.keys.openDek(placeOf(id, 'dek'), row.dek)
  const opened = dek.open(placeOf(id, 'body_sealed'), row.body_sealed)
  return {
    id,
    ...body.parse(JSON.parse(opened.toString('utf8'))),
    last: askedAt && { place, at: askedAt.toISOString() },
    createdAt: createdAt.toISOString(),
  }
}

const keepPlace = ({ db }: Tx, id: string, place: number | null): Promise<unknown> =>
  db
    .updateTable('collection_question')
    .set({ place, asked_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute()

/** As people compare words: whatever stands between them, and how they are written. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ')

const isExpected = (hit: Hit, { document, passage }: Pick<View, 'document' | 'passage'>): boolean =>
  hit.documentId === document && (passage === null || plain(hit.text).includes(plain(passage)))

const NOWHERE = 1000

/** First what came up later than before, then what did not come up. */
function badness({ place, before }: Answered['data'][number]): number {
  const now = place ?? NOWHERE
  const lost = before === undefined ? 0 : now - (before ?? NOWHERE)
  return Math.max(lost, 0) * 10 + (place === null ? 1 : 0)
}
