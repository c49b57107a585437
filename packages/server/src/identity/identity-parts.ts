import { createDialler } from '../kernel/dialler/dialler.ts'
import type { Clock } from '../kernel/clock.ts'
import type { TenantDatabases } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import type { AccessTokens } from './access-tokens.ts'
import { BreakGlass } from './break-glass/break-glass.ts'
import type { ConfiguredLimits } from './budgets.ts'
import type { DeriveFromRoot } from './claim.ts'
import { Factors } from './factors/factors.ts'
import type { FederationParts } from './federation/federation.ts'
import { Federation } from './federation/federation.ts'
import { Authorisations } from './issuer/authorisations.ts'
import type { AuthorisationsParts } from './issuer/authorisations.ts'
import { PasswordProof } from './password-proof.ts'
import type { Passwords } from './password.ts'
import { People } from './people.ts'
import { Policies } from './policies/policies.ts'
import { personBehind } from './rights.ts'
import type { Roster } from './roster.ts'
import type { ProvisioningParts } from './scim/provisioning.ts'
import { Provisioning } from './scim/provisioning.ts'
import { sessionCookie } from './session-cookie.ts'
import { ServiceAccounts } from './services.ts'
import type { TenantDirectory } from './tenants/directory.ts'
import { Tenants } from './tenants/tenants.ts'

export interface IdentityParts {
  readonly store: Store
  readonly databases: Pick<TenantDatabases, 'make' | 'drop' | 'standing'>
  readonly deriveFromRoot: DeriveFromRoot
  readonly clock: Clock
  /** Where people reach this installation; decides the cookie's name and which origin is ours. Null on loopback. */
  readonly publicUrl?: string | null
  /** The address that links lead to where there is no public one. */
  readonly listenUrl?: () => string
  /** How long a change on another replica may go unseen. */
  readonly refreshEveryMs?: number
  readonly passwords?: Passwords
  /** Asked at every request; gives the same objects until they change. Default: nothing is limited. */
  readonly limits?: () => ConfiguredLimits
  /** Access tokens of our own issuer. Default: none is known. */
  readonly tokens?: Pick<AccessTokens, 'read'>
  /** Who our tokens say that they are from. */
  readonly issuer?: () => string
  /** Hears what came of requests of applications to sign somebody in. */
  readonly authorised?: AuthorisationsParts['counted']
  /** Providers elsewhere whose people may sign in. Default: none. */
  readonly federation?: Pick<FederationParts, 'connections' | 'dialler' | 'arrived'>
  /** Hears what a directory did with accounts. */
  readonly provisioned?: ProvisioningParts['changed']
  /** Hears why a refresh in the background failed; callers hear of it when the picture is a minute old. */
  readonly onRefreshFailed?: (error: unknown) => void
  /** Hears of each use of the emergency account. */
  readonly glassBroken?: (used: { readonly use: string; readonly minutes: number }) => void
}

/** What looks after people and programs, each part its own tables. */
export interface Offices {
  readonly people: People
  readonly tenants: Tenants
  readonly services: ServiceAccounts
  readonly policies: Policies
  readonly factors: Factors
  readonly breakGlass: BreakGlass
  readonly federation: Federation
  readonly authorisations: Authorisations
  readonly provisioning: Provisioning
}

/** What is known of who may come in, and how to read it again after a change. */
export interface Picture {
  readonly directory: () => TenantDirectory
  readonly roster: () => Roster
  readonly refresh: () => Promise<void>
}

const NO_CONNECTIONS: readonly never[] = []

export function openOffices(parts: IdentityParts, passwords: Passwords, picture: Picture): Offices {
  const { store, clock, publicUrl = null, deriveFromRoot } = parts
  const url = (): string => publicUrl ?? parts.listenUrl?.() ?? ''
  const proof = new PasswordProof({ store, clock, passwords })
  const shared = { store, clock, proof, url, passwords, ...picture }
  const isSecure = publicUrl?.startsWith('https:') ?? false
  const elsewhere = parts.federation ?? { connections: () => NO_CONNECTIONS, dialler: createDialler() }
  return {
    people: new People(shared),
    tenants: new Tenants({
      ...shared,
      databases: parts.databases,
      hasOwner: (tenant) => picture.roster().hasOwner(tenant),
    }),
    services: new ServiceAccounts(shared),
    policies: new Policies(shared),
    provisioning: new Provisioning({
      ...shared,
      personOf: (caller) => personBehind(caller, picture.roster()),
      connections: elsewhere.connections,
      changed: parts.provisioned,
    }),
    breakGlass: new BreakGlass(shared),
    factors: new Factors({ ...shared, deriveFromRoot }),
    authorisations: new Authorisations({
      ...shared,
      deriveFromRoot,
      isSecure,
      session: sessionCookie(publicUrl),
      issuer: parts.issuer ?? url,
      counted: parts.authorised,
      onUnrecorded: parts.onRefreshFailed,
    }),
    federation: new Federation({
      ...elsewhere,
      ...shared,
      deriveFromRoot,
      isSecure,
      hasSession: (account, id) => picture.roster().session(store.home, id)?.account === account,
    }),
  }
}
