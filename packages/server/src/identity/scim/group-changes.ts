import { SCIM_TYPES } from '@freehold/contract/scim-attributes.ts'
import * as audit from '../../audit/audit.ts'
import { isUuid } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import * as groups from '../groups.ts'
import { requireLookedAfter } from '../looking-after.ts'
import { lockUsers } from '../users.ts'
import type { Doc } from './attributes.ts'
import { isDoc, without } from './attributes.ts'
import type { GroupRow } from './group-rows.ts'
import { groupRows, groupVersion, membersOfGroups, presentGroupRows, toldOfGroup } from './group-rows.ts'
import { noSuch, refused } from './refusals.ts'
import { differences } from './resource.ts'
import { sealResource } from './rows.ts'
import type { Next, Provisioner } from './user-changes.ts'
import { requireVersion } from './user-changes.ts'

export const GROUP = SCIM_TYPES.Group

/** @throws Fault `not_found` */
export async function groupRow(tx: Tx, id: string): Promise<GroupRow> {
  const row = isUuid(id)
    ? await groupRows(tx).where('people_group.id', '=', id).executeTakeFirst()
    : undefined
  if (row === undefined) throw noSuch('group')
  return row
}

export async function presentGroup(
  tx: Tx,
  how: { readonly base: string; readonly withMembers: boolean },
  id: string,
): Promise<Doc> {
  const [doc] = await presentGroupRows(tx, how, [await groupRow(tx, id)])
  if (doc === undefined) throw new Error('a group was read and not presented')
  return doc
}

/** It gives nothing until somebody here gives it roles. @throws Fault `conflict`, `invalid`, `not_allowed` */
export async function createGroup(tx: Tx, doc: Doc, asked: Provisioner): Promise<string> {
  const { id } = await groups.createGroup(tx, { name: nameOf(doc), roles: [] }, asked)
  const now = new Date(asked.nowMs)
  await tx.db
    .insertInto('provisioned_group')
    .values({
      tenant_id: tx.tenant,
      group_id: id,
      ...sealResource(tx, 'provisioned_group', id, ownOf(doc)),
      created_at: now,
      changed_at: now,
    })
    .execute()
  await setMembers(tx, id, { before: [], after: memberIds(doc) }, asked)
  return id
}

/** @throws Fault `not_found`, `not_allowed`, `conflict`, `invalid`, `changed_meanwhile` */
export async function changeGroup(
  tx: Tx,
  id: string,
  next: Next,
  asked: Provisioner & { readonly ifMatch: string | undefined },
): Promise<boolean> {
  await lockGroup(tx, id)
  const row = await groupRow(tx, id)
  requireVersion(asked.ifMatch, groupVersion(row))
  const members = (await membersOfGroups(tx, [id])).get(id) ?? []
  const before = toldOfGroup(tx, row, members)
  const after = await next(before)
  const changed = differences({ ...before, members: [] }, { ...after, members: [] })
  const isRenamed = changed.includes('displayName')
  const { added, removed } = await setMembers(tx, id, { before: members, after: memberIds(after) }, asked)
  if (changed.length + added + removed === 0) return false
  if (isRenamed) await groups.changeGroup(tx, id, { name: nameOf(after) }, asked)
  await tx.db
    .updateTable('provisioned_group')
    .set({
      ...sealResource(tx, 'provisioned_group', id, ownOf(after)),
      version: row.version + 1,
      changed_at: new Date(asked.nowMs),
    })
    .where('group_id', '=', id)
    .execute()
  await audit.append(tx, {
    action: 'group.synchronised',
    actor: asked.caller.principal.id,
    subject: id,
    request: asked.request,
    detail: { renamed: isRenamed, added, removed },
  })
  return true
}

/** @throws Fault `not_found`, `not_allowed`, `changed_meanwhile` */
export async function removeGroup(
  tx: Tx,
  id: string,
  asked: Provisioner & { readonly ifMatch: string | undefined },
): Promise<void> {
  await lockGroup(tx, id)
  requireVersion(asked.ifMatch, groupVersion(await groupRow(tx, id)))
  await groups.deleteGroup(tx, id, asked)
}

/** Only those who come or go are looked at: somebody whom the key may not touch can stay where they are. */
async function setMembers(
  tx: Tx,
  group: string,
  { before, after }: { readonly before: readonly string[]; readonly after: ReadonlySet<string> },
  asked: Provisioner,
): Promise<{ readonly added: number; readonly removed: number }> {
  const was = new Set(before)
  const added = [...after.difference(was)].toSorted()
  const removed = [...was.difference(after)].toSorted()
  if (added.length + removed.length === 0) return { added: 0, removed: 0 }
  await requireProvisioned(tx, added)
  for (const user of await lockUsers(tx, [...added, ...removed]))
    requireLookedAfter(asked.caller, asked.person, user)
  await groups.changeMembers(tx, { group, added, removed }, asked)
  return { added: added.length, removed: removed.length }
}

/** Whom the directory has not made it does not see, so it cannot put them anywhere either. */
async function requireProvisioned(tx: Tx, ids: readonly string[]): Promise<void> {
  const uuids = ids.filter(isUuid)
  const rows =
    uuids.length === 0
      ? []
      : await tx.db
          .selectFrom('provisioned_user')
          .select('account_id')
          .where('account_id', 'in', uuids)
          .execute()
  const known = new Set(rows.map((row) => row.account_id))
  const strange = ids.find((id) => !known.has(id))
  if (strange === undefined) return
  throw refused(
    'invalidValue',
    'members: one of them is no user that the directory has made here.',
    'members',
  )
}

function memberIds({ members }: Doc): ReadonlySet<string> {
  const list = Array.isArray(members) ? members : []
  return new Set(
    list.map((one) => {
      const value = isDoc(one) ? one['value'] : undefined
      if (typeof value === 'string') return value
      throw refused('invalidValue', 'members: each needs a value, the id of a user.', 'members')
    }),
  )
}

/** What is kept beside the group itself. */
const ownOf = (doc: Doc): Doc => without(doc, ['displayName', 'members'])

function nameOf({ displayName }: Doc): string {
  if (typeof displayName === 'string') return displayName
  throw refused('invalidValue', 'displayName: is missing.', 'displayName')
}

/** The group is what everybody locks who changes anything of it. */
async function lockGroup(tx: Tx, id: string): Promise<void> {
  await groupRow(tx, id)
  await tx.db.selectFrom('people_group').select('id').where('id', '=', id).forUpdate().execute()
}
