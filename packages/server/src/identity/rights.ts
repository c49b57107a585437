import type { Scope } from '@freehold/contract/actions.ts'
import { highestClass, isWithin } from '@freehold/contract/data-class.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { TenantId } from '../store/store.ts'
import type { Budget, Caller, ReadsAs } from './caller.ts'
import { LOCAL_OPERATOR } from './local-operator.ts'
import type { Restraint } from './policies/restraint.ts'
import type { Account, ApiKey, Roster, ServiceAccount, Session } from './roster.ts'

/** What somebody may do at most, after everybody above them has been asked. */
export interface Rights {
  readonly roles: readonly string[]
  readonly customScopes: ReadonlySet<Scope>
  readonly groups: readonly string[]
  /** Null only of the operator of the machine, whose keys read for themselves. */
  readonly readsAs: ReadsAs | null
  /** Null: everything the roles allow. */
  readonly scopes: ReadonlySet<Scope> | null
  /** What its requests count as at least. */
  readonly base: DataClass
  readonly ceiling: DataClass
  readonly expiresMs: number | null
  /** How many keys stand between this one and a person or a service account. */
  readonly generation: number
}

const readers = new WeakMap<Account, ReadsAs>()

/** What access lists name a person by; the same object until the account or its groups change. */
function readersOf(account: Account): ReadsAs {
  const known = readers.get(account)
  if (known) return known
  const found: ReadsAs = [`user:${account.id}`, ...account.groupIds.map((id) => `group:${id}`)]
  readers.set(account, found)
  return found
}

/** Keys that were made on the machine itself. */
const OPERATOR = { roles: ['owner'], customScopes: new Set<Scope>(), groups: [], readsAs: null }

/** Null when its creator, or that one's creator, is gone: a key does not outlive who made it. */
export function rightsOfKey(key: ApiKey, roster: Roster): Rights | null {
  const above = rightsOfCreator(key.creator, key.tenant, roster)
  if (above === null) return null
  return {
    roles: above.roles,
    customScopes: above.customScopes,
    groups: above.groups,
    readsAs: above.readsAs ?? [`key:${key.id}`],
    scopes: within(key.scopes, above.scopes),
    base: highestClass(key.class, above.base),
    ceiling: isWithin(key.ceiling, above.ceiling) ? key.ceiling : above.ceiling,
    expiresMs: earlier(key.expiresMs, above.expiresMs),
    generation: above.generation + 1,
  }
}

function rightsOfCreator(creator: string, tenant: TenantId, roster: Roster): Rights | null {
  const account = creator === LOCAL_OPERATOR ? null : roster.account(tenant, creator)
  const maker = creator === LOCAL_OPERATOR ? OPERATOR : account && { ...account, readsAs: readersOf(account) }
  if (maker) {
    const { roles, customScopes, groups, readsAs } = maker
    const person = { roles, customScopes, groups, readsAs, scopes: null }
    return { ...person, base: 'public', ceiling: 'restricted', expiresMs: null, generation: 0 }
  }
  const service = roster.service(tenant, creator)
  if (service) return rightsOfService(service)
  const parent = roster.key(tenant, creator)
  return parent ? rightsOfKey(parent, roster) : null
}

/** What bounds a caller besides its rights. */
export interface Bounds {
  readonly budgets: readonly Budget[]
  readonly restraint: Restraint | null
}

/** What a service account may do, and its keys at most. */
export function rightsOfService(service: ServiceAccount): Rights {
  const { role, customScopes, scopes, ceiling, class: base } = service
  const readsAs: ReadsAs = [`service:${service.id}`]
  const within = { scopes, base, ceiling, expiresMs: null }
  return { roles: [role], customScopes, groups: [], readsAs, ...within, generation: 0 }
}

/** A service account itself, not one of its keys. */
export function callerOfService(service: ServiceAccount, { budgets, restraint }: Bounds): Caller {
  const { roles, customScopes, groups, readsAs, scopes, base, ceiling } = rightsOfService(service)
  return {
    ...(restraint && { restraint }),
    tenant: service.tenant,
    principal: { kind: 'service', id: service.id, name: service.name },
    groups,
    ...(readsAs && { readsAs }),
    roles,
    customScopes,
    scopes,
    baseClass: base,
    classCeiling: ceiling,
    budgets,
  }
}

/** A person, whatever it came with. */
export function callerOfAccount(account: Account, { budgets, restraint }: Bounds): Caller {
  return {
    ...(restraint && { restraint }),
    tenant: account.tenant,
    principal: { kind: 'user', id: account.id, name: account.name },
    groups: account.groups,
    readsAs: readersOf(account),
    roles: account.roles,
    customScopes: account.customScopes,
    scopes: null,
    baseClass: 'internal',
    classCeiling: 'restricted',
    budgets,
  }
}

/** A person who came with a cookie. */
export function callerOfSession(
  session: Session,
  account: Account,
  bounds: Bounds = { budgets: [], restraint: null },
): Caller {
  return {
    ...callerOfAccount(account, bounds),
    sessionId: session.id,
    ...(session.breakGlass && { breakGlass: session.breakGlass }),
  }
}

/** A program that came with a key. */
export function callerOfKey(key: ApiKey, rights: Rights, { budgets, restraint }: Bounds): Caller {
  return {
    ...(restraint && { restraint }),
    tenant: key.tenant,
    principal: { kind: 'key', id: key.id, name: key.name },
    groups: rights.groups,
    ...(rights.readsAs && { readsAs: rights.readsAs }),
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
