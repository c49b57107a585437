import type { Scope } from '@freehold/contract/actions.ts'
import type { Tx } from '../store/store.ts'
import { readScopes } from './roles.ts'
import type { Account } from './roster.ts'
import { unseal } from './sealed-columns.ts'

/** What somebody is by groups and roles. */
type Standing = Pick<Account, 'groups' | 'groupIds' | 'roles' | 'customScopes'>

/** What an account is whose own role is that. */
export type Standings = (account: { readonly id: string; readonly role: string }) => Standing

const NOTHING: ReadonlySet<Scope> = new Set()

/** Reads the groups and roles of a tenant. */
export async function readStandings(tx: Tx): Promise<Standings> {
  const [groups, members, custom] = [
    await tx.db.selectFrom('people_group').selectAll().execute(),
    await tx.db.selectFrom('group_member').select(['group_id', 'account_id']).execute(),
    await tx.db.selectFrom('custom_role').select(['name', 'scopes']).execute(),
  ]
  const byId = new Map(
    groups.map((row) => [
      row.id,
      { name: unseal(tx, row, { table: 'people_group', column: 'name_sealed' }, row.name_sealed), ...row },
    ]),
  )
  const groupsOf = Map.groupBy(members, (member) => member.account_id)
  const scopesOf = new Map(custom.map(({ name, scopes }) => [name, readScopes(scopes) ?? NOTHING]))
  return ({ id, role }) => {
    const own = (groupsOf.get(id) ?? []).flatMap(({ group_id: group }) => byId.get(group) ?? [])
    const roles = [...new Set([role, ...own.flatMap((group) => group.roles)])]
    return {
      groups: own.map(({ name }) => name).toSorted(),
      groupIds: own.map((group) => group.id).toSorted(),
      roles,
      customScopes: roles.reduce((all, one) => all.union(scopesOf.get(one) ?? NOTHING), NOTHING),
    }
  }
}
