import { sql } from 'kysely'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Store, TenantId, Tx } from '../store/store.ts'
import type { DocumentParser } from './ingest-process.ts'
import type { LiveIndex } from './live-index.ts'
import { lockCollection } from './collections.ts'
import { deleteUnnamed, discardBlobs } from './discard-blobs.ts'
import { openSegmentBytes, sealSegment } from './sealed-rows.ts'

/** A collection with more segments than this is merged. */
const SEGMENTS_PER_COLLECTION = 8
const FEWEST = 4

interface MergingRooms {
  readonly store: Store
  readonly parser: DocumentParser
  readonly index: LiveIndex
  readonly most: MergeSize
  /** Hears what was too much for the parser's limits. */
  readonly tooMuch: (merge: MergeSize) => void
}

interface Part extends MergeSize {
  readonly id: string
  readonly dek: Buffer
  readonly blob_key: string
}

/** What goes into one merge at most. */
export interface MergeSize {
  readonly passages: number
  readonly size_bytes: number
}

/** Merged in a third of the memory that a parser has by default; larger segments stay as they are. */
export const MOST_MERGED: MergeSize = { passages: 20_000, size_bytes: 16 * 1024 * 1024 }

function sumOf(segments: readonly MergeSize[]): MergeSize {
  return {
    passages: segments.reduce((sum, segment) => sum + segment.passages, 0),
    size_bytes: segments.reduce((sum, segment) => sum + segment.size_bytes, 0),
  }
}

const fitsInto = (size: MergeSize, most: MergeSize): boolean =>
  size.passages <= most.passages && size.size_bytes <= most.size_bytes

/** Half of a merge that was too much. */
export function halfOf({ passages, size_bytes }: MergeSize): MergeSize {
  return { passages: Math.floor(passages / 2), size_bytes: Math.floor(size_bytes / 2) }
}

/** The small ones of a collection's segments; each passage is merged about log(n) times in its life. */
export function segmentsToMerge<P extends MergeSize>(segments: readonly P[], most = MOST_MERGED): P[] {
  const small = segments.filter((segment) => fitsInto(segment, halfOf(most)))
  if (small.length <= SEGMENTS_PER_COLLECTION) return []
  const chosen: P[] = []
  let sum = sumOf([])
  for (const segment of small.toSorted((a, b) => a.passages - b.passages)) {
    if (chosen.length >= FEWEST && segment.passages > 2 * sum.passages) break
    const more = sumOf([sum, segment])
    if (!fitsInto(more, most)) break
    chosen.push(segment)
    sum = more
  }
  return chosen.length > 1 ? chosen : []
}

/** What a merge starts from; null when there is nothing to merge. */
async function plan(tx: Tx, collection: string, most: MergeSize) {
  const segments: Part[] = await tx.db
    .selectFrom('index_segment')
    .select(['id', 'passages', 'size_bytes', 'dek', 'blob_key'])
    .where('collection_id', '=', collection)
    .execute()
  const parts = segmentsToMerge(segments, most)
  if (parts.length === 0) return null
  const live = await tx.db
    .selectFrom('document')
    .select(['id'])
    .where(
      'segment_id',
      'in',
      parts.map((part) => part.id),
    )
    .execute()
  return { parts, live: live.map((row) => row.id), keys: tx.keys }
}

/** Puts the merged segment in place of its parts in one transaction; false when another replica was faster. */
async function replaceParts(
  tx: Tx,
  collection: string,
  parts: readonly Part[],
  merged: { readonly id: string; readonly dek: Buffer; readonly blob: string; readonly sizeBytes: number },
): Promise<boolean> {
  await lockCollection(tx, collection)
  const ids = parts.map((part) => part.id)
  const locked = await tx.db
    .selectFrom('index_segment')
    .select('id')
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute()
  if (locked.length < ids.length) return false
  await tx.db.updateTable('document').set({ segment_id: merged.id }).where('segment_id', 'in', ids).execute()
  const counted = await tx.db
    .selectFrom('document')
    .select(sql<number>`coalesce(sum(passages), 0)::int`.as('passages'))
    .where('segment_id', '=', merged.id)
    .executeTakeFirstOrThrow()
  await tx.db.deleteFrom('index_segment').where('id', 'in', ids).execute()
  await tx.db
    .insertInto('index_segment')
    .values({
      tenant_id: tx.tenant,
      id: merged.id,
      collection_id: collection,
      dek: merged.dek,
      blob_key: merged.blob,
      size_bytes: merged.sizeBytes,
      passages: counted.passages,
    })
    .execute()
  return true
}

/** Merges small segments of a collection when it has too many. Safe beside adds, deletes and other replicas. */
export async function mergeCollection(
  rooms: MergingRooms,
  tenant: TenantId,
  collection: string,
): Promise<void> {
  const { store, parser, index } = rooms
  const planned = await store.withTenant({ tenant }, (tx) => plan(tx, collection, rooms.most))
  if (!planned) return
  const { parts, live, keys } = planned
  const segments: Buffer[] = []
  for (const part of parts)
    segments.push(await openSegmentBytes(keys, part, await store.blobs.get(tenant, part.blob_key)))
  const { segment: bytes } = await parser.run({ kind: 'merge', segments, live }).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'unreadable_document') rooms.tooMuch(sumOf(parts))
    throw error
  })
  const id = uuidV7()
  const { dek, sealed } = await sealSegment(keys, id, bytes)
  const blob = await store.blobs.put(tenant, sealed)
  const merged = { id, dek, blob, sizeBytes: sealed.length }
  const discard = (failure: unknown) => discardBlobs(store, tenant, { segment: id, blobs: [blob], failure })
  const isReplaced = await store
    .withTenant({ tenant }, (tx) => replaceParts(tx, collection, parts, merged))
    .catch(async (failure: unknown) => {
      await discard(failure)
      throw failure
    })
  if (!isReplaced) await discard(null)
  if (!isReplaced) return
  index.stale(tenant)
  await deleteUnnamed(
    store,
    tenant,
    parts.map((part) => part.blob_key),
  )
}
