import { hash } from 'node:crypto'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { KeyRing, Place, Tx } from '../../store/store.ts'
import { MARK_BYTES } from './vector-lot.ts'
import type { EmbeddingModel } from './asking.ts'

/** What passages are embedded as. */
export interface Space extends EmbeddingModel {
  /** What the model wants to stand before a passage. */
  readonly passagePrefix: string
}

/** Vectors are compared within one: another model, other dimensions or other words before a passage are another. */
export const spaceName = ({ model, dimensions, passagePrefix }: Space): string =>
  hash('sha256', JSON.stringify([model, dimensions ?? null, passagePrefix]), 'hex').slice(0, 32)

/** Equality of what was embedded, for who has the tenant's keys. */
export const markOf = (keys: KeyRing, space: string, text: string): Buffer =>
  keys.blind('document.vector', `${space}\n${text}`).subarray(0, MARK_BYTES)

const lotPlace = (row: string, column: string): Place => ({ table: 'embedding_lot', row, column })

export async function sealLot(keys: KeyRing, id: string, bytes: Uint8Array) {
  const { dek, wrapped } = keys.newDek(lotPlace(id, 'dek'))
  return { dek: wrapped, sealed: await dek.sealLarge(lotPlace(id, 'blob'), bytes) }
}

export function openLotBytes(
  keys: KeyRing,
  row: { readonly id: string; readonly dek: Buffer },
  sealed: Uint8Array,
): Promise<Buffer> {
  return keys.openDek(lotPlace(row.id, 'dek'), row.dek).openLarge(lotPlace(row.id, 'blob'), sealed)
}

/** A document without vectors of the space. */
export interface Waiting {
  readonly id: string
  readonly collection: string
  readonly segment: string
  readonly class: DataClass
  readonly passages: number
}

const AT_ONCE = 100

/** Those that come next, by segment; `after` is the last one that was looked at. */
export async function waitingAfter(
  { db }: Tx,
  space: string,
  { after, held }: { readonly after: Waiting | null; readonly held: readonly DataClass[] },
): Promise<Waiting[]> {
  const rows = await db
    .selectFrom('document')
    .leftJoin('embedded_document', 'embedded_document.document_id', 'document.id')
    .leftJoin('embedding_lot', 'embedding_lot.id', 'embedded_document.lot_id')
    .select(['document.id', 'document.collection_id', 'segment_id', 'class', 'document.passages'])
    .where((of) => of('embedding_lot.space', 'is distinct from', space))
    .$if(held.length > 0, (query) => query.where('class', 'not in', held))
    .$if(after !== null, (query) =>
      query.where(
        sql<boolean>`(document.segment_id, document.id) > (${after?.segment}::uuid, ${after?.id}::uuid)`,
      ),
    )
    .orderBy('segment_id')
    .orderBy('document.id')
    .limit(AT_ONCE)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    collection: row.collection_id,
    segment: row.segment_id,
    class: dataClass.parse(row.class),
    passages: row.passages,
  }))
}

/** A lot, and how many documents have their vectors in it. */
export interface LotRow {
  readonly id: string
  readonly collection: string
  readonly space: string
  readonly dek: Buffer
  readonly blob: string
  readonly documents: number
  readonly passages: number
  readonly live: number
}

export async function lotsOf({ db }: Tx, collection?: string): Promise<LotRow[]> {
  const rows = await db
    .selectFrom('embedding_lot')
    .select((of) => [
      'id',
      'collection_id',
      'space',
      'dek',
      'blob_key',
      'documents',
      'passages',
      of
        .selectFrom('embedded_document')
        .select(sql<number>`count(*)::int`.as('live'))
        .whereRef('embedded_document.lot_id', '=', 'embedding_lot.id')
        .as('live'),
    ])
    .$if(collection !== undefined, (query) => query.where('collection_id', '=', collection ?? ''))
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    collection: row.collection_id,
    space: row.space,
    dek: row.dek,
    blob: row.blob_key,
    documents: row.documents,
    passages: row.passages,
    live: row.live ?? 0,
  }))
}
