import type { useInput } from '@freehold/contract/break-glass.ts'
import type { callbackQuery } from '@freehold/contract/federation.ts'
import type { passkeyAssertion } from '@freehold/contract/factors.ts'
import type { claimInput, sessionInput, sessionView } from '@freehold/contract/identity.ts'
import type { invitationAcceptance } from '@freehold/contract/people.ts'
import type { page } from '@freehold/contract/platform.ts'
import type { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import { grantWithin, insertKey, listKeys, revokeKey } from './api-keys.ts'
import type { KeyInput, KeyView } from './api-keys.ts'
import type { BreakGlass } from './break-glass/break-glass.ts'
import { noticeFor, noticeOf } from './break-glass/notice.ts'
import type { Caller } from './caller.ts'
import { alreadyClaimed, claimLink, claimOwner, claimToken, requireClaimToken } from './claim.ts'
import type { Factors } from './factors/factors.ts'
import type { Arrival, Federation } from './federation/federation.ts'
import { openDoors } from './doors.ts'
import type { createStandIn } from './identify.ts'
import type { Authorisations } from './issuer/authorisations.ts'
import type { IdentityParts, Offices } from './identity-parts.ts'
import { openOffices } from './identity-parts.ts'
import { LastUse } from './last-use.ts'
import { Paced } from './paced.ts'
import { requireGoodPassword } from './password-rules.ts'
import { Passwords } from './password.ts'
import type { People } from './people.ts'
import type { Policies } from './policies/policies.ts'
import { presentCaller } from './present.ts'
import { callerOfSession, rightsOfKey } from './rights.ts'
import type { Rights } from './rights.ts'
import type { Account, Roster } from './roster.ts'
import type { Provisioning } from './scim/provisioning.ts'
import { refuseOtherSites, requireOwnOrigin } from './same-site.ts'
import type { Asking } from './same-site.ts'
import { csrfTokenOf, fingerprintOf, sessionCookie } from './session-cookie.ts'
import type { SessionCookie } from './session-cookie.ts'
import type { ServiceAccounts } from './services.ts'
import { deleteSession, insertSession } from './sessions.ts'
import type { OpenedSession } from './sessions.ts'
import type { SignInVisit } from './sign-in.ts'
import { SignIn } from './sign-in.ts'
import { Snapshot } from './snapshot.ts'
import { requireOpen } from './tenants/admission.ts'
import type { TenantDirectory } from './tenants/directory.ts'
import { requireWithinQuota } from './tenants/quotas.ts'
import type { Tenants } from './tenants/tenants.ts'

const REFRESH_EVERY_MS = 3000
/** Between two readings that were asked for, and between two reviews of what is open. */
const PAUSE_MS = 200

/** A request as identity needs to see it. */
interface Visit extends Asking, SignInVisit {}

interface Entered {
  readonly view: z.output<typeof sessionView>
  /** The Set-Cookie value. */
  readonly cookie: string
}

/** Reads who may come in and keeps the picture fresh. Rejects when the database cannot be read at all. */
export async function createIdentity(parts: IdentityParts): Promise<Identity> {
  const identity = new Identity(parts)
  await identity.start()
  return identity
}

/** Who comes in: the owner's claim, sessions, API keys, and the caller of a request. */
export class Identity implements Offices {
  /** From memory, without the database. `createIdentify` says what it throws. */
  readonly identify: (asking: Asking) => Caller
  /** The same without counting as use: a connection that is only looked at must not keep a session from ending. */
  readonly recognise: (asking: Asking) => Caller
  readonly standIn: ReturnType<typeof createStandIn>
  /** As `identify`, with the tokens that are for /mcp alone. */
  readonly identifyAtMcp: (asking: Asking) => Promise<Caller>
  readonly people: People
  readonly tenants: Tenants
  readonly services: ServiceAccounts
  readonly policies: Policies
  readonly factors: Factors
  readonly breakGlass: BreakGlass
  readonly federation: Federation
  readonly authorisations: Authorisations
  readonly provisioning: Provisioning
  readonly #parts: IdentityParts
  readonly #publicUrl: string | null
  readonly #snapshot: Snapshot
  readonly #lastUse = new LastUse()
  readonly #cookie: SessionCookie
  readonly #passwords: Passwords
  readonly #signIn: SignIn
  readonly #reading = new Paced(() => this.#read(), PAUSE_MS)
  readonly #reviews: (() => void)[] = []
  readonly #reviewing = new Paced(() => this.#reviews.forEach((review) => review()), PAUSE_MS)
  #timer: NodeJS.Timeout | null = null
  #beat: Promise<void> = Promise.resolve()

  constructor(parts: IdentityParts) {
    const { store, clock } = parts
    this.#parts = parts
    this.#publicUrl = parts.publicUrl ?? null
    this.#snapshot = new Snapshot(store, clock, () => this.#reviewing.ask())
    this.#cookie = sessionCookie(this.#publicUrl)
    this.#passwords = parts.passwords ?? new Passwords()
    const directory = (): TenantDirectory => this.#snapshot.directory
    this.#signIn = new SignIn({ store, passwords: this.#passwords, clock, directory })
    const offices = openOffices(parts, this.#passwords, {
      roster: () => this.#snapshot.roster,
      refresh: () => this.#snapshot.refreshNow(),
      directory,
    })
    this.tenants = offices.tenants
    this.people = offices.people
    this.services = offices.services
    this.policies = offices.policies
    this.factors = offices.factors
    this.breakGlass = offices.breakGlass
    this.federation = offices.federation
    this.authorisations = offices.authorisations
    this.provisioning = offices.provisioning
    const known = { snapshot: this.#snapshot, lastUse: this.#lastUse, cookie: this.#cookie }
    const doors = openDoors(parts, { ...known, publicUrl: this.#publicUrl })
    this.identify = doors.identify
    this.recognise = doors.recognise
    this.standIn = doors.standIn
    this.identifyAtMcp = doors.identifyAtMcp
  }

  async start(): Promise<void> {
    await this.#snapshot.refresh()
    // Whether providers are there is looked at, and not waited for.
    this.federation.list()
    this.#schedule()
  }

  /** Calls `review`, which must not throw, soon after who may come in has changed, and at every refresh. */
  whenChanged(review: () => void): void {
    this.#reviews.push(review)
  }

  /** What tenants there are. */
  directory(): TenantDirectory {
    return this.#snapshot.directory
  }

  /** Who may come in, as it is known now. @throws Fault `unavailable` */
  get roster(): Roster {
    return this.#snapshot.roster
  }

  /** Reads soon what was committed elsewhere. */
  heard(): void {
    this.#reading.ask()
  }

  /** As `identify`, for the handshake of a WebSocket: a session opens it from a page of ours only. @throws Fault `csrf` too */
  identifyHandshake(asking: Asking): Caller {
    const caller = this.identify(asking)
    if (caller.sessionId !== undefined) requireOwnOrigin(asking, this.#publicUrl)
    return caller
  }

  isClaimed(): boolean {
    return this.#snapshot.roster.hasOwner(this.#parts.store.home)
  }

  /** The one-time link for the owner, the same at every start; null once somebody has claimed. */
  claimLink(url: string): string | null {
    return this.isClaimed() ? null : claimLink(url, this.#claimToken())
  }

  /** @throws Fault `wrong_claim`, `already_claimed`, `csrf` or `too_many` */
  async claim(input: z.output<typeof claimInput>, visit: Visit): Promise<Entered> {
    refuseOtherSites(visit, this.#publicUrl)
    requireClaimToken(input.token, this.#claimToken())
    if (this.isClaimed()) throw alreadyClaimed()
    requireGoodPassword(input.password, input.name)
    const phc = await this.#passwords.hash(input.password)
    const asked = { nowMs: this.#parts.clock.now(), request: visit.requestId, agent: agentOf(visit) }
    const { store } = this.#parts
    const opened = await store.withTenant({ tenant: store.home }, (tx) =>
      claimOwner(tx, { name: input.name, phc }, asked),
    )
    return this.#enter(opened.account, opened)
  }

  /** @throws Fault `wrong_login`, `second_factor`, `csrf`, or `too_many` after many wrong ones */
  async login(input: z.output<typeof sessionInput>, visit: Visit): Promise<Entered> {
    refuseOtherSites(visit, this.#publicUrl)
    return this.#open(await this.#signIn.check(input, visit), 'password', visit)
  }

  /** What a browser needs to sign in by passkey. @throws Fault `csrf` */
  async passkeyChallenge(visit: Visit): Promise<object> {
    refuseOtherSites(visit, this.#publicUrl)
    return this.factors.challenge()
  }

  /** @throws Fault `wrong_login`, `csrf` */
  async enterByPasskey(input: z.output<typeof passkeyAssertion>, visit: Visit): Promise<Entered> {
    refuseOtherSites(visit, this.#publicUrl)
    return this.#open(await this.factors.enter(input), 'passkey', visit)
  }

  /** Comes back from a provider elsewhere; `cookie` is null where nobody was signed in. @throws as `Federation.finish` */
  async enterFederated(
    connection: string,
    answer: z.output<typeof callbackQuery>,
    visit: Visit,
  ): Promise<{ readonly arrival: Arrival; readonly cookie: string | null }> {
    const arrival = await this.federation.finish(connection, answer, visit)
    if (arrival.kind !== 'enter') return { arrival, cookie: null }
    const { cookie } = await this.#open(arrival.account, 'federated', visit)
    // Groups and roles may have changed with it.
    await this.#snapshot.refreshNow()
    return { arrival, cookie }
  }

  /** Joins, or chooses a new password, with a one-time link. @throws Fault `wrong_claim`, `invalid`, `conflict`, `csrf` */
  async accept(input: z.output<typeof invitationAcceptance>, visit: Visit): Promise<Entered> {
    refuseOtherSites(visit, this.#publicUrl)
    const joined = await this.people.accept(input, { request: visit.requestId, agent: agentOf(visit) })
    return this.#enter(joined.account, joined)
  }

  /** Opens the emergency account, once. @throws Fault `wrong_login`, `too_many`, `csrf` */
  async breakTheGlass(input: z.output<typeof useInput>, visit: Visit): Promise<Entered> {
    refuseOtherSites(visit, this.#publicUrl)
    const used = await this.breakGlass.use(input, { ...visit, agent: agentOf(visit) })
    this.#parts.glassBroken?.({ use: used.session.breakGlass?.id ?? '', minutes: used.minutes })
    return this.#enter(used.account, used)
  }

  /** Sessions of the emergency account that are open. */
  emergencies(): ReturnType<Roster['emergencies']> {
    return this.#snapshot.roster.emergencies(this.#parts.store.home, this.#parts.clock.now())
  }

  /** Ends the caller's own session. Returns the Set-Cookie value that clears the cookie. */
  async logout(caller: Caller, requestId?: string): Promise<string> {
    const { tenant, principal, sessionId } = caller
    if (sessionId === undefined) {
      throw new Fault('invalid', 'There is no session to end: this call did not come with a session cookie.')
    }
    await this.#parts.store.withTenant({ tenant }, (tx) =>
      deleteSession(tx, { id: sessionId, actor: principal.id, reason: 'signed_out', request: requestId }),
    )
    this.#snapshot.apply(tenant, (roster) => roster.forgetSession(tenant, sessionId))
    return this.#cookie.clear()
  }

  /** Who am I; for a session also the CSRF token. */
  view(caller: Caller, asking: Asking): z.output<typeof sessionView> {
    const secret = caller.sessionId === undefined ? null : this.#cookie.read(asking.headers)
    const session = secret === null ? null : this.#snapshot.roster.sessionBySecret(fingerprintOf(secret))
    const expiresMs = session ? session.expiresMs : (this.#rightsOf(caller)?.expiresMs ?? null)
    return {
      caller: presentCaller(caller),
      csrf: secret === null ? null : csrfTokenOf(secret),
      expiresAt: expiresMs === null ? null : new Date(expiresMs).toISOString(),
      breakGlass: noticeFor(caller, () => this.emergencies()),
    }
  }

  /** The answer holds the key itself, once. @throws Fault when it would exceed its creator */
  async createKey(
    caller: Caller,
    input: KeyInput,
    requestId?: string,
  ): Promise<KeyView & { readonly key: string }> {
    if (caller.breakGlass)
      throw new Fault('not_allowed', 'A break-glass session makes no keys: they would outlive it.')
    const nowMs = this.#parts.clock.now()
    const creator =
      input.service === undefined ? caller : this.services.behalfOf(caller, input, input.service)
    const grant = grantWithin(creator, this.#rightsOf(creator), input, nowMs)
    const { entry, view } = await this.#parts.store.withTenant({ tenant: caller.tenant }, async (tx) => {
      const by = { creator, actor: caller }
      const made = await insertKey(tx, by, { ...input, ...grant }, { nowMs, request: requestId })
      await requireWithinQuota(tx, 'keys', caller.bounds)
      return made
    })
    this.#snapshot.apply(caller.tenant, (roster) => roster.putKey(entry))
    return view
  }

  /** Newest first, revoked ones too, without secrets; of somebody who runs the house those of everybody. */
  async listKeys(
    caller: Caller,
    asked: z.output<typeof page>,
  ): Promise<{ readonly data: readonly KeyView[]; readonly next: string | null }> {
    const within = this.people.keysWithin(caller)
    return this.#parts.store.withTenant({ tenant: caller.tenant }, (tx) => listKeys(tx, within, asked))
  }

  /** It and keys made with it are refused here once this returns, on other replicas as soon as they hear of it. */
  async revokeKey(caller: Caller, id: string, requestId?: string): Promise<void> {
    const { tenant, principal } = caller
    const asked = { actor: principal.id, nowMs: this.#parts.clock.now(), request: requestId }
    const within = this.people.keysWithin(caller)
    const revoked = await this.#parts.store.withTenant({ tenant }, (tx) =>
      revokeKey(tx, id, { ...asked, within }),
    )
    this.#snapshot.apply(tenant, (roster) => {
      for (const one of revoked) roster.forgetKey(tenant, one)
    })
  }

  /** Stops refreshing and writes the last uses; a database that is away already does not hold up the stop. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await Promise.all([this.#beat, this.#reading.close(), this.#reviewing.close()])
    await Promise.all([this.federation, this.policies, this.authorisations].map((office) => office.close()))
    try {
      await this.#lastUse.write(this.#parts.store, this.#parts.clock.now(), true)
    } catch (error) {
      this.#parts.onRefreshFailed?.(error)
    }
  }

  async #open(
    account: Account,
    method: 'password' | 'passkey' | 'federated',
    visit: Visit,
  ): Promise<Entered> {
    requireOpen(this.#snapshot.directory, account.tenant, visit.address)
    const nowMs = this.#parts.clock.now()
    const how = { method, nowMs, request: visit.requestId, agent: agentOf(visit) }
    const opened = await this.#parts.store.withTenant({ tenant: account.tenant }, (tx) =>
      insertSession(tx, account, how),
    )
    return this.#enter(account, opened)
  }

  #enter(account: Account, { session, secret }: OpenedSession): Entered {
    this.#snapshot.apply(account.tenant, (roster) => {
      roster.putAccount(account)
      roster.putSession(session)
    })
    return {
      view: {
        caller: presentCaller(callerOfSession(session, account)),
        csrf: csrfTokenOf(secret),
        expiresAt: new Date(session.expiresMs).toISOString(),
        breakGlass: noticeOf(session),
      },
      cookie: this.#cookie.set(secret, Math.round((session.expiresMs - this.#parts.clock.now()) / 1000)),
    }
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#beat = this.#refreshInBackground()
    }, this.#parts.refreshEveryMs ?? REFRESH_EVERY_MS).unref()
  }

  async #refreshInBackground(): Promise<void> {
    try {
      await this.#snapshot.refresh()
      await this.#lastUse.write(this.#parts.store, this.#parts.clock.now())
    } catch (error) {
      this.#parts.onRefreshFailed?.(error)
    }
    if (this.#timer !== null) this.#schedule()
  }

  async #read(): Promise<void> {
    try {
      await this.#snapshot.refreshNow()
    } catch (error) {
      this.#parts.onRefreshFailed?.(error)
    }
  }

  #claimToken(): string {
    return claimToken(this.#parts.deriveFromRoot, this.#parts.store.home)
  }

  /** The rights of a caller that is itself a key; null for a person. */
  #rightsOf({ tenant, principal }: Caller): Rights | null {
    const { roster } = this.#snapshot
    const key = principal.kind === 'key' ? roster.key(tenant, principal.id) : undefined
    return key ? rightsOfKey(key, roster) : null
  }
}

const agentOf = ({ headers }: Asking): string | undefined => headers['user-agent']
