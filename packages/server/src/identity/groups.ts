import type { groupChange, groupInput, groupView } from '@freehold/contract/people.ts'
import type { page } from '@freehold/contract/platform.ts'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import * as audit from '../audit/audit.ts'
import { Fault } from '../kernel/fault.ts'
import { isUuid, uuidV7 } from '../kernel/ids.ts'
import { isUniqueViolation } from '../store/database-fault.ts'
import type { Tx } from '../store/store.ts'
import type { PeopleGroupTable } from '../store/identity-tables.ts'
import { foldName } from './account-name.ts'
import type { Caller } from './caller.ts'
import { readCustomRoles } from './custom-roles.ts'
import type { Asked } from './looking-after.ts'
import { isCovered, requireCovered, powersOfNames } from './looking-after.ts'
import { powersOfRoles } from './roles.ts'
import { sealer, unseal } from './sealed-columns.ts'

type GroupView = z.output<typeof groupView>
type GroupRow = Selectable<PeopleGroupTable>

/** Newest first. */
export async function listGroups(
  tx: Tx,
  { after, limit }: z.output<typeof page>,
  caller: Caller,
): Promise<{ readonly data: GroupView[]; readonly next: string | null }> {
  if (after !== undefined && !isUuid(after)) {
    throw new Fault('invalid', 'This is not the id of a group.', { param: 'after' })
  }
  const rows = await tx.db
    .selectFrom('people_group')
    .selectAll()
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  const data: GroupView[] = []
  for (const row of shown) data.push(await present(tx, row, caller))
  return { data, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

/** @throws Fault `conflict`, `invalid`, `not_allowed` */
export async function createGroup(
  tx: Tx,
  { name, roles }: z.output<typeof groupInput>,
  { caller, request, nowMs }: Asked,
): Promise<GroupView> {
  requireCovered(caller, await powersOfNames(tx, roles, 'roles'), 'roles')
  const id = uuidV7(nowMs)
  const { dek, seal } = sealer(tx, { table: 'people_group', row: id })
  const row = {
    tenant_id: tx.tenant,
    id,
    dek,
    name_sealed: seal('name_sealed', name),
    name_index: nameIndex(tx, name),
    roles: [...new Set(roles)],
    created_at: new Date(nowMs),
  }
  await uniquely(tx.db.insertInto('people_group').values(row).execute())
  await audit.append(tx, {
    action: 'group.created',
    actor: caller.principal.id,
    subject: id,
    request,
    detail: { roles: row.roles },
  })
  return present(tx, row, caller)
}

/** What it allowed and what it is to allow must both be the caller's to give. @throws Fault `not_found`, `conflict`, … */
export async function changeGroup(
  tx: Tx,
  id: string,
  change: z.output<typeof groupChange>,
  { caller, request }: Asked,
): Promise<GroupView> {
  const before = await groupOf(tx, id)
  const roles = [...new Set(change.roles ?? before.roles)]
  requireCovered(caller, await powersOfNames(tx, roles, 'roles'), 'roles')
  requireCovered(caller, await powersOfNames(tx, before.roles, 'id'), 'id')
  const sealed =
    change.name === undefined
      ? {}
      : {
          name_sealed: tx.keys
            .openDek({ table: 'people_group', row: id, column: 'dek' }, before.dek)
            .seal(
              { table: 'people_group', row: id, column: 'name_sealed' },
              Buffer.from(change.name, 'utf8'),
            ),
          name_index: nameIndex(tx, change.name),
        }
  await uniquely(
    tx.db
      .updateTable('people_group')
      .set({ roles, ...sealed })
      .where('id', '=', id)
      .execute(),
  )
  await audit.append(tx, {
    action: 'group.changed',
    actor: caller.principal.id,
    subject: id,
    request,
    detail: { roles },
  })
  return present(tx, { ...before, roles, ...sealed }, caller)
}

/** @throws Fault `not_found`, `not_allowed` */
export async function deleteGroup(tx: Tx, id: string, { caller, request }: Asked): Promise<void> {
  const { roles } = await groupOf(tx, id)
  requireCovered(caller, await powersOfNames(tx, roles, 'id'), 'id')
  const members = await countMembers(tx, id)
  await tx.db.deleteFrom('people_group').where('id', '=', id).execute()
  await audit.append(tx, {
    action: 'group.deleted',
    actor: caller.principal.id,
    subject: id,
    request,
    detail: { members },
  })
}

/** Ids of the accounts in it. @throws Fault `not_found` */
export async function membersOf(tx: Tx, id: string): Promise<readonly string[]> {
  await groupOf(tx, id)
  const rows = await tx.db
    .selectFrom('group_member')
    .select('account_id')
    .where('group_id', '=', id)
    .orderBy('account_id')
    .execute()
  return rows.map((row) => row.account_id)
}

/** Somebody who is in it already stays. @throws Fault `not_found`, `not_allowed` */
export async function addMember(
  tx: Tx,
  { group, account }: { readonly group: string; readonly account: string },
  { caller, request }: Asked,
): Promise<void> {
  const { roles } = await groupOf(tx, group)
  requireCovered(caller, await powersOfNames(tx, roles, 'id'), 'id')
  const { numInsertedOrUpdatedRows: added } = await tx.db
    .insertInto('group_member')
    .values({ tenant_id: tx.tenant, group_id: group, account_id: account })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  if (added === 0n) return
  await audit.append(tx, {
    action: 'group.member_added',
    actor: caller.principal.id,
    subject: group,
    request,
    detail: { account },
  })
}

/** @throws Fault `not_found`, `not_allowed` */
export async function removeMember(
  tx: Tx,
  { group, account }: { readonly group: string; readonly account: string },
  { caller, request }: Asked,
): Promise<void> {
  const { roles } = await groupOf(tx, group)
  requireCovered(caller, await powersOfNames(tx, roles, 'id'), 'id')
  const { numDeletedRows } = await tx.db
    .deleteFrom('group_member')
    .where('group_id', '=', group)
    .where('account_id', '=', account)
    .executeTakeFirstOrThrow()
  if (numDeletedRows === 0n) {
    throw new Fault('not_found', 'This person is not in the group.', { param: 'user' })
  }
  await audit.append(tx, {
    action: 'group.member_removed',
    actor: caller.principal.id,
    subject: group,
    request,
    detail: { account },
  })
}

/** Puts several in and takes several out; each stands on record. @throws Fault `not_found`, `not_allowed` */
export async function changeMembers(
  tx: Tx,
  {
    group,
    added,
    removed,
  }: { readonly group: string; readonly added: readonly string[]; readonly removed: readonly string[] },
  { caller, request }: Asked,
): Promise<void> {
  const { roles } = await groupOf(tx, group)
  requireCovered(caller, await powersOfNames(tx, roles, 'id'), 'id')
  const by = { actor: caller.principal.id, subject: group, request }
  for (const part of chunks(added)) {
    const rows = part.map((account) => ({ tenant_id: tx.tenant, group_id: group, account_id: account }))
    await tx.db
      .insertInto('group_member')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  for (const part of chunks(removed)) {
    await tx.db
      .deleteFrom('group_member')
      .where('group_id', '=', group)
      .where('account_id', 'in', part)
      .execute()
  }
  for (const account of added)
    await audit.append(tx, { action: 'group.member_added', ...by, detail: { account } })
  for (const account of removed)
    await audit.append(tx, { action: 'group.member_removed', ...by, detail: { account } })
}

/** A statement takes 65,535 values at most. */
const chunks = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / 1000) }, (_, at) => ids.slice(at * 1000, (at + 1) * 1000))

/** Roles that groups give. @throws Fault `not_found` for a group that is not there */
export async function rolesOfGroups(tx: Tx, ids: readonly string[]): Promise<readonly string[]> {
  const roles: string[] = []
  for (const id of ids) roles.push(...(await groupOf(tx, id, 'groups')).roles)
  return roles
}

async function groupOf(tx: Tx, id: string, param = 'id'): Promise<GroupRow> {
  const row = await tx.db
    .selectFrom('people_group')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new Fault('not_found', 'There is no such group.', { param })
  return row
}

async function present(tx: Tx, row: GroupRow, caller: Caller): Promise<GroupView> {
  const custom = await readCustomRoles(tx)
  const scopes = row.roles.flatMap((role) => [...(custom.get(role) ?? [])])
  return {
    id: row.id,
    name: unseal(tx, row, { table: 'people_group', column: 'name_sealed' }, row.name_sealed),
    roles: row.roles,
    members: await countMembers(tx, row.id),
    createdAt: row.created_at.toISOString(),
    givable: isCovered(caller, powersOfRoles(row.roles, new Set(scopes))),
  }
}

async function countMembers(tx: Tx, id: string): Promise<number> {
  const { count } = await tx.db
    .selectFrom('group_member')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('group_id', '=', id)
    .executeTakeFirstOrThrow()
  return count
}

const nameIndex = (tx: Tx, name: string): Buffer => tx.keys.blind('people_group.name', foldName(name))

async function uniquely<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Fault('conflict', 'There is a group of this name already.', { param: 'name' })
  }
}
