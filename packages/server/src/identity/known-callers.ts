import type { Scope } from '@freehold/contract/actions.ts'
import { budgetsOfAccount, budgetsOfGroups, budgetsOfKey, budgetsOfService } from './budgets.ts'
import type { ConfiguredLimits } from './budgets.ts'
import type { Caller } from './caller.ts'
import { restraintOfAccount, restraintOfKey, restraintOfService } from './policies/restraining.ts'
import type { Bounds } from './rights.ts'
import { callerOfKey, callerOfService, rightsOfKey, within } from './rights.ts'
import type { Account, ApiKey, Roster, ServiceAccount } from './roster.ts'

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
  ofKey(roster: Roster, fingerprint: string): KnownKey | null {
    this.#follow(roster)
    const known = this.#keys.get(fingerprint)
    if (known) return known
    const key = roster.keyBySecret(fingerprint)
    const rights = key ? rightsOfKey(key, roster) : null
    if (!key || !rights) return null
    const policies = roster.policies(key.tenant)
    const bounds = {
      budgets: budgetsOfKey(key, roster, this.#configured),
      restraint: policies && restraintOfKey(key, roster, policies),
    }
    const caller = this.#inGroups(callerOfKey(key, rights, bounds))
    const resolved = { key, caller, expiresMs: rights.expiresMs }
    this.#keys.set(fingerprint, resolved)
    return resolved
  }

  /** What bounds a person. */
  boundsOf(roster: Roster, account: Account): Bounds {
    this.#follow(roster)
    const known = this.#people.get(account.id)
    if (known) return known
    const budgets = [
      ...budgetsOfAccount(account, this.#configured),
      ...budgetsOfGroups(account.groups, this.#configured),
    ]
    const policies = roster.policies(account.tenant)
    const bounds = { budgets, restraint: policies && restraintOfAccount(account, policies) }
    this.#people.set(account.id, bounds)
    return bounds
  }

  /** `scopes`: what its token was asked to be for; null for all that it may. */
  ofService(roster: Roster, service: ServiceAccount, scopes: ReadonlySet<Scope> | null): Caller {
    this.#follow(roster)
    const place = `${service.id} ${scopes === null ? '*' : [...scopes].join(' ')}`
    const known = this.#services.get(place)
    if (known) return known
    const policies = roster.policies(service.tenant)
    const whole = callerOfService(service, {
      budgets: budgetsOfService(service, this.#configured),
      restraint: policies && restraintOfService(service, policies),
    })
    const caller = { ...whole, scopes: within(scopes, whole.scopes) }
    this.#services.set(place, caller)
    return caller
  }

  #inGroups(caller: Caller): Caller {
    if (caller.groups.length === 0) return caller
    const budgets = [...caller.budgets, ...budgetsOfGroups(caller.groups, this.#configured)]
    return { ...caller, budgets }
  }

  #follow(roster: Roster): void {
    const { tenant, key, users, groups } = this.#limits()
    const isSame =
      roster === this.#roster &&
      roster.edition === this.#edition &&
      tenant === this.#configured.tenant &&
      key === this.#configured.key &&
      users === this.#configured.users &&
      groups === this.#configured.groups
    if (isSame) return
    this.#roster = roster
    this.#edition = roster.edition
    this.#configured = { tenant, key, users, groups }
    this.#keys.clear()
    this.#people.clear()
    this.#services.clear()
  }
}
