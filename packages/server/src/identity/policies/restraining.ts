import { LOCAL_OPERATOR } from '../local-operator.ts'
import { rightsOfKey } from '../rights.ts'
import type { Account, ApiKey, Roster } from '../roster.ts'
import type { Compiled } from './compiled.ts'
import type { Standing } from './entities.ts'
import { Restraint } from './restraint.ts'

/** A person as policies see them. */
const standingOfAccount = ({ tenant, id, roles, groups }: Account): Standing => ({
  kind: 'user',
  id,
  tenant,
  roles,
  groups,
  scopes: null,
  ceiling: 'restricted',
})

/** A key and all above it; empty where one of them is gone. */
function standingsOfKey(key: ApiKey, roster: Roster): readonly Standing[] {
  const rights = rightsOfKey(key, roster)
  if (rights === null) return []
  const { roles, groups, scopes, ceiling } = rights
  const own: Standing = { kind: 'key', id: key.id, tenant: key.tenant, roles, groups, scopes, ceiling }
  if (key.creator === LOCAL_OPERATOR) return [own]
  const account = roster.account(key.tenant, key.creator)
  if (account) return [own, standingOfAccount(account)]
  const parent = roster.key(key.tenant, key.creator)
  return parent ? [own, ...standingsOfKey(parent, roster)] : []
}

export const restraintOfAccount = (account: Account, compiled: Compiled): Restraint =>
  new Restraint(compiled, standingOfAccount(account), [])

/** Null for a key of which nobody is left who made it. */
export function restraintOfKey(key: ApiKey, roster: Roster, compiled: Compiled): Restraint | null {
  const [own, ...above] = standingsOfKey(key, roster)
  return own === undefined ? null : new Restraint(compiled, own, above)
}
