import type {
  callbackQuery,
  connectionReport,
  connectionView,
  federatedView,
} from '@freehold/contract/federation.ts'
import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import * as audit from '../../audit/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { ConnectionSetting } from '../../kernel/config/connection-keys.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import { Fault } from '../../kernel/fault.ts'
import { isUniqueViolation } from '../../store/database-fault.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Caller } from '../caller.ts'
import type { DeriveFromRoot } from '../claim.ts'
import { networkOf } from '../client-network.ts'
import { useUp } from '../factors/challenge.ts'
import type { PasswordProof } from '../password-proof.ts'
import { signedIn } from '../password-proof.ts'
import { RateLimit } from '../rate-limit.ts'
import type { Account } from '../roster.ts'
import type { Asking } from '../same-site.ts'
import type { SignInVisit } from '../sign-in.ts'
import { arrive, link, TurnedAway } from './arrival.ts'
import type { Claims } from './id-token.ts'
import { listIdentities, unlinkIdentity } from './identities.ts'
import { groupsOf, standingOf } from './mapping.ts'
import { Provider } from './provider.ts'
import { report } from './self-test.ts'
import { signInCookie } from './sign-in-cookie.ts'
import type { Begun } from './sealed-ticket.ts'
import { begun, Tickets, trial } from './sealed-ticket.ts'
import { reasonOf } from './untrusted.ts'

/** Somebody may have to find a telephone at the provider. */
const SIGN_IN_MS = 10 * 60_000
const TRIAL_MS = 5 * 60_000
/** Ways to a provider and back that one client may begin at once, and how fast the count falls. */
const RATE = { burst: 30, everyMs: 2000 }
const RATE_OVERALL = { burst: 300, everyMs: 50 }
const MAX_CLIENTS = 4096
const ANONYMOUS = 'anonymous'

export interface FederationParts {
  readonly store: Store
  readonly clock: Clock
  readonly deriveFromRoot: DeriveFromRoot
  readonly dialler: Pick<Dialler, 'open'>
  /** Asked each time; gives the same objects until the configuration changes. */
  readonly connections: () => readonly ConnectionSetting[]
  /** Where people reach this installation. */
  readonly url: () => string
  /** Whether that is https. */
  readonly isSecure: boolean
  readonly proof: PasswordProof
  /** Whether this session is open. */
  readonly hasSession: (account: string, session: string) => boolean
  /** Hears of everybody who came back. */
  readonly arrived?: (connection: string, outcome: string) => void
}

interface By {
  readonly caller: Caller
  readonly request: string
}
export interface FederatedVisit extends Asking, SignInVisit {}

/** Where the browser is sent, and the cookie that it takes along. */
export interface Departure {
  readonly location: string
  readonly cookie: string
}

/** What came of a way to a provider and back. */
export type Arrival =
  | { readonly kind: 'enter'; readonly account: Account }
  | { readonly kind: 'link' }
  | { readonly kind: 'try'; readonly text: string }

/** People who sign in at an OpenID provider elsewhere. */
export class Federation {
  readonly #parts: FederationParts
  readonly #tickets: Tickets
  readonly #cookie: ReturnType<typeof signInCookie>
  readonly #perClient: RateLimit
  readonly #overall: RateLimit
  #providers: ReadonlyMap<string, Provider> = new Map()

  constructor(parts: FederationParts) {
    const { clock, deriveFromRoot, store } = parts
    this.#parts = parts
    this.#tickets = new Tickets(deriveFromRoot('federated-sign-in', store.home))
    this.#cookie = signInCookie(parts.isSecure)
    this.#perClient = new RateLimit(clock, RATE, MAX_CLIENTS)
    this.#overall = new RateLimit(clock, RATE_OVERALL, 1)
  }

  /** Every connection, and whether its provider is there as far as is known; one that is away is looked for again. */
  list(): z.output<typeof connectionView>[] {
    return [...this.#all().values()].map((provider) => {
      provider.look()
      const { id, name } = provider.setting
      return { id, name, state: provider.isAway ? 'away' : 'ready' }
    })
  }

  /** @throws Fault `not_found`, `unavailable`, `too_many`, `federated_login` for a ticket that is too old */
  async start(connection: string, ticket: string | undefined, visit: FederatedVisit): Promise<Departure> {
    this.#count(visit)
    const provider = this.#provider(connection)
    if (ticket === undefined) return this.#depart(provider, { kind: 'enter' })
    const asked = { use: `trial ${connection}`, nowMs: this.#parts.clock.now() }
    if (this.#tickets.open(trial, ticket, asked) === null) {
      throw new Fault('federated_login', 'This link of a self-test is too old. Run the test again.', {
        param: 'ticket',
      })
    }
    return this.#depart(provider, { kind: 'try' })
  }

  /** Begins to link an account elsewhere to the caller's. @throws Fault `not_found`, `wrong_login`, `invalid`, … */
  async beginLink(
    { caller }: By,
    { connection, password }: { readonly connection: string; readonly password: string },
  ): Promise<Departure> {
    // Who has no account of their own learns nothing about what connections there are.
    signedIn(caller)
    const provider = this.#provider(this.#isOurs(caller) ? connection : '')
    const { id, sessionId } = await this.#parts.proof.require(caller, password)
    return this.#depart(provider, { kind: 'link', account: id, session: sessionId })
  }

  /** @throws Fault `federated_login`, `no_account`, `not_found`, `unavailable`, `too_many` */
  async finish(
    connection: string,
    answer: z.output<typeof callbackQuery>,
    visit: FederatedVisit,
  ): Promise<Arrival> {
    this.#count(visit)
    const provider = this.#provider(connection)
    const { clock, store, arrived } = this.#parts
    const sealed = this.#cookie.read(visit.headers)
    const asked = { use: `sign-in ${connection}`, nowMs: clock.now() }
    const started = sealed === null ? null : this.#tickets.open(begun, sealed, asked)
    // Only who began a sign-in in this browser gets as far as the record: anybody could fill it otherwise.
    if (started === null || answer.state !== started.state || started.issuer !== provider.setting.issuer) {
      arrived?.(connection, 'unbegun')
      throw new Fault(
        'federated_login',
        'This sign-in was not begun in this browser, or took too long. Try again.',
      )
    }
    try {
      await store.withTenant({ tenant: store.home }, (tx) =>
        useUp(tx, started.state, clock.now(), SIGN_IN_MS),
      )
      const arrival = await this.#redeem(provider, answer, { started, request: visit.requestId })
      arrived?.(connection, arrival.kind)
      return arrival
    } catch (error) {
      const { reason, fault } = refusalOf(error, provider.setting)
      arrived?.(connection, reason)
      await this.#recordRefusal(connection, reason, visit.requestId)
      throw fault
    }
  }

  /** The Set-Cookie value that takes the cookie of a sign-in back. */
  forget(): string {
    return this.#cookie.clear()
  }

  /** @throws Fault `not_found` */
  async test(connection: string): Promise<z.output<typeof connectionReport>> {
    const provider = this.#provider(connection)
    const expiresMs = this.#parts.clock.now() + TRIAL_MS
    const ticket = this.#tickets.seal({ expiresMs }, `trial ${connection}`)
    const start = `${this.#base()}/api/oidc/${connection}/start`
    return { ...(await report(provider)), trialUrl: `${start}?ticket=${ticket}` }
  }

  /** Those of the caller. @throws Fault `invalid` for who is not signed in */
  async identities({ caller }: By): Promise<z.output<typeof federatedView>[]> {
    const { id } = signedIn(caller)
    return this.#isOurs(caller) ? this.#within((tx) => listIdentities(tx, id)) : []
  }

  /** @throws Fault `invalid`, `not_found`, `conflict` */
  async unlink({ caller, request }: By, identity: string): Promise<void> {
    const { id } = signedIn(caller)
    await this.#parts.store.withTenant(caller, (tx) => unlinkIdentity(tx, identity, { account: id, request }))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#providers.values()].map((provider) => provider.close()))
  }

  async #redeem(
    provider: Provider,
    answer: z.output<typeof callbackQuery>,
    { started, request }: { readonly started: Begun; readonly request: string | undefined },
  ): Promise<Arrival> {
    const { setting } = provider
    const claims = await provider.redeem(answer, started)
    const { purpose } = started
    const when = { claims, nowMs: this.#parts.clock.now(), request }
    if (purpose.kind === 'try') return { kind: 'try', text: shown(setting, claims) }
    if (purpose.kind === 'enter') {
      return { kind: 'enter', account: await this.#within((tx) => arrive(tx, setting, when)) }
    }
    if (!this.#parts.hasSession(purpose.account, purpose.session)) {
      throw new TurnedAway(
        'session',
        new Fault('federated_login', 'You are not signed in any more. Try again.'),
      )
    }
    await this.#within((tx) => link(tx, setting, { ...when, account: purpose.account }))
    return { kind: 'link' }
  }

  async #depart(provider: Provider, purpose: Begun['purpose']): Promise<Departure> {
    const { id, issuer, name } = provider.setting
    const checks = {
      state: unguessable(),
      nonce: unguessable(),
      verifier: unguessable(),
    }
    const expiresMs = this.#parts.clock.now() + SIGN_IN_MS
    try {
      const location = await provider.begin(checks)
      const sealed = this.#tickets.seal({ ...checks, issuer, expiresMs, purpose }, `sign-in ${id}`)
      return { location, cookie: this.#cookie.set(sealed, SIGN_IN_MS / 1000) }
    } catch (cause) {
      throw new Fault(
        'unavailable',
        `${name} does not answer as it should. Try again, or sign in otherwise.`,
        {
          retryAfterS: 5,
          cause,
        },
      )
    }
  }

  async #recordRefusal(connection: string, reason: string, request: string | undefined): Promise<void> {
    await this.#within((tx) =>
      audit.append(tx, {
        action: 'identity.refused',
        actor: ANONYMOUS,
        subject: connection,
        ...(request === undefined ? {} : { request }),
        detail: { connection, reason },
      }),
    )
  }

  #count({ address }: FederatedVisit): void {
    this.#perClient.take(networkOf(address), 'Too many sign-ins at once. Try again in a moment.')
    this.#overall.take('all', 'Too many sign-ins at once. Try again in a moment.')
  }

  #provider(connection: string): Provider {
    const provider = this.#all().get(connection)
    if (provider !== undefined) return provider
    throw new Fault('not_found', 'There is no such identity provider here.', { param: 'id' })
  }

  /** One for each connection as it is configured now; those whose setting has changed start anew. */
  #all(): ReadonlyMap<string, Provider> {
    const settings = this.#parts.connections()
    const known = this.#providers
    const isSame = (one: ConnectionSetting): boolean => known.get(one.id)?.setting === one
    if (settings.length === known.size && settings.every(isSame)) return known
    const { dialler, clock } = this.#parts
    const next = new Map(
      settings.map((setting) => {
        const kept = known.get(setting.id)
        const redirectUri = `${this.#base()}/api/oidc/${setting.id}/callback`
        const isKept = kept !== undefined && kept.setting === setting
        return [setting.id, isKept ? kept : new Provider(setting, { dialler, clock, redirectUri })] as const
      }),
    )
    for (const [id, provider] of known) if (next.get(id) !== provider) void provider.close()
    this.#providers = next
    return next
  }

  #base(): string {
    return this.#parts.url().replace(/\/+$/, '')
  }

  /** The providers of the configuration vouch for people of the home tenant. */
  #isOurs({ tenant }: Caller): boolean {
    return tenant === this.#parts.store.home
  }

  #within<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const { store } = this.#parts
    return store.withTenant({ tenant: store.home }, work)
  }
}

const unguessable = (): string => randomBytes(32).toString('base64url')

/** The person learns that it did not work; why stands on record, for who runs the house. */
function refusalOf(
  error: unknown,
  { name }: ConnectionSetting,
): { readonly reason: string; readonly fault: Fault } {
  if (error instanceof TurnedAway) return { reason: error.reason, fault: error.fault }
  // Two of one person at once, or a state that was answered before.
  if (isUniqueViolation(error) || (error instanceof Fault && error.code === 'wrong_login')) {
    return {
      reason: 'again',
      fault: new Fault('federated_login', 'This sign-in was answered already. Try again.'),
    }
  }
  if (error instanceof Fault) return { reason: error.code, fault: error }
  const reason = reasonOf(error)
  const fault =
    reason === 'away'
      ? new Fault('unavailable', `${name} does not answer. Try again.`, { cause: error })
      : new Fault('federated_login', `What came back from ${name} is not what was asked for. Try again.`, {
          cause: error,
        })
  return { reason, fault }
}

/** What the provider said of whoever tried, and what that would be here. */
function shown(setting: ConnectionSetting, claims: Claims): string {
  const { role, groups } = standingOf(setting, claims)
  const lines = {
    claims,
    groupsOfProvider: [...groupsOf(setting, claims)],
    role: role ?? `stays (${setting.defaultRole} for somebody new)`,
    groups: [...groups],
    newcomers: setting.create ? 'get an account' : 'are turned away',
  }
  return `Nobody was signed in. This is what ${setting.name} said, and what it would mean here:\n没有人被登录。以下是 ${setting.name} 的声明及其在这里的含义：\n\n${JSON.stringify(lines, null, 2)}\n`
}
