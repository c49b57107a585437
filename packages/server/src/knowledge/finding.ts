import type { HitExplanation } from '@freehold/contract/knowledge.ts'
import type { Caller } from '../identity/caller.ts'
import type { CollectionRooms } from './collections.ts'
import { noCollection } from './collections.ts'
import type { CrossEncoder } from './cross-encoder.ts'
import type { Embeddings, Question } from './embeddings/embeddings.ts'
import { openPassages } from './opening.ts'
import { isReadable, mayFind, seesCollection } from './reach.ts'
import type { Visible } from './retrieval.ts'
import type { QuotableDocument } from './text-cache.ts'

/** A passage that fits, with the document it stands in. */
export interface FoundPassage {
  readonly document: QuotableDocument
  readonly start: number
  readonly end: number
  readonly score: number
  readonly coverage: number
  /** Where it was asked for. */
  readonly explanation?: HitExplanation
}

export interface Found {
  readonly passages: readonly FoundPassage[]
  /** How much each term of the query tells, among what the caller may see. */
  readonly weights: ReadonlyMap<string, number>
}

export interface Query {
  readonly text: string
  readonly limit: number
  readonly explain?: boolean
  /** Undefined: every collection of the caller. */
  readonly collections?: readonly string[] | undefined
  /** The field that named the collections, for a refusal. */
  readonly param?: string
}

/** What models behind the gateway may add to a search. */
export interface SearchModels {
  readonly embeddings: Pick<Embeddings, 'question'>
  readonly crossEncoder: Pick<CrossEncoder, 'wanted' | 'sorted'>
}

async function requireCollections(rooms: CollectionRooms, caller: Caller, query: Query): Promise<void> {
  const { collections } = query
  if (!collections || collections.length === 0) return
  const rows = await rooms.store.withTenant(caller, (tx) =>
    tx.db.selectFrom('collection').select('id').where('id', 'in', collections).execute(),
  )
  const known = new Set(rows.map((row) => row.id))
  if (collections.some((id) => !known.has(id) || !seesCollection(caller, id))) throw noCollection(query.param)
}

/** Passages that fit a query, best first, out of what the caller may see. @throws Fault `not_found` for a collection */
export async function find(
  rooms: CollectionRooms & SearchModels,
  caller: Caller,
  query: Query,
): Promise<Found> {
  await requireCollections(rooms, caller, query)
  const { text, limit, explain = false } = query
  const [sets, question] = await Promise.all([
    rooms.index.readableBy(caller),
    rooms.embeddings.question(caller, text),
  ])
  const visible: Visible = {
    tenant: caller.tenant,
    ceiling: caller.classCeiling,
    sets,
    ...mayFind(caller),
    ...(query.collections && { collections: query.collections }),
  }
  const { crossEncoder } = rooms
  const asked = { text, explain, limit: Math.max(limit, crossEncoder.wanted) }
  const { hits, weights, byVectors } = await rooms.index.search(
    { ...asked, ...(question.vector && { asked: question.vector }) },
    visible,
  )
  const documents = await openPassages((work) => rooms.store.withTenant(caller, work), rooms.texts, hits)
  const passages = hits.flatMap((hit) => {
    const document = documents.get(hit.document)
    return document ? [withQuestion({ ...hit, document }, question, byVectors)] : []
  })
  const sorted = await crossEncoder.sorted(caller, text, passages)
  return { passages: sorted.slice(0, limit), weights }
}

/** Tells of embeddings where some are configured and somebody asked. */
function withQuestion(passage: FoundPassage, { model, fault }: Question, used: boolean): FoundPassage {
  const { explanation } = passage
  if (!explanation || model === null) return passage
  return { ...passage, explanation: { ...explanation, embeddings: { model, used, fault } } }
}

/** Whether the caller may read any document outside the given collection. */
export async function hasDocuments(
  rooms: CollectionRooms,
  caller: Caller,
  besides: string | null,
): Promise<boolean> {
  const row = await rooms.store.withTenant(caller, (tx) => {
    let query = tx.db.selectFrom('document').select('id').where(isReadable(caller)).limit(1)
    if (besides !== null) query = query.where('collection_id', '!=', besides)
    return query.executeTakeFirst()
  })
  return row !== undefined
}
