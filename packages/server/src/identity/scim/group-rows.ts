import { SCIM_GROUP } from '@freehold/contract/scim-attributes.ts'
import { sql } from 'kysely'
import type { Tx } from '../../store/store.ts'
import { unseal } from '../sealed-columns.ts'
import type { Doc } from './attributes.ts'
import { meta, openResource, versionOf } from './rows.ts'

/** Of a group as the tables have it. */
export interface GroupRow {
  readonly id: string
  readonly dek: Buffer
  readonly resource_sealed: Buffer
  readonly version: number
  readonly created_at: Date
  readonly changed_at: Date
  readonly group_dek: Buffer
  readonly name_sealed: Buffer
  readonly name_index: Buffer
  /** Changes with the members that the directory has made. */
  readonly members_mark: string
}

/** Groups of the directory with what each is called here. */
export const groupRows = (tx: Tx) =>
  tx.db
    .selectFrom('provisioned_group')
    .innerJoin('people_group', (join) =>
      join
        .onRef('people_group.tenant_id', '=', 'provisioned_group.tenant_id')
        .onRef('people_group.id', '=', 'provisioned_group.group_id'),
    )
    .select([
      'people_group.id',
      'provisioned_group.dek',
      'provisioned_group.resource_sealed',
      'provisioned_group.version',
      'provisioned_group.created_at',
      'provisioned_group.changed_at',
      'people_group.dek as group_dek',
      'people_group.name_sealed',
      'people_group.name_index',
      sql<string>`(select concat(count(*), ':', sum(hashtextextended(m.account_id::text, 0)))
        from group_member m join provisioned_user u on u.tenant_id = m.tenant_id and u.account_id = m.account_id
        where m.tenant_id = people_group.tenant_id and m.group_id = people_group.id)`.as('members_mark'),
    ])

/** The entity tag of its present state. */
export const groupVersion = (row: GroupRow): string =>
  versionOf([row.id, row.version, row.name_index.toString('hex'), row.members_mark])

/** What the directory told, with the name that the group has and, where they are asked for, the members. */
export const toldOfGroup = (tx: Tx, row: GroupRow, members: readonly string[]): Doc => ({
  ...openResource(tx, 'provisioned_group', row),
  displayName: unseal(
    tx,
    { id: row.id, dek: row.group_dek },
    { table: 'people_group', column: 'name_sealed' },
    row.name_sealed,
  ),
  ...(members.length > 0 && { members: members.map((value) => ({ value })) }),
})

/** As an answer shows them. */
export async function presentGroupRows(
  tx: Tx,
  { base, withMembers }: { readonly base: string; readonly withMembers: boolean },
  rows: readonly GroupRow[],
): Promise<Doc[]> {
  const ids = rows.map(({ id }) => id)
  const members = withMembers ? await membersOfGroups(tx, ids) : new Map<string, readonly string[]>()
  return rows.map((row) => {
    const told = toldOfGroup(tx, row, [])
    const own = members.get(row.id) ?? []
    return {
      schemas: [SCIM_GROUP],
      id: row.id,
      ...told,
      ...(own.length > 0 && {
        members: own.map((id) => ({ value: id, $ref: `${base}/Users/${id}`, type: 'User' })),
      }),
      meta: meta('Group', {
        base,
        id: row.id,
        created: row.created_at,
        changed: row.changed_at,
        version: groupVersion(row),
      }),
    }
  })
}

/** Members that the directory has made; whom somebody here put in besides is none of its business. */
export async function membersOfGroups(
  tx: Tx,
  groups: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (groups.length === 0) return new Map()
  const rows = await tx.db
    .selectFrom('group_member')
    .innerJoin('provisioned_user', (join) =>
      join
        .onRef('provisioned_user.tenant_id', '=', 'group_member.tenant_id')
        .onRef('provisioned_user.account_id', '=', 'group_member.account_id'),
    )
    .select(['group_member.group_id', 'group_member.account_id'])
    .where('group_member.group_id', 'in', groups)
    .orderBy('group_member.account_id')
    .execute()
  const byGroup = Map.groupBy(rows, (row) => row.group_id)
  return new Map([...byGroup].map(([group, own]) => [group, own.map((row) => row.account_id)]))
}
