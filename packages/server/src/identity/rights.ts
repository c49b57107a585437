import type { Scope } from '@freehold/contract/actions.ts'
import { highestClass, isWithin } from '@freehold/contract/data-class.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { TenantId } from '../store/store.ts'
import type { Budget, Caller } from './caller.ts'
import { LOCAL_OPERATOR } from './local-operator.ts'
import type { Account, ApiKey, Roster, ServiceAccount, Session } from './roster.ts'

/** What somebody may do at most, after everybody above them has been asked. */
export interface Rights {
  readonly roles: readonly string[]
  readonly customScopes: ReadonlySet<Scope>
  readonly groups: readonly string[]
  /** Null: everything the roles allow. */
  readonly scopes: ReadonlySet<Scope> | null
  /** What its requests count as at least. */
  readonly base: DataClass
  readonly ceiling: DataClass
  readonly expiresMs: number | null
  /** How many keys stand between this one and a person or a service account. */
  readonly generation: number
}

/** Keys that were made on the machine itself. */
const OPERATOR = { roles: ['owner'], customScopes: new Set<Scope>(), groups: [] }

/** Null when its creator, or that one's creator, is gone: a key does not outlive who made it. */
export function rightsOfKey(key: ApiKey, roster: Roster): Rights | null {
  const above = rightsOfCreator(key.creator, key.tenant, roster)
  if (above === null) return null
  return {
    roles: above.roles,
    customScopes: above.customScopes,
    groups: above.groups,
    scopes: within(key.scopes, above.scopes),
    base: highestClass(key.class, above.base),
    ceiling: isWithin(key.ceiling, above.ceiling) ? key.ceiling : above.ceiling,
    expiresMs: earlier(key.expiresMs, above.expiresMs),
    generation: above.generation + 1,
  }
}

function rightsOfCreator(creator: string, tenant: TenantId, roster: Roster): Rights | null {
  const account = creator === LOCAL_OPERATOR ? OPERATOR : roster.account(tenant, creator)
  if (account) {
    const { roles, customScopes, groups } = account
    const person = { roles, customScopes, groups, scopes: null }
    return { ...person, base: 'public', ceiling: 'restricted', expiresMs: null, generation: 0 }
  }
  const service = roster.service(tenant, creator)
  if (service) return rightsOfService(service)
  const parent = roster.key(tenant, creator)
  return parent ? rightsOfKey(parent, roster) : null
}

/** What a service account may do, and its keys at most. */
function rightsOfService(service: ServiceAccount): Rights {
  const { role, customScopes, scopes, ceiling, class: base } = service
  return { roles: [role], customScopes, groups: [], scopes, base, ceiling, expiresMs: null, generation: 0 }
}

/** A service account itself, not one of its keys. */
export function callerOfService(service: ServiceAccount, budgets: readonly Budget[]): Caller {
  const { roles, customScopes, groups, scopes, base, ceiling } = rightsOfService(service)
  return {
    tenant: service.tenant,
    principal: { kind: 'service', id: service.id, name: service.name },
    groups,
    roles,
    customScopes,
    scopes,
    baseClass: base,
    classCeiling: ceiling,
    budgets,
  }
}

/** A person who came with a cookie. */
export function callerOfSession(session: Session, account: Account, budgets: readonly Budget[]): Caller {
  return {
    tenant: session.tenant,
    principal: { kind: 'user', id: account.id, name: account.name },
    groups: account.groups,
    roles: account.roles,
    customScopes: account.customScopes,
    scopes: null,
    baseClass: 'internal',
    classCeiling: 'restricted',
    budgets,
    sessionId: session.id,
    ...(session.breakGlass && { breakGlass: session.breakGlass }),
  }
}

/** A program that came with a key. */
export function callerOfKey(key: ApiKey, rights: Rights, budgets: readonly Budget[]): Caller {
  return {
    tenant: key.tenant,
    principal: { kind: 'key', id: key.id, name: key.name },
    groups: rights.groups,
    roles: rights.roles,
    customScopes: rights.customScopes,
    scopes: rights.scopes,
    baseClass: rights.base,
    classCeiling: rights.ceiling,
    budgets,
  }
}

/** The account behind a caller: its own, or that of whoever made the key; null for the operator of the machine. */
export function personBehind({ tenant, principal }: Caller, roster: Roster): string | null {
  if (principal.kind === 'user') return principal.id
  let { id } = principal
  for (let key = roster.key(tenant, id); key; key = roster.key(tenant, id)) id = key.creator
  return roster.account(tenant, id)?.id ?? null
}

/** Scopes that both allow; null stands for all. */
export function within(
  own: ReadonlySet<Scope> | null,
  above: ReadonlySet<Scope> | null,
): ReadonlySet<Scope> | null {
  if (own === null || above === null) return own ?? above
  return new Set([...own].filter((scope) => above.has(scope)))
}

function earlier(own: number | null, above: number | null): number | null {
  return own === null || above === null ? (own ?? above) : Math.min(own, above)
}
