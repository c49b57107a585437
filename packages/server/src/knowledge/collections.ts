import { sql } from 'kysely'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { append } from '../audit/audit.ts'
import type { Caller } from '../identity/caller.ts'
import { isSystem } from '../identity/local-operator.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Store, Tx } from '../store/store.ts'
import type { AclSeen } from './access-lists.ts'
import { membersOf, presentMembers } from './access-lists.ts'
import { deleteUnnamed } from './discard-blobs.ts'
import { requireNotHeld } from './holding.ts'
import { keysetPage } from '../kernel/keyset-page.ts'
import type { Page, PageOf } from '../kernel/keyset-page.ts'
import type { LiveIndex } from './live-index.ts'
import {
  isCollectionChangeable,
  isReadable,
  listed,
  requireChangeable,
  requireCollectionChangeable,
  seesCollection,
} from './reach.ts'
import { nameIndex, openCollectionName, sealCollection } from './sealed-rows.ts'
import type { TextCache } from './text-cache.ts'

/** What a change is recorded under. */
export interface Commit {
  /** Id of the request that asks for it. */
  readonly request?: string
}

export interface CollectionSeen {
  readonly id: string
  readonly name: string
  /** Those that the caller may read. */
  readonly documents: number
  /** What new documents get that say nothing of it; for who may change it. */
  readonly acl?: AclSeen | null
  readonly createdAt: string
}

export interface CollectionRooms {
  readonly store: Store
  readonly index: LiveIndex
  readonly texts: TextCache
  readonly clock: { readonly now: () => number }
}

/** The same words whether it never was, is gone or is another tenant's. */
export function noCollection(param = 'id'): Fault {
  return new Fault('not_found', 'There is no such collection.', { param })
}

/** Whether it is one that people write to. @throws Fault `not_found` */
export async function requireCollection(tx: Tx, caller: Caller, id: string): Promise<boolean> {
  const row = await tx.db.selectFrom('collection').select('origin').where('id', '=', id).executeTakeFirst()
  if (!row || !seesCollection(caller, id)) throw noCollection()
  return row.origin === 'user'
}

/**
 * As `requireCollection`, for changing what it holds.
 * @throws Fault `not_found`, or `not_allowed` for the product's own guide
 */
export async function requireWritable(tx: Tx, caller: Caller, id: string): Promise<void> {
  const row = await tx.db.selectFrom('collection').select('origin').where('id', '=', id).executeTakeFirst()
  if (!row || !seesCollection(caller, id)) throw noCollection()
  requireCollectionChangeable(caller, id)
  if (row.origin === 'guide' && !isSystem(caller)) throw guideIsKept()
}

function guideIsKept(): Fault {
  return new Fault(
    'not_allowed',
    'This collection is the Freehold guide, which the program keeps itself. Create a collection of your own for your documents.',
  )
}

/**
 * Changes to the documents and segments of one collection commit one after another. Each takes this lock first:
 * they touch rows in different orders, and would otherwise wait for each other until the database ends one.
 * @throws Fault `not_found`
 */
export async function lockCollection(tx: Tx, id: string): Promise<void> {
  const row = await tx.db
    .selectFrom('collection')
    .select('id')
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!row) throw noCollection()
}

/** @throws Fault `conflict` when the name is taken. */
export async function createCollection(
  rooms: CollectionRooms,
  caller: Caller,
  name: string,
  commit: Commit,
): Promise<CollectionSeen> {
  const id = uuidV7(rooms.clock.now())
  const created = await rooms.store.withTenant(caller, (tx) =>
    insertCollection(tx, caller, { id, name, origin: 'user' }, commit),
  )
  if (!created) throw new Fault('conflict', 'A collection of this name exists already.', { param: 'name' })
  return { id, name, documents: 0, acl: null, createdAt: created.toISOString() }
}

/** When it was created; null when the name is taken, or the tenant has a guide already. */
async function insertCollection(
  tx: Tx,
  caller: Caller,
  { id, name, origin }: { readonly id: string; readonly name: string; readonly origin: 'user' | 'guide' },
  commit: Commit,
): Promise<Date | null> {
  const row = await tx.db
    .insertInto('collection')
    .values({
      tenant_id: tx.tenant,
      id,
      origin,
      creator: caller.principal.id,
      ...sealCollection(tx.keys, id, name),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('created_at')
    .executeTakeFirst()
  if (!row) return null
  await append(tx, {
    action: 'collection.created',
    actor: caller.principal.id,
    subject: id,
    ...commit,
    detail: {},
  })
  return row.created_at
}

/** Names that the guide tries in turn: somebody may have a collection of the same name. */
const GUIDE_NAMES = ['Freehold guide', 'Freehold guide (built-in)'] as const

/** Id of the collection that holds the product's guide. Created on first use; replicas that start together share one. */
export async function guideCollection(rooms: CollectionRooms, caller: Caller): Promise<string> {
  const known = () =>
    rooms.store.withTenant(caller, (tx) =>
      tx.db.selectFrom('collection').select('id').where('origin', '=', 'guide').executeTakeFirst(),
    )
  const id = uuidV7(rooms.clock.now())
  for (const name of [...GUIDE_NAMES, `Freehold guide ${id}`]) {
    const found = await known()
    if (found) return found.id
    const created = await rooms.store.withTenant(caller, (tx) =>
      insertCollection(tx, caller, { id, name, origin: 'guide' }, {}),
    )
    if (created) return id
  }
  const found = await known()
  if (!found) throw new Error('the collection of the guide could not be created')
  return found.id
}

/** A list of nothing is no SQL. */
const NO_COLLECTION = '00000000-0000-0000-0000-000000000000'

/** Oldest first. */
export function listCollections(
  rooms: CollectionRooms,
  caller: Caller,
  page: Page,
): Promise<PageOf<CollectionSeen>> {
  return rooms.store.withTenant(caller, async (tx) => {
    let query = tx.db
      .selectFrom('collection')
      .select((of) => [
        'id',
        'dek',
        'name_sealed',
        'created_at',
        'origin',
        'acl_set',
        of
          .selectFrom('document')
          .select(sql<number>`count(*)::int`.as('count'))
          .whereRef('document.collection_id', '=', 'collection.id')
          .where(isReadable(caller))
          .as('documents'),
      ])
      .orderBy('id')
      .limit(page.limit + 1)
    if (page.after !== undefined) query = query.where('id', '>', page.after)
    const { except = [], only } = listed(caller) ?? {}
    if (except.length > 0) query = query.where('id', 'not in', except)
    if (only !== undefined) query = query.where('id', 'in', [NO_COLLECTION, ...only])
    const rows = await query.execute()
    const members = await membersOf(
      tx,
      rows.map((row) => row.acl_set),
    )
    return keysetPage(rows, page.limit, (row) => ({
      id: row.id,
      name: openCollectionName(tx.keys, row),
      documents: row.documents ?? 0,
      ...(row.origin === 'user' &&
        isCollectionChangeable(caller, row.id) && { acl: presentMembers(members(row.acl_set)) }),
      createdAt: row.created_at.toISOString(),
    }))
  })
}

/** Id of the collection of that name, or null. */
export async function findCollection(
  rooms: CollectionRooms,
  caller: Caller,
  name: string,
): Promise<string | null> {
  return rooms.store.withTenant(caller, async (tx) => {
    const row = await tx.db
      .selectFrom('collection')
      .select('id')
      .where('name_index', '=', nameIndex(tx.keys, name))
      .executeTakeFirst()
    return row && seesCollection(caller, row.id) ? row.id : null
  })
}

/** @throws Fault `not_found`, `not_allowed`, `conflict` when the name is taken */
export async function renameCollection(
  rooms: CollectionRooms,
  caller: Caller,
  id: string,
  { name, commit }: { readonly name: string; readonly commit: Commit },
): Promise<{ readonly id: string; readonly name: string }> {
  return rooms.store.withTenant(caller, async (tx) => {
    await requireWritable(tx, caller, id)
    await lockCollection(tx, id)
    const taken = await tx.db
      .selectFrom('collection')
      .select('id')
      .where('name_index', '=', nameIndex(tx.keys, name))
      .where('id', '!=', id)
      .executeTakeFirst()
    if (taken) throw new Fault('conflict', 'A collection of this name exists already.', { param: 'name' })
    await tx.db
      .updateTable('collection')
      .set(sealCollection(tx.keys, id, name))
      .where('id', '=', id)
      .execute()
    await append(tx, {
      action: 'collection.renamed',
      actor: caller.principal.id,
      subject: id,
      ...commit,
      detail: {},
    })
    return { id, name }
  })
}

/** With all its documents. Who may not read all of them may not delete them either. */
export async function deleteCollection(
  rooms: CollectionRooms,
  caller: Caller,
  id: string,
  commit: Commit,
): Promise<void> {
  const gone = await rooms.store.withTenant(caller, async (tx) => {
    const locked = await tx.db
      .selectFrom('collection')
      .select('origin')
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!locked || !seesCollection(caller, id)) throw noCollection()
    requireCollectionChangeable(caller, id)
    if (locked.origin === 'guide' && !isSystem(caller)) throw guideIsKept()
    const documents = await tx.db
      .selectFrom('document')
      .select((row) => [
        'id',
        'class',
        'blob_key',
        'creator',
        'created_at',
        isReadable(caller)(row).as('isReadable'),
      ])
      .where('collection_id', '=', id)
      .execute()
    await requireNotHeld(tx, id, documents)
    if (documents.some((document) => !document.isReadable)) throw aboveCeiling(caller.classCeiling)
    for (const document of documents) requireChangeable(caller, id, document)
    const segments = await tx.db
      .selectFrom('index_segment')
      .select('blob_key')
      .where('collection_id', '=', id)
      .execute()
    const vectors = await tx.db
      .deleteFrom('embedding_lot')
      .where('collection_id', '=', id)
      .returning('blob_key')
      .execute()
    await tx.db.deleteFrom('document').where('collection_id', '=', id).execute()
    await tx.db.deleteFrom('index_segment').where('collection_id', '=', id).execute()
    await tx.db.deleteFrom('collection').where('id', '=', id).execute()
    await append(tx, {
      action: 'collection.deleted',
      actor: caller.principal.id,
      subject: id,
      ...commit,
      detail: { documents: documents.length },
    })
    return {
      rows: documents.map((row) => row.id),
      blobs: [...documents, ...segments, ...vectors].map((row) => row.blob_key),
    }
  })
  await rooms.index.committed(caller.tenant, null, gone.rows)
  for (const row of gone.rows) rooms.texts.drop(row)
  await deleteUnnamed(rooms.store, caller.tenant, gone.blobs)
}

function aboveCeiling(ceiling: DataClass): Fault {
  return new Fault(
    'above_ceiling',
    `Your class ceiling (${ceiling}), a policy or an access list does not allow deleting this collection. Ask somebody whom they allow it.`,
  )
}
