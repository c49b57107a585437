import { limits as limitsSchema, LIMIT_NAMES } from '@freehold/contract/limits.ts'
import type { Limits } from '@freehold/contract/limits.ts'
import type { TenantId } from '../store/store.ts'
import type { Budget } from './caller.ts'
import { LOCAL_OPERATOR } from './local-operator.ts'
import type { ApiKey, Roster } from './roster.ts'

/** The limits that the configuration sets. */
export interface ConfiguredLimits {
  readonly tenant?: Limits | undefined
  /** Of keys that have none of their own. */
  readonly key?: Limits | undefined
}

/** The limits that a row holds; null where this version does not know one of them and so could not keep it. */
export function readLimits(stored: unknown): Limits | null {
  const parsed = limitsSchema.safeParse(stored)
  return parsed.success ? parsed.data : null
}

/** Empty where nothing is limited. */
export function budgetsOfTenant(tenant: TenantId, { tenant: limits }: ConfiguredLimits): readonly Budget[] {
  return limits && boundsAnything(limits) ? [{ id: `tenant:${tenant}`, limits }] : []
}

/** Its own, those of the keys above it, nearest first, and its tenant's: whoever splits a key splits its limits too. */
export function budgetsOfKey(key: ApiKey, roster: Roster, configured: ConfiguredLimits): readonly Budget[] {
  const budgets: Budget[] = []
  for (let one: ApiKey | undefined = key; one; one = keyAbove(one, roster)) {
    const limits = boundsAnything(one.limits) ? one.limits : configured.key
    if (limits && boundsAnything(limits)) budgets.push({ id: `key:${one.id}`, limits })
  }
  return [...budgets, ...budgetsOfTenant(key.tenant, configured)]
}

function keyAbove({ tenant, creator }: ApiKey, roster: Roster): ApiKey | undefined {
  return creator === LOCAL_OPERATOR ? undefined : roster.key(tenant, creator)
}

function boundsAnything(limits: Limits): boolean {
  return LIMIT_NAMES.some((name) => limits[name] !== undefined)
}
