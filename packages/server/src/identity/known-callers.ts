import { budgetsOfAccount, budgetsOfGroups, budgetsOfKey } from './budgets.ts'
import type { ConfiguredLimits } from './budgets.ts'
import type { Budget, Caller } from './caller.ts'
import { callerOfKey, rightsOfKey } from './rights.ts'
import type { Account, ApiKey, Roster } from './roster.ts'

/** A key whose rights are resolved. Whether it has expired is asked at every use. */
export interface KnownKey {
  readonly key: ApiKey
  readonly caller: Caller
  readonly expiresMs: number | null
}

/**
 * The callers of keys that were used, each the same object from one request to the next: resolving a chain of keys is
 * done once, and what hangs on a caller is found without a name. All are forgotten when keys, people or limits change.
 */
export class KnownCallers {
  readonly #limits: () => ConfiguredLimits
  #roster: Roster | null = null
  #edition = 0
  #configured: ConfiguredLimits = {}
  readonly #keys = new Map<string, KnownKey>()
  readonly #people = new Map<string, readonly Budget[]>()

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
    const caller = this.#inGroups(callerOfKey(key, rights, budgetsOfKey(key, roster, this.#configured)))
    const resolved = { key, caller, expiresMs: rights.expiresMs }
    this.#keys.set(fingerprint, resolved)
    return resolved
  }

  /** What bounds a person. */
  budgetsOf(roster: Roster, account: Account): readonly Budget[] {
    this.#follow(roster)
    const known = this.#people.get(account.id)
    if (known) return known
    const budgets = [
      ...budgetsOfAccount(account, this.#configured),
      ...budgetsOfGroups(account, this.#configured),
    ]
    this.#people.set(account.id, budgets)
    return budgets
  }

  #inGroups(caller: Caller): Caller {
    if (caller.groups.length === 0) return caller
    const budgets = [...caller.budgets, ...budgetsOfGroups(caller, this.#configured)]
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
  }
}
