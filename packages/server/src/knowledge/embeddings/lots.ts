import { sql } from 'kysely'
import type { Insertable } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { KeyRing, Store, TenantId, Tx } from '../../store/store.ts'
import type { Tables } from '../../store/tables.ts'
import { lockCollection } from '../collections.ts'
import { deleteUnnamed } from '../discard-blobs.ts'
import { sealLot } from './embedding-rows.ts'
import type { LotDocument } from './vector-lot.ts'
import { noVector, writeLot } from './vector-lot.ts'

interface LotRooms {
  readonly store: Store
  readonly tenant: TenantId
}

interface NewLot {
  readonly collection: string
  readonly space: string
  readonly documents: readonly LotDocument[]
  /** Kept for the rest of its document, which counts as without vectors until then. */
  readonly isSpare: boolean
  /** Lots whose place it takes, in the same step. */
  readonly instead?: readonly string[]
}

/** Seals and stores vectors; false when there is nobody any more whose vectors they are. */
export async function storeLot({ store, tenant }: LotRooms, keys: KeyRing, lot: NewLot): Promise<boolean> {
  const id = uuidV7()
  const dimensions =
    lot.documents.flatMap(({ passages }) => passages).find(({ scale }) => scale !== 0)?.values.length ?? 1
  // A passage without a vector takes as many bytes as the others.
  const documents = lot.documents.map(({ id: document, passages }) => ({
    id: document,
    passages: passages.map((one) => (one.values.length === dimensions ? one : noVector(dimensions))),
  }))
  const { dek, sealed } = await sealLot(keys, id, writeLot(dimensions, documents))
  const blob = await store.blobs.put(tenant, sealed)
  const vectors = documents.flatMap(({ passages }) => passages)
  const row = {
    tenant_id: tenant,
    id,
    collection_id: lot.collection,
    space: lot.space,
    dek,
    blob_key: blob,
    size_bytes: sealed.length,
    documents: documents.length,
    passages: vectors.length,
    withheld: vectors.filter(({ scale }) => scale === 0).length,
  }
  try {
    const replaced = await store.withTenant({ tenant }, (tx) => put(tx, lot, row))
    await deleteUnnamed(store, tenant, replaced ?? [blob])
    return replaced !== null
  } catch (failure) {
    const code = failure instanceof Fault ? failure.code : 'bug'
    // A commit that was not answered may have been made: whether to delete is then for the sweeper to say.
    if (code !== 'unavailable') await deleteUnnamed(store, tenant, [blob])
    if (code === 'not_found') return false
    throw failure
  }
}

/** Objects of the lots whose place it took; null when it is not needed. */
async function put(tx: Tx, lot: NewLot, row: Insertable<Tables['embedding_lot']>): Promise<string[] | null> {
  const { db } = tx
  const { instead = [] } = lot
  await lockCollection(tx, lot.collection)
  await db.insertInto('embedding_lot').values(row).execute()
  if (!lot.isSpare) {
    const ids = lot.documents.map(({ id }) => id)
    const { numInsertedOrUpdatedRows: named } = await db
      .insertInto('embedded_document')
      .columns(['tenant_id', 'document_id', 'lot_id'])
      .expression((of) =>
        of
          .selectFrom('document')
          .select(['tenant_id', 'document.id', sql<string>`${row.id}::uuid`.as('lot_id')])
          .where('document.id', '=', sql<string>`any(${ids}::uuid[])`),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'document_id'])
          .doUpdateSet((of) => ({ lot_id: of.ref('excluded.lot_id') })),
      )
      .executeTakeFirstOrThrow()
    if (named === 0n) {
      await db.deleteFrom('embedding_lot').where('id', '=', row.id).execute()
      return null
    }
  }
  return deleteLots(tx, instead)
}

/** Returns their objects. */
export async function deleteLots({ db }: Tx, lots: readonly string[]): Promise<string[]> {
  if (lots.length === 0) return []
  const gone = await db.deleteFrom('embedding_lot').where('id', 'in', lots).returning('blob_key').execute()
  return gone.map((row) => row.blob_key)
}
