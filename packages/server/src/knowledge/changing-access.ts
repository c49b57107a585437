import type { DocumentAcl } from '@freehold/contract/knowledge.ts'
import { append } from '../audit/audit.ts'
import type { Caller } from '../identity/caller.ts'
import type { Tx } from '../store/store.ts'
import type { AclSeen, Members } from './access-lists.ts'
import { membersOf, membersWritten, presentMembers, setOf } from './access-lists.ts'
import { touchSegments } from './adding.ts'
import type { CollectionRooms, Commit } from './collections.ts'
import { lockCollection, requireWritable } from './collections.ts'
import type { DocumentName } from './documents.ts'
import { noDocument, rowOf } from './documents.ts'
import { changeOf } from './new-readers.ts'
import { isReadable, requireChangeable } from './reach.ts'

/** @throws Fault `not_found` with the field of whoever is unknown */
async function written(
  tx: Tx,
  caller: Caller,
  acl: DocumentAcl,
): Promise<{ readonly members: Members; readonly set: number | null }> {
  const [named = null] = await membersWritten(tx, caller, [{ acl, param: 'acl' }])
  const set = await setOf(tx, named)
  return { members: (await membersOf(tx, [set]))(set), set }
}

/** Neither text nor segment is touched. @throws Fault `not_found`, `conflict`, `not_allowed` */
export async function changeDocumentAccess(
  rooms: CollectionRooms,
  caller: Caller,
  name: DocumentName,
  { acl, commit }: { readonly acl: DocumentAcl; readonly commit: Commit },
): Promise<AclSeen | null> {
  const members = await rooms.store.withTenant(caller, async (tx) => {
    const found = await rowOf(tx, caller, name)
    await requireWritable(tx, caller, found.collection_id)
    requireChangeable(caller, found.collection_id, found)
    await lockCollection(tx, found.collection_id)
    // Whoever was shut out before this had its turn changes nothing any more.
    const row = await tx.db
      .selectFrom('document')
      .select(['segment_id', 'acl_set'])
      .where('id', '=', found.id)
      .where(isReadable(caller))
      .executeTakeFirst()
    if (!row) throw noDocument()
    const after = await written(tx, caller, acl)
    if (after.set === row.acl_set) return after.members
    const before = (await membersOf(tx, [row.acl_set]))(row.acl_set)
    await tx.db.updateTable('document').set({ acl_set: after.set }).where('id', '=', found.id).execute()
    await touchSegments(tx, [row.segment_id])
    await append(tx, {
      action: 'document.acl_changed',
      actor: caller.principal.id,
      subject: found.id,
      ...commit,
      detail: changeOf(before, after.members),
    })
    return after.members
  })
  rooms.index.stale(caller.tenant)
  return presentMembers(members)
}

/** Of documents that are added from now on. @throws Fault `not_found`, `not_allowed` */
export async function changeCollectionAccess(
  rooms: CollectionRooms,
  caller: Caller,
  id: string,
  { acl, commit }: { readonly acl: DocumentAcl; readonly commit: Commit },
): Promise<AclSeen | null> {
  const members = await rooms.store.withTenant(caller, async (tx) => {
    await requireWritable(tx, caller, id)
    await lockCollection(tx, id)
    const { acl_set: set } = await tx.db
      .selectFrom('collection')
      .select('acl_set')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    const after = await written(tx, caller, acl)
    if (after.set === set) return after.members
    const before = (await membersOf(tx, [set]))(set)
    await tx.db.updateTable('collection').set({ acl_set: after.set }).where('id', '=', id).execute()
    await append(tx, {
      action: 'collection.acl_changed',
      actor: caller.principal.id,
      subject: id,
      ...commit,
      detail: changeOf(before, after.members),
    })
    return after.members
  })
  return presentMembers(members)
}
