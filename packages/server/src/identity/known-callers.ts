import type { Scope } from '@freehold/contract/actions.ts'
import type { TenantId } from '../store/store.ts'
import {
  budgetsOfAccount,
  budgetsOfGroups,
  budgetsOfKey,
  budgetsOfService,
  budgetsOfTenant,
} from './budgets.ts'
import type { ConfiguredLimits } from './budgets.ts'
import type { Caller } from './caller.ts'
import { systemCaller } from './local-operator.ts'
import {
  restraintOfAccount,
  restraintOfHouse,
  restraintOfKey,
  restraintOfService,
} from './policies/restraining.ts'
import type { Bounds } from './rights.ts'
import { callerOfKey, callerOfService, rightsOfKey, within } from './rights.ts'
import type { Account, ApiKey, Roster, ServiceAccount } from './roster.ts'
import type { TenantDirectory } from './tenants/directory.ts'

/** Who and what tenants there are. */
interface Known {
  readonly roster: Roster
  readonly directory: TenantDirectory
}

/** A key whose rights are resolved. Whether it has expired is asked at every use. */
export interface KnownKey {
  readonly key: ApiKey
  readonly caller: Caller
  readonly expiresMs: number | null
}

/**
 * The callers of keys that were used, each the same object from one request to the next: resolving a chain of keys is
 * done once, and what hangs on a caller is found without a name. All are forgotten when keys, people, policies or limits change.
 */
export class KnownCallers {
  readonly #limits: () => ConfiguredLimits
  #roster: Roster | null = null
  #directory: TenantDirectory | null = null
  #edition = 0
  #configured: ConfiguredLimits = {}
  readonly #keys = new Map<string, KnownKey>()
  readonly #people = new Map<string, Bounds>()
  readonly #services = new Map<string, Caller>()

  /** `limits` is asked at every use; it gives the same objects until they change. */
  constructor(limits: () => ConfiguredLimits) {
    this.#limits = limits
  }

  /** Null when nobody has this key, or whoever made it is gone. */
  ofKey(known: Known, fingerprint: string): KnownKey | null {
    const { roster } = known
    this.#follow(known)
    const resolvedBefore = this.#keys.get(fingerprint)
    if (resolvedBefore) return resolvedBefore
    const key = roster.keyBySecret(fingerprint)
    const rights = key ? rightsOfKey(key, roster) : null
    if (!key || !rights) return null
    const policies = roster.policies(key.tenant)
    const own = {
      budgets: budgetsOfKey(key, roster, this.#limitsIn(key.tenant)),
      restraint: policies && restraintOfKey(key, roster, policies),
    }
    const bounds = known.directory.of(key.tenant)?.bounds
    const caller = this.#inGroups({ ...callerOfKey(key, rights, own), ...(bounds && { bounds }) })
    const resolved = { key, caller, expiresMs: rights.expiresMs }
    this.#keys.set(fingerprint, resolved)
    return resolved
  }

  /** What bounds a person. */
  boundsOf(known: Known, account: Account): Bounds {
    this.#follow(known)
    const before = this.#people.get(account.id)
    if (before) return before
    const budgets = [
      ...budgetsOfAccount(account, this.#limitsIn(account.tenant)),
      ...budgetsOfGroups(account, this.#configured),
    ]
    const policies = known.roster.policies(account.tenant)
    const bounds = { budgets, restraint: policies && restraintOfAccount(account, policies) }
    this.#people.set(account.id, bounds)
    return bounds
  }

  /** `scopes`: what its token was asked to be for; null for all that it may. */
  ofService(known: Known, service: ServiceAccount, scopes: ReadonlySet<Scope> | null): Caller {
    this.#follow(known)
    const place = `${service.id} ${scopes === null ? '*' : [...scopes].join(' ')}`
    const before = this.#services.get(place)
    if (before) return before
    const policies = known.roster.policies(service.tenant)
    const whole = callerOfService(service, {
      budgets: budgetsOfService(service, this.#limitsIn(service.tenant)),
      restraint: policies && restraintOfService(service, policies),
    })
    const bounds = known.directory.of(service.tenant)?.bounds
    const caller = { ...whole, ...(bounds && { bounds }), scopes: within(scopes, whole.scopes) }
    this.#services.set(place, caller)
    return caller
  }

  /** The program itself at work for a tenant, which its limits and policies bind as well. */
  ofHouse(known: Known, tenant: TenantId): Caller {
    this.#follow(known)
    const policies = known.roster.policies(tenant)
    const bounds = known.directory.of(tenant)?.bounds
    return {
      ...systemCaller(tenant),
      budgets: budgetsOfTenant(tenant, this.#limitsIn(tenant)),
      ...(policies && { restraint: restraintOfHouse(tenant, policies) }),
      ...(bounds && { bounds }),
    }
  }

  #inGroups(caller: Caller): Caller {
    if (caller.groups.length === 0) return caller
    const budgets = [...caller.budgets, ...budgetsOfGroups(caller, this.#configured)]
    return { ...caller, budgets }
  }

  /** A tenant that has limits of its own has these instead of what the configuration says of all. */
  #limitsIn(tenant: TenantId): ConfiguredLimits {
    const own = this.#directory?.of(tenant)?.bounds.limits
    return own === undefined ? this.#configured : { ...this.#configured, tenant: own }
  }

  #follow({ roster, directory }: Known): void {
    const { tenant, key, users, groups } = this.#limits()
    const isSame =
      roster === this.#roster &&
      directory === this.#directory &&
      roster.edition === this.#edition &&
      tenant === this.#configured.tenant &&
      key === this.#configured.key &&
      users === this.#configured.users &&
      groups === this.#configured.groups
    if (isSame) return
    this.#roster = roster
    this.#directory = directory
    this.#edition = roster.edition
    this.#configured = { tenant, key, users, groups }
    this.#keys.clear()
    this.#people.clear()
    this.#services.clear()
  }
}
