import { limits as limitsSchema, LIMIT_NAMES } from '@freehold/contract/limits.ts'
import type { Limits } from '@freehold/contract/limits.ts'
import type { TenantId } from '../store/store.ts'
import { foldName } from './account-name.ts'
import type { Budget } from './caller.ts'
import { LOCAL_OPERATOR } from './local-operator.ts'
import type { Account, ApiKey, Roster, ServiceAccount } from './roster.ts'

/** The limits that the configuration sets. */
export interface ConfiguredLimits {
  readonly tenant?: Limits | undefined
  /** Of keys that have none of their own. */
  readonly key?: Limits | undefined
  /** Of people, with all their keys, by account id or name; `*` for everybody who is not named. */
  readonly users?: LimitsByName | undefined
  /** Of the members of a group together. */
  readonly groups?: LimitsByName | undefined
}
export type LimitsByName = Readonly<Record<string, Limits>>

/** The limits that a row holds; null where this version does not know one of them and so could not keep it. */
export function readLimits(stored: unknown): Limits | null {
  const parsed = limitsSchema.safeParse(stored)
  return parsed.success ? parsed.data : null
}

/** Empty where nothing is limited. */
export function budgetsOfTenant(tenant: TenantId, { tenant: limits }: ConfiguredLimits): readonly Budget[] {
  return limits && boundsAnything(limits) ? [{ id: `tenant:${tenant}`, limits }] : []
}

/** A person's own, and its tenant's. */
export function budgetsOfAccount(account: Account, configured: ConfiguredLimits): readonly Budget[] {
  return [...budgetsOfUser(account, configured), ...budgetsOfTenant(account.tenant, configured)]
}

/**
 * Its own, those of the keys above it, nearest first, those of the person or service account behind them, and its tenant's: whoever splits
 * a key splits its limits too.
 */
export function budgetsOfKey(key: ApiKey, roster: Roster, configured: ConfiguredLimits): readonly Budget[] {
  const budgets: Budget[] = []
  let person: Account | undefined
  let service: ServiceAccount | undefined
  for (let one: ApiKey | undefined = key; one; one = keyAbove(one, roster)) {
    const limits = boundsAnything(one.limits) ? one.limits : configured.key
    if (limits && boundsAnything(limits)) budgets.push({ id: `key:${one.id}`, limits })
    person = roster.account(one.tenant, one.creator)
    service = roster.service(one.tenant, one.creator)
  }
  return [
    ...budgets,
    ...(person ? budgetsOfUser(person, configured) : []),
    ...(service ? ownBudget(service) : []),
    ...budgetsOfTenant(key.tenant, configured),
  ]
}

/** A service account's own, and its tenant's. */
export function budgetsOfService(service: ServiceAccount, configured: ConfiguredLimits): readonly Budget[] {
  return [...ownBudget(service), ...budgetsOfTenant(service.tenant, configured)]
}

const ownBudget = ({ id, limits }: ServiceAccount): readonly Budget[] =>
  boundsAnything(limits) ? [{ id: `service:${id}`, limits }] : []

/** Those of the groups that somebody of this tenant is in. */
export function budgetsOfGroups(
  { tenant, groups }: { readonly tenant: TenantId; readonly groups: readonly string[] },
  { groups: configured }: ConfiguredLimits,
): readonly Budget[] {
  return groups.flatMap((name) => {
    const limits = own(configured, name)
    const id = `group:${name}`
    return limits && boundsAnything(limits) ? [{ id, meter: `${tenant} ${id}`, limits }] : []
  })
}

function budgetsOfUser({ id, name }: Account, { users }: ConfiguredLimits): readonly Budget[] {
  const limits = own(users, id) ?? ofName(users, name) ?? own(users, '*')
  return limits && boundsAnything(limits) ? [{ id: `user:${id}`, limits }] : []
}

const own = (byName: LimitsByName | undefined, name: string): Limits | undefined =>
  byName && Object.hasOwn(byName, name) ? byName[name] : undefined

function keyAbove({ tenant, creator }: ApiKey, roster: Roster): ApiKey | undefined {
  return creator === LOCAL_OPERATOR ? undefined : roster.key(tenant, creator)
}

/** Written as people write it: the name of an account is one however it is capitalised. */
function ofName(byName: LimitsByName = {}, name: string): Limits | undefined {
  return Object.entries(byName).find(([written]) => foldName(written) === foldName(name))?.[1]
}

function boundsAnything(limits: Limits): boolean {
  return LIMIT_NAMES.some((name) => limits[name] !== undefined)
}
