import type { Scope } from '@freehold/contract/actions.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Limits } from '@freehold/contract/limits.ts'
import type { publicKey } from '@freehold/contract/service-accounts.ts'
import type { z } from 'zod'
import type { TenantId } from '../store/store.ts'
import type { Compiled } from './policies/compiled.ts'

interface Entry {
  readonly tenant: TenantId
  readonly id: string
}

/** A person whose account is open. */
export interface Account extends Entry {
  readonly name: string
  /** The person's own. */
  readonly role: string
  readonly groups: readonly string[]
  /** The same by id, which no rename changes. */
  readonly groupIds: readonly string[]
  /** The person's own, and those of the groups. */
  readonly roles: readonly string[]
  /** What roles of the tenant's own allow of it. */
  readonly customScopes: ReadonlySet<Scope>
}

/** A program that acts in its own name, and is open. */
export interface ServiceAccount extends Entry {
  readonly name: string
  readonly role: string
  /** What a role of the tenant's own allows it. */
  readonly customScopes: ReadonlySet<Scope>
  /** Null: everything the role allows. */
  readonly scopes: ReadonlySet<Scope> | null
  readonly class: DataClass
  readonly ceiling: DataClass
  readonly limits: Limits
  readonly keys: readonly PublicKey[]
  /** `URI:…` or `DNS:…`: the name in its client certificate. */
  readonly certificate: string | null
  readonly resources: readonly string[]
  /** Where people are taken back whom it has signed in here; empty for a program that signs nobody in. */
  readonly redirectUris: readonly string[]
  /** It can keep no key. */
  readonly keyless: boolean
}

/** What a service account proves itself with. */
export type PublicKey = z.output<typeof publicKey>

export interface Session extends Entry {
  readonly account: string
  /** SHA-256 of the cookie's secret, base64. */
  readonly fingerprint: string
  readonly seenMs: number
  readonly expiresMs: number
  /** Where it was opened for an emergency. */
  readonly breakGlass?: BreakGlassUse
}

/** A use of the emergency account, and why. */
export interface BreakGlassUse {
  readonly id: string
  readonly reason: string
}

export interface ApiKey extends Entry {
  readonly name: string | null
  /** Account id, id of a service account, key id or `local-operator`. */
  readonly creator: string
  /** SHA-256 of the whole key, base64. */
  readonly fingerprint: string
  /** Null: everything the creator may do. */
  readonly scopes: ReadonlySet<Scope> | null
  readonly class: DataClass
  readonly ceiling: DataClass
  /** Empty: those of the configuration. */
  readonly limits: Limits
  readonly expiresMs: number | null
  readonly usedMs: number | null
}

/** The people, service accounts, sessions and live keys of one tenant at one moment. */
export interface Census {
  readonly accounts: readonly Account[]
  readonly services: readonly ServiceAccount[]
  readonly sessions: readonly Session[]
  readonly keys: readonly ApiKey[]
  /** Null where the tenant has none. */
  readonly policies: Compiled | null
}

/** Everybody who may come in, found by id or by the fingerprint of the secret. */
export class Roster {
  readonly #accounts = new Map<string, Account>()
  readonly #services = new Map<string, ServiceAccount>()
  readonly #clients = new Map<string, ServiceAccount>()
  readonly #applications = new Map<string, ServiceAccount>()
  readonly #sessions = new Map<string, Session>()
  readonly #keys = new Map<string, ApiKey>()
  readonly #sessionsBySecret = new Map<string, Session>()
  readonly #keysBySecret = new Map<string, ApiKey>()
  readonly #policies = new Map<TenantId, Compiled>()
  #edition = 0

  constructor(censuses: Iterable<Census>) {
    for (const census of censuses) {
      for (const account of census.accounts) this.putAccount(account)
      for (const service of census.services) this.putService(service)
      for (const session of census.sessions) this.putSession(session)
      for (const key of census.keys) this.putKey(key)
      if (census.policies?.tenant) this.#policies.set(census.policies.tenant, census.policies)
    }
  }

  /** Rises whenever what a key may do could have changed. */
  get edition(): number {
    return this.#edition
  }

  account(tenant: TenantId, id: string): Account | undefined {
    return this.#accounts.get(`${tenant} ${id}`)
  }

  service(tenant: TenantId, id: string): ServiceAccount | undefined {
    return this.#services.get(`${tenant} ${id}`)
  }

  services(tenant: TenantId): readonly ServiceAccount[] {
    return [...this.#services.values()].filter((service) => service.tenant === tenant)
  }

  /** Whoever may get tokens: its id is enough to name it. Undefined for one that has nothing to prove itself with. */
  tokenClient(id: string): ServiceAccount | undefined {
    return this.#clients.get(id)
  }

  get hasTokenClients(): boolean {
    return this.#clients.size > 0
  }

  /** Whether there is an application that people are signed in to. */
  get hasApplications(): boolean {
    return this.#applications.size > 0
  }

  /** An application that people are signed in to: its id is enough to name it. */
  application(id: string): ServiceAccount | undefined {
    return this.#applications.get(id)
  }

  key(tenant: TenantId, id: string): ApiKey | undefined {
    return this.#keys.get(`${tenant} ${id}`)
  }

  accounts(tenant: TenantId): readonly Account[] {
    return [...this.#accounts.values()].filter((account) => account.tenant === tenant)
  }

  keys(tenant: TenantId): readonly ApiKey[] {
    return [...this.#keys.values()].filter((key) => key.tenant === tenant)
  }

  /** Null where there are none. */
  policies(tenant: TenantId): Compiled | null {
    return this.#policies.get(tenant) ?? null
  }

  keyBySecret(fingerprint: string): ApiKey | undefined {
    return this.#keysBySecret.get(fingerprint)
  }

  session(tenant: TenantId, id: string): Session | undefined {
    return this.#sessions.get(`${tenant} ${id}`)
  }

  sessionBySecret(fingerprint: string): Session | undefined {
    return this.#sessionsBySecret.get(fingerprint)
  }

  /** Sessions of the emergency account that are open. */
  emergencies(tenant: TenantId, nowMs: number): readonly Session[] {
    const all = [...this.#sessions.values()]
    return all.filter((one) => one.tenant === tenant && one.breakGlass && one.expiresMs > nowMs)
  }

  hasOwner(tenant: TenantId): boolean {
    return this.#accounts.values().some((account) => account.tenant === tenant && account.role === 'owner')
  }

  putAccount(account: Account): void {
    this.#edition += 1
    this.#accounts.set(`${account.tenant} ${account.id}`, account)
  }

  putService(service: ServiceAccount): void {
    this.#edition += 1
    this.#services.set(`${service.tenant} ${service.id}`, service)
    const { id, keys, certificate, keyless, redirectUris } = service
    const signsPeopleIn = redirectUris.length > 0
    const isKnown = keys.length > 0 || certificate !== null || (keyless && signsPeopleIn)
    if (isKnown) this.#clients.set(id, service)
    if (isKnown && signsPeopleIn) this.#applications.set(id, service)
  }

  putSession(session: Session): void {
    this.#sessions.set(`${session.tenant} ${session.id}`, session)
    this.#sessionsBySecret.set(session.fingerprint, session)
  }

  putKey(key: ApiKey): void {
    this.#edition += 1
    this.#keys.set(`${key.tenant} ${key.id}`, key)
    this.#keysBySecret.set(key.fingerprint, key)
  }

  forgetSession(tenant: TenantId, id: string): void {
    const session = this.#sessions.get(`${tenant} ${id}`)
    if (!session) return
    this.#sessions.delete(`${tenant} ${id}`)
    this.#sessionsBySecret.delete(session.fingerprint)
  }

  forgetKey(tenant: TenantId, id: string): void {
    const key = this.key(tenant, id)
    if (!key) return
    this.#edition += 1
    this.#keys.delete(`${tenant} ${id}`)
    this.#keysBySecret.delete(key.fingerprint)
  }
}
