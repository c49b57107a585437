import type { TenantId } from '../../store/store.ts'
import { LOCAL_OPERATOR, SYSTEM } from '../local-operator.ts'
import { rightsOfKey, rightsOfService } from '../rights.ts'
import type { Account, ApiKey, Roster, ServiceAccount } from '../roster.ts'
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

/** A program with an account of its own. */
function standingOfService(service: ServiceAccount): Standing {
  const { roles, groups, scopes, ceiling } = rightsOfService(service)
  return { kind: 'service', id: service.id, tenant: service.tenant, roles, groups, scopes, ceiling }
}

/** A key and all above it; empty where one of them is gone. */
function standingsOfKey(key: ApiKey, roster: Roster): readonly Standing[] {
  const rights = rightsOfKey(key, roster)
  if (rights === null) return []
  const { roles, groups, scopes, ceiling } = rights
  const own: Standing = { kind: 'key', id: key.id, tenant: key.tenant, roles, groups, scopes, ceiling }
  if (key.creator === LOCAL_OPERATOR) return [own]
  const account = roster.account(key.tenant, key.creator)
  if (account) return [own, standingOfAccount(account)]
  const service = roster.service(key.tenant, key.creator)
  if (service) return [own, standingOfService(service)]
  const parent = roster.key(key.tenant, key.creator)
  return parent ? [own, ...standingsOfKey(parent, roster)] : []
}

export const restraintOfAccount = (account: Account, compiled: Compiled): Restraint =>
  new Restraint(compiled, standingOfAccount(account), [])

export const restraintOfService = (service: ServiceAccount, compiled: Compiled): Restraint =>
  new Restraint(compiled, standingOfService(service), [])

/** The program itself, as a service of the tenant without roles: what is forbidden to everybody is forbidden to it. */
export const restraintOfHouse = (tenant: TenantId, compiled: Compiled): Restraint =>
  new Restraint(
    compiled,
    { kind: 'service', id: SYSTEM, tenant, roles: [], groups: [], scopes: null, ceiling: 'restricted' },
    [],
  )

/** Null for a key of which nobody is left who made it. */
export function restraintOfKey(key: ApiKey, roster: Roster, compiled: Compiled): Restraint | null {
  const [own, ...above] = standingsOfKey(key, roster)
  return own === undefined ? null : new Restraint(compiled, own, above)
}
