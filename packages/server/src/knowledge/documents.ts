import type { DataClass } from '@freehold/contract/data-class.ts'
import { dataClass } from '@freehold/contract/data-class.ts'
import { append } from '../audit/audit.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import type { Tx } from '../store/store.ts'
import { membersOf, presentMembers } from './access-lists.ts'
import type { DocumentSeen } from './adding.ts'
import { touchSegments } from './adding.ts'
import type { CollectionRooms, Commit } from './collections.ts'
import { lockCollection, requireCollection, requireWritable } from './collections.ts'
import { deleteUnnamed } from './discard-blobs.ts'
import { requireNotHeld } from './holding.ts'
import type { Page, PageOf } from '../kernel/keyset-page.ts'
import { keysetPage } from '../kernel/keyset-page.ts'
import { openWhole } from './opening.ts'
import type { PageStart, Section } from './outline.ts'
import { sectionsOf } from './outline.ts'
import { isChangeable, isReadable, requireChangeable } from './reach.ts'
import { externalIndex, openMeta } from './sealed-rows.ts'

/** Which document a caller means: its id, and the collection where the id alone does not tell. */
export interface DocumentName {
  readonly id: string
  readonly collection?: string | undefined
}

export interface TextSeen {
  readonly id: string
  readonly collectionId: string
  readonly title: string
  readonly class: DataClass
  readonly text: string
  /** The tree of its headings; empty where there are none, or none were kept. */
  readonly sections: Section[]
  /** Where its pages or slides begin. */
  readonly pages: PageStart[]
}

/** Oldest first. */
export function listDocuments(
  rooms: CollectionRooms,
  caller: Caller,
  collection: string,
  page: Page,
): Promise<PageOf<DocumentSeen>> {
  return rooms.store.withTenant(caller, async (tx) => {
    const isOwn = await requireCollection(tx, caller, collection)
    let query = tx.db
      .selectFrom('document')
      .select([
        'id',
        'dek',
        'meta_sealed',
        'class',
        'size_bytes',
        'text_length',
        'passages',
        'created_at',
        'acl_set',
      ])
      .where('collection_id', '=', collection)
      .where(isReadable(caller))
      .orderBy('id')
      .limit(page.limit + 1)
    if (page.after !== undefined) query = query.where('id', '>', page.after)
    const rows = await query.execute()
    const members = await membersOf(
      tx,
      rows.map((row) => row.acl_set),
    )
    return keysetPage(rows, page.limit, (row) => {
      const meta = openMeta(tx.keys, row)
      return {
        id: meta.externalId ?? row.id,
        collectionId: collection,
        title: meta.title,
        class: dataClass.parse(row.class),
        mediaType: meta.mediaType,
        sizeBytes: row.size_bytes,
        textLength: row.text_length,
        passages: row.passages,
        createdAt: row.created_at.toISOString(),
        ...(isOwn &&
          isChangeable(caller, collection, row.class) && { acl: presentMembers(members(row.acl_set)) }),
      }
    })
  })
}

/** The same words whether it never was, is gone, is somebody else's or another tenant's. */
export const noDocument = (): Fault => new Fault('not_found', 'There is no such document.', { param: 'id' })

/** The one row that the caller means. @throws Fault `not_found`, or `conflict` when several collections have the id. */
export async function rowOf(
  tx: Tx,
  caller: Caller,
  name: DocumentName,
): Promise<{ readonly id: string; readonly collection_id: string; readonly class: string }> {
  let query = tx.db
    .selectFrom('document')
    .select(['id', 'collection_id', 'class'])
    .where('external_index', '=', externalIndex(tx.keys, name.id))
    .where(isReadable(caller))
    .limit(2)
  if (name.collection !== undefined) query = query.where('collection_id', '=', name.collection)
  const [row, another] = await query.execute()
  if (!row) throw noDocument()
  if (another)
    throw new Fault(
      'conflict',
      'Several collections hold a document of this id. Say which: ?collection=ID.',
      {
        param: 'collection',
      },
    )
  return row
}

/** @throws Fault `not_found`, `conflict` */
export async function documentText(
  rooms: CollectionRooms,
  caller: Caller,
  name: DocumentName,
): Promise<TextSeen> {
  const whole = await rooms.store.withTenant(caller, async (tx) => {
    const { id } = await rowOf(tx, caller, name)
    return openWhole(tx, id)
  })
  if (!whole) throw noDocument()
  const { id, collectionId, title, outline } = whole.document
  const sections = sectionsOf(outline, whole.text.length)
  const pages = outline?.pages ?? []
  return { id, collectionId, title, class: whole.document.class, text: whole.text, sections, pages }
}

/** @throws Fault `not_found`, `conflict` */
export async function deleteDocument(
  rooms: CollectionRooms,
  caller: Caller,
  name: DocumentName,
  commit: Commit,
): Promise<void> {
  const gone = await rooms.store.withTenant(caller, async (tx) => {
    const { id, collection_id, class: reached } = await rowOf(tx, caller, name)
    await requireWritable(tx, caller, collection_id)
    requireChangeable(caller, collection_id, { class: reached })
    await lockCollection(tx, collection_id)
    const row = await tx.db
      .deleteFrom('document')
      .where('id', '=', id)
      .where(isReadable(caller))
      .returning(['blob_key', 'segment_id', 'creator', 'created_at'])
      .executeTakeFirst()
    if (!row) throw noDocument()
    await requireNotHeld(tx, collection_id, [row])
    const unused = await touchSegments(tx, [row.segment_id])
    await append(tx, {
      action: 'document.deleted',
      actor: caller.principal.id,
      subject: id,
      ...commit,
      detail: {},
    })
    return { row: id, blobs: [...unused, ...(row.blob_key === null ? [] : [row.blob_key])] }
  })
  await rooms.index.committed(caller.tenant, null, [gone.row])
  rooms.texts.drop(gone.row)
  await deleteUnnamed(rooms.store, caller.tenant, gone.blobs)
}
