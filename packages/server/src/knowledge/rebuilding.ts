import { dataClass } from '@freehold/contract/data-class.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Store, TenantId, Tx } from '../store/store.ts'
import { touchSegments } from './adding.ts'
import { lockCollection } from './collections.ts'
import { deleteUnnamed, discardBlobs } from './discard-blobs.ts'
import type { DocumentParser } from './ingest-process.ts'
import type { IndexedText } from './ingest.ts'
import { openWhole } from './opening.ts'
import { sealSegment } from './sealed-rows.ts'

interface RebuildingRooms {
  readonly store: Store
  readonly parser: DocumentParser
}

/** Characters and documents that are read anew in one go. */
const CHARACTERS = 4_000_000
const DOCUMENTS = 500

/** Whether the bytes are lost for good. Other errors of the system pass, and then the segment is read again. */
export function isLost(error: unknown): boolean {
  return !(error instanceof Error && 'code' in error && error.code !== 'ENOENT')
}

/** The next documents of the segment; none when all were moved, deleted or taken by another replica. */
async function nextDocuments(tx: Tx, segment: string) {
  const rows = await tx.db
    .selectFrom('document')
    .select(['id', 'collection_id', 'class', 'text_length'])
    .where('segment_id', '=', segment)
    .orderBy('id')
    .limit(DOCUMENTS)
    .execute()
  const documents: IndexedText[] = []
  let characters = 0
  for (const row of rows) {
    characters += row.text_length
    if (documents.length > 0 && characters > CHARACTERS) break
    const whole = await openWhole(tx, row.id)
    if (!whole) continue
    const { title, outline } = whole.document
    documents.push({ id: row.id, title, text: whole.text, class: dataClass.parse(row.class), outline })
  }
  return { collection: rows[0]?.collection_id ?? null, documents, keys: tx.keys }
}

/**
 * Analyses the documents of a lost segment again, from their stored texts, into new segments. Safe beside adds, deletes and other replicas.
 */
export async function rebuildSegment(rooms: RebuildingRooms, tenant: TenantId, lost: string): Promise<void> {
  const { store, parser } = rooms
  for (;;) {
    const { collection, documents, keys } = await store.withTenant({ tenant }, (tx) =>
      nextDocuments(tx, lost),
    )
    if (collection === null || documents.length === 0) return
    const { segment: bytes, passages } = await parser.run({ kind: 'texts', collection, documents })
    const id = uuidV7()
    const { dek, sealed } = await sealSegment(keys, id, bytes)
    const blob = await store.blobs.put(tenant, sealed)
    const moved = { id, dek, blob, sizeBytes: sealed.length, passages: passages.reduce((a, b) => a + b, 0) }
    const rows = documents.map((document) => document.id)
    const discard = (failure: unknown) => discardBlobs(store, tenant, { segment: id, blobs: [blob], failure })
    const unused = await store
      .withTenant({ tenant }, (tx) => move(tx, { collection, lost, rows }, moved))
      .catch(async (failure: unknown) => {
        await discard(failure)
        throw failure
      })
    if (unused === null) await discard(null)
    else await deleteUnnamed(store, tenant, unused)
  }
}

/** Moves documents to their new segment in one transaction; null when none of them is in the lost one any more. */
async function move(
  tx: Tx,
  from: { readonly collection: string; readonly lost: string; readonly rows: readonly string[] },
  to: { id: string; dek: Buffer; blob: string; sizeBytes: number; passages: number },
): Promise<readonly string[] | null> {
  await lockCollection(tx, from.collection)
  const moved = await tx.db
    .updateTable('document')
    .set({ segment_id: to.id })
    .where('segment_id', '=', from.lost)
    .where('id', 'in', from.rows)
    .returning('id')
    .execute()
  if (moved.length === 0) return null
  await tx.db
    .insertInto('index_segment')
    .values({
      tenant_id: tx.tenant,
      id: to.id,
      collection_id: from.collection,
      dek: to.dek,
      blob_key: to.blob,
      size_bytes: to.sizeBytes,
      passages: to.passages,
    })
    .execute()
  return touchSegments(tx, [from.lost])
}
