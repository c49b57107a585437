import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { highestClass, isWithin } from '@freehold/contract/data-class.ts'
import { append } from '../audit/audit.ts'
import type { Caller } from '../identity/caller.ts'
import { requireWithinQuota } from '../identity/tenants/quotas.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { KeyRing, Tx } from '../store/store.ts'
import type { AclSeen, Members } from './access-lists.ts'
import { membersOf, presentMembers } from './access-lists.ts'
import type { CollectionRooms, Commit } from './collections.ts'
import { lockCollection } from './collections.ts'
import { deleteUnnamed, discardBlobs } from './discard-blobs.ts'
import { isReadable, requireChangeable } from './reach.ts'
import { readersOf } from './new-readers.ts'
import type { DocumentMeta, SealedDocument } from './sealed-rows.ts'
import { externalIndex, sealDocument, sealSegment } from './sealed-rows.ts'
import { requireNotHeld } from './holding.ts'

/** A document as it was read, before it is sealed. */
export interface ReadDocument {
  readonly row: string
  readonly meta: DocumentMeta
  readonly text: string
  readonly file: Uint8Array | null
  readonly class: DataClass
  readonly sizeBytes: number
  readonly passages: number
  /** Undefined: that of the document it replaces, else the collection's. */
  readonly readers?: Members | undefined
  /** What of it could not be read. */
  readonly warning?: string | null
}

export interface DocumentSeen {
  readonly id: string
  readonly collectionId: string
  readonly title: string
  readonly class: DataClass
  readonly mediaType: string
  readonly sizeBytes: number
  readonly textLength: number
  readonly passages: number
  readonly createdAt: string
  /** Who reads it; for who may change it. */
  readonly acl?: AclSeen | null
  /** What of it could not be read; only in the answer to adding it. */
  readonly warning?: string
}

interface Batch {
  readonly collection: string
  readonly documents: readonly ReadDocument[]
  readonly segment: Uint8Array
}

/** Rows of one INSERT: 16 columns each stay far below the protocol's 65,535 parameters. */
const ROWS = 200
/** Documents sealed between two turns of the event loop. */
const SEALED_AT_ONCE = 16
/** Files on their way to the disk: each waits for it. */
const WRITTEN_AT_ONCE = 8

interface Ready {
  readonly row: string
  readonly index: Buffer
  readonly sealed: SealedDocument
  readonly blob: string | null
  readonly document: ReadDocument
}

/** @throws Fault `above_ceiling` */
export function requireCeiling(caller: Caller, dataClass: DataClass, param: string): void {
  if (!isWithin(dataClass, caller.classCeiling))
    throw new Fault(
      'above_ceiling',
      `You may add documents up to class ${caller.classCeiling}; this one is ${dataClass}.`,
      { param },
    )
}

/** Seals documents and writes their files, whose keys are noted in `written` as soon as they exist. */
async function sealed(
  rooms: CollectionRooms,
  keys: KeyRing,
  documents: readonly ReadDocument[],
  written: string[],
): Promise<Ready[]> {
  const ready: Ready[] = []
  const waiting = documents.entries()
  const work = async (): Promise<void> => {
    for (const [at, document] of waiting) {
      if (at % SEALED_AT_ONCE === SEALED_AT_ONCE - 1) await setImmediate()
      const parts = await sealDocument(keys, document.row, document)
      const blob = parts.file && (await rooms.store.blobs.put(keys.tenant, parts.file))
      if (blob !== null) written.push(blob)
      const index = externalIndex(keys, document.meta.externalId ?? document.row)
      ready[at] = { row: document.row, index, sealed: parts, blob, document }
    }
  }
  // All come to their end before the first failure is told: what is written later would be nobody's.
  const ended = await Promise.allSettled(Array.from({ length: WRITTEN_AT_ONCE }, work))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  return ready
}

interface Replaced {
  readonly rows: readonly string[]
  /** Sets of readers that they had, by their `external_index` in hex. */
  readonly acl: ReadonlyMap<string, number | null>
  readonly blobs: readonly string[]
}

/** Marks segments as changed for other replicas; one that no document needs any more goes. */
export async function touchSegments(tx: Tx, segments: readonly string[]): Promise<readonly string[]> {
  if (segments.length === 0) return []
  const unused = await tx.db
    .deleteFrom('index_segment')
    .where('id', 'in', segments)
    .where((of) =>
      of.not(
        of.exists(
          of
            .selectFrom('document')
            .select('document.id')
            .whereRef('document.segment_id', '=', 'index_segment.id'),
        ),
      ),
    )
    .returning('blob_key')
    .execute()
  await tx.db
    .updateTable('index_segment')
    .set({ sequence: sql`default` })
    .where('id', 'in', segments)
    .execute()
  return unused.map((row) => row.blob_key)
}

/** Takes away the documents that the new ones replace. */
async function replace(
  tx: Tx,
  caller: Caller,
  collection: string,
  ready: readonly Ready[],
): Promise<Replaced> {
  const rows: string[] = []
  const acl = new Map<string, number | null>()
  const blobs: string[] = []
  const segments = new Set<string>()
  for (let at = 0; at < ready.length; at += ROWS) {
    const found = await tx.db
      .deleteFrom('document')
      .where('collection_id', '=', collection)
      .where(
        'external_index',
        'in',
        ready.slice(at, at + ROWS).map((item) => item.index),
      )
      .returning((row) => [
        'id',
        'external_index',
        'class',
        'acl_set',
        'blob_key',
        'segment_id',
        'creator',
        'created_at',
        isReadable(caller)(row).as('isReadable'),
      ])
      .execute()
    if (found.length > 0) await requireNotHeld(tx, collection, found)
    if (found.some((row) => !row.isReadable))
      throw new Fault(
        'conflict',
        'An id of these documents cannot be used in this collection. Use another one.',
      )
    for (const row of found) {
      requireChangeable(caller, collection, row)
      rows.push(row.id)
      acl.set(row.external_index.toString('hex'), row.acl_set)
      segments.add(row.segment_id)
      if (row.blob_key !== null) blobs.push(row.blob_key)
    }
  }
  return { rows, acl, blobs: [...blobs, ...(await touchSegments(tx, [...segments]))] }
}

interface Destination {
  readonly collection: string
  readonly segment: string
  readonly creator: string
  readonly source: string | null
  readonly sets: ReadonlyMap<string, number | null>
}

async function insertDocuments(tx: Tx, to: Destination, ready: readonly Ready[]) {
  const created = new Map<string, Date>()
  for (let at = 0; at < ready.length; at += ROWS) {
    const values = ready.slice(at, at + ROWS).map(({ row, index, sealed: parts, blob, document }) => ({
      tenant_id: tx.tenant,
      id: row,
      collection_id: to.collection,
      external_index: index,
      dek: parts.dek,
      meta_sealed: parts.meta_sealed,
      text_sealed: parts.text_sealed,
      blob_key: blob,
      class: document.class,
      size_bytes: document.sizeBytes,
      text_length: document.text.length,
      passages: document.passages,
      segment_id: to.segment,
      acl_set: to.sets.get(row) ?? null,
      creator: to.creator,
      source_id: to.source,
    }))
    const rows = await tx.db.insertInto('document').values(values).returning(['id', 'created_at']).execute()
    for (const row of rows) created.set(row.id, row.created_at)
  }
  return created
}

function recordAdded(tx: Tx, caller: Caller, batch: Batch, commit: Commit): Promise<void> {
  const { documents } = batch
  return append(tx, {
    action: 'documents.added',
    actor: caller.principal.id,
    subject: batch.collection,
    ...commit,
    detail: {
      documents: documents.length,
      passages: documents.reduce((sum, document) => sum + document.passages, 0),
      sizeBytes: documents.reduce((sum, document) => sum + document.sizeBytes, 0),
      class: documents.reduce<DataClass>((top, document) => highestClass(top, document.class), 'public'),
    },
  })
}

/** The commit itself: old versions out, rows, segment and audit in, in one transaction. */
function commitBatch(
  rooms: CollectionRooms,
  by: { readonly caller: Caller; readonly commit: Commit },
  batch: Batch,
  parts: { ready: readonly Ready[]; segment: { id: string; dek: Buffer; blob: string; sizeBytes: number } },
) {
  const { caller, commit } = by
  const { ready, segment } = parts
  return rooms.store.withTenant(caller, async (tx) => {
    await lockCollection(tx, batch.collection)
    const replaced = await replace(tx, caller, batch.collection, ready)
    const { sequence } = await tx.db
      .insertInto('index_segment')
      .values({
        tenant_id: tx.tenant,
        id: segment.id,
        collection_id: batch.collection,
        dek: segment.dek,
        blob_key: segment.blob,
        size_bytes: segment.sizeBytes,
        passages: batch.documents.reduce((sum, document) => sum + document.passages, 0),
      })
      .returning('sequence')
      .executeTakeFirstOrThrow()
    const sets = await readersOf(
      tx,
      by,
      batch.collection,
      ready.map(({ row, index, document: { readers } }) => ({
        row,
        readers,
        before: replaced.acl.get(index.toString('hex')),
      })),
    )
    const { principal, source = null } = caller
    const to = {
      collection: batch.collection,
      segment: segment.id,
      creator: principal.id,
      source,
      sets,
    }
    const created = await insertDocuments(tx, to, ready)
    await requireWithinQuota(tx, 'storageBytes', caller.bounds)
    await recordAdded(tx, caller, batch, commit)
    return { replaced, sequence, created, sets, members: await membersOf(tx, [...sets.values()]) }
  })
}

/** Seals and stores a batch; when it returns, the documents are durable and the next search finds them. */
export async function storeBatch(
  rooms: CollectionRooms,
  by: { readonly caller: Caller; readonly commit: Commit; readonly keys: KeyRing },
  batch: Batch,
): Promise<DocumentSeen[]> {
  const { tenant } = by.caller
  const id = uuidV7(rooms.clock.now())
  const blobs: string[] = []
  const write = async () => {
    const ready = await sealed(rooms, by.keys, batch.documents, blobs)
    const { dek, sealed: sealedSegment } = await sealSegment(by.keys, id, batch.segment)
    const blob = await rooms.store.blobs.put(tenant, sealedSegment)
    blobs.push(blob)
    const segment = { id, dek, blob, sizeBytes: sealedSegment.length }
    return commitBatch(rooms, by, batch, { ready, segment })
  }
  const { replaced, sequence, created, sets, members } = await write().catch(async (failure: unknown) => {
    await discardBlobs(rooms.store, tenant, { segment: id, blobs, failure })
    throw failure
  })
  const acl = new Map([...sets].flatMap(([row, set]) => (set === null ? [] : [[row, set] as const])))
  await rooms.index.committed(
    tenant,
    { id, sequence, collection: batch.collection, bytes: batch.segment, acl },
    replaced.rows,
  )
  for (const row of replaced.rows) rooms.texts.drop(row)
  await deleteUnnamed(rooms.store, tenant, replaced.blobs)
  return batch.documents.map((document) => ({
    id: document.meta.externalId ?? document.row,
    collectionId: batch.collection,
    title: document.meta.title,
    class: document.class,
    mediaType: document.meta.mediaType,
    sizeBytes: document.sizeBytes,
    textLength: document.text.length,
    passages: document.passages,
    createdAt: (created.get(document.row) ?? new Date(rooms.clock.now())).toISOString(),
    acl: presentMembers(members(sets.get(document.row) ?? null)),
    ...(document.warning && { warning: document.warning }),
  }))
}
