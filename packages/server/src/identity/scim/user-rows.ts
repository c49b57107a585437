import { SCIM_ENTERPRISE, SCIM_USER } from '@freehold/contract/scim-attributes.ts'
import type { Tx } from '../../store/store.ts'
import type { Doc } from './attributes.ts'
import { meta, openResource, versionOf } from './rows.ts'

export const externalIndex = (tx: Tx, id: string): Buffer => tx.keys.blind('provisioned_user.external', id)

/** Null where the directory has made nobody of this id. */
export async function userOfExternalId(tx: Tx, id: string): Promise<string | null> {
  const row = await tx.db
    .selectFrom('provisioned_user')
    .select('account_id')
    .where('external_index', '=', externalIndex(tx, id))
    .executeTakeFirst()
  return row?.account_id ?? null
}

/** Of a user as the tables have it. */
export interface UserRow {
  readonly id: string
  readonly dek: Buffer
  readonly resource_sealed: Buffer
  readonly active: boolean
  readonly shut_at: Date | null
  readonly version: number
  readonly created_at: Date
  readonly changed_at: Date
  readonly disabled_at: Date | null
}

/** Users of the directory with the account of each. */
export const userRows = (tx: Tx) =>
  tx.db
    .selectFrom('provisioned_user')
    .innerJoin('account', (join) =>
      join
        .onRef('account.tenant_id', '=', 'provisioned_user.tenant_id')
        .onRef('account.id', '=', 'provisioned_user.account_id'),
    )
    .select([
      'account.id',
      'provisioned_user.dek',
      'provisioned_user.resource_sealed',
      'provisioned_user.active',
      'provisioned_user.shut_at',
      'provisioned_user.version',
      'provisioned_user.created_at',
      'provisioned_user.changed_at',
      'account.disabled_at',
    ])

/** The entity tag of its present state. */
export const userVersion = (row: UserRow): string =>
  versionOf([row.id, row.version, row.disabled_at === null])

/** As an answer shows them, with their groups. */
export async function presentUserRows(tx: Tx, base: string, rows: readonly UserRow[]): Promise<Doc[]> {
  const groups = await groupsOf(
    tx,
    base,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => {
    const told = openResource(tx, 'provisioned_user', row)
    const own = groups.get(row.id) ?? []
    return {
      schemas: [SCIM_USER, ...(told[SCIM_ENTERPRISE] === undefined ? [] : [SCIM_ENTERPRISE])],
      id: row.id,
      ...told,
      active: row.disabled_at === null,
      ...(own.length > 0 && { groups: own }),
      meta: meta('User', {
        base,
        id: row.id,
        created: row.created_at,
        changed: row.changed_at,
        version: userVersion(row),
      }),
    }
  })
}

async function groupsOf(
  tx: Tx,
  base: string,
  users: readonly string[],
): Promise<ReadonlyMap<string, readonly Doc[]>> {
  if (users.length === 0) return new Map()
  const rows = await tx.db
    .selectFrom('group_member')
    .innerJoin('provisioned_group', (join) =>
      join
        .onRef('provisioned_group.tenant_id', '=', 'group_member.tenant_id')
        .onRef('provisioned_group.group_id', '=', 'group_member.group_id'),
    )
    .select(['group_member.account_id', 'group_member.group_id'])
    .where('group_member.account_id', 'in', users)
    .orderBy('group_member.group_id')
    .execute()
  const byUser = Map.groupBy(rows, (row) => row.account_id)
  return new Map(
    [...byUser].map(([user, own]) => [
      user,
      own.map(({ group_id: id }) => ({ value: id, $ref: `${base}/Groups/${id}`, type: 'direct' })),
    ]),
  )
}
