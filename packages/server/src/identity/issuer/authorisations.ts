import type { askedView, authorisationView, decisionInput } from '@freehold/contract/authorisations.ts'
import { PERSON_SCOPES } from '@freehold/contract/authorisations.ts'
import { hash } from 'node:crypto'
import { z } from 'zod'
import * as audit from '../../audit/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Store, Tx } from '../../store/store.ts'
import { mcpResource } from '../access-tokens.ts'
import type { Caller } from '../caller.ts'
import type { DeriveFromRoot } from '../claim.ts'
import { networkOf } from '../client-network.ts'
import { useUp } from '../factors/challenge.ts'
import { Tickets } from '../federation/sealed-ticket.ts'
import { signInCookie } from '../federation/sign-in-cookie.ts'
import { signedIn } from '../password-proof.ts'
import { RateLimit } from '../rate-limit.ts'
import type { Roster, ServiceAccount } from '../roster.ts'
import type { Asking } from '../same-site.ts'
import type { SessionCookie } from '../session-cookie.ts'
import { fingerprintOf, newSessionSecret } from '../session-cookie.ts'
import type { ReplyTo } from './authorisation-request.ts'
import { readAsked, readReplyTo, SentBack } from './authorisation-request.ts'
import { insertAuthorisation, lastingOf, revoke } from './authorisation-rows.ts'
import { claimsOf } from './person-claims.ts'
import { isRegistered, withAnswer } from './redirect-uris.ts'
import type { Refusal } from './refusal-events.ts'
import { RefusalEvents } from './refusal-events.ts'

/** Somebody may have to sign in first, and find a telephone for it. */
const TICKET_LIFE_MS = 10 * 60_000
/** Requests that one network may begin at once, and how fast the count falls: nothing is kept of one, so it may be an office. */
const RATE = { burst: 300, everyMs: 50 }
const RATE_OVERALL = { burst: 2000, everyMs: 20 }
const MAX_CLIENTS = 4096
const USE = 'authorise'
const TOO_MANY = 'Too many sign-ins at once. Try again in a moment.'
/** RFC 8176; for `federated` it has no word, and others write this one. */
const AMR: Readonly<Record<string, readonly string[]>> = {
  claim: ['pwd'],
  password: ['pwd'],
  invitation: ['pwd'],
  passkey: ['pop', 'user'],
  federated: ['fed'],
}

/** A request of an application, as the browser carries it: sealed, so that nothing is kept of who has not signed in. */
const begun = z.strictObject({
  id: z.string(),
  application: z.string(),
  redirectUri: z.string(),
  state: z.string().nullable(),
  scopes: z.array(z.enum(PERSON_SCOPES)),
  nonce: z.string().nullable(),
  challenge: z.string(),
  resource: z.string().nullable(),
  maxAgeS: z.number().nullable(),
  /** SHA-256 of what the browser holds in a cookie: the request is that of no other. */
  browser: z.string(),
  beganMs: z.number(),
  expiresMs: z.number(),
})
type Begun = z.output<typeof begun>

export interface AuthorisationsParts {
  readonly store: Store
  readonly clock: Clock
  readonly deriveFromRoot: DeriveFromRoot
  readonly roster: () => Roster
  /** Where our page is. */
  readonly url: () => string
  readonly isSecure: boolean
  readonly session: Pick<SessionCookie, 'read'>
  /** Who our tokens say that they are from (RFC 9207). */
  readonly issuer: () => string
  /** Hears what came of a request: asked, allowed, denied, or the error. */
  readonly counted?: ((outcome: string) => void) | undefined
  /** Hears why a refusal could not be put on record. */
  readonly onUnrecorded?: ((error: unknown) => void) | undefined
}

/** Where the browser is sent, and the cookie that it takes along. */
interface Departure {
  readonly location: string
  readonly cookie: string | null
}

interface By {
  readonly caller: Caller
  readonly request: string
  readonly asking: Asking
}

/** People who are signed in to applications elsewhere with their account here, each time with their consent. */
export class Authorisations {
  readonly #parts: AuthorisationsParts
  readonly #tickets: Tickets
  readonly #cookie: ReturnType<typeof signInCookie>
  readonly #perClient: RateLimit
  readonly #overall: RateLimit
  readonly #refusals: RefusalEvents

  constructor(parts: AuthorisationsParts) {
    const { clock, store, deriveFromRoot, isSecure } = parts
    this.#parts = parts
    this.#tickets = new Tickets(deriveFromRoot('authorise', store.home))
    this.#cookie = signInCookie(isSecure, 'authorise')
    this.#perClient = new RateLimit(clock, RATE, MAX_CLIENTS)
    this.#overall = new RateLimit(clock, RATE_OVERALL, 1)
    this.#refusals = new RefusalEvents({ store, clock, onBug: (error) => parts.onUnrecorded?.(error) })
  }

  /** Where the browser goes: to our page with what was asked for, or back with a refusal. @throws Fault `unknown_application`, `too_many` */
  begin(params: URLSearchParams, asking: Asking): Departure {
    const { roster } = this.#parts
    this.#perClient.take(networkOf(asking.address), TOO_MANY)
    this.#overall.take('all', TOO_MANY)
    let to: ReplyTo
    try {
      to = readReplyTo(params, (id) => roster().application(id))
    } catch (error) {
      const reason = error instanceof Fault ? (error.param ?? error.code) : 'bug'
      const client = roster().application(params.get('client_id') ?? '') ?? null
      this.refused({ endpoint: 'authorize', reason, client })
      throw error
    }
    try {
      return this.#depart(params, to, asking)
    } catch (error) {
      if (!(error instanceof SentBack)) throw error
      this.refused({ endpoint: 'authorize', reason: error.error, client: to.application })
      const told = { error: error.error, error_description: error.message }
      return { location: this.#answer(to, told), cookie: null }
    }
  }

  /** Where a browser is shown a refusal, in the language of its reader. */
  shown({ code }: Fault): Departure {
    return { location: `${this.#page()}/#refused=${code}`, cookie: null }
  }

  /** Counts what was refused, and puts it on record. */
  refused(refusal: Refusal): void {
    if (refusal.endpoint === 'authorize') this.#parts.counted?.(refusal.reason)
    this.#refusals.note(refusal)
  }

  close(): Promise<void> {
    return this.#refusals.close()
  }

  /** What the person is asked. @throws Fault `invalid`, `expired_request`, `unknown_application`, `not_allowed` */
  async asked({ caller, asking }: By, ticket: string): Promise<z.output<typeof askedView>> {
    const { id, sessionId } = signedIn(caller)
    const { asked, application } = this.#open(ticket, caller, asking)
    const { roster, store, issuer } = this.#parts
    const account = roster().account(caller.tenant, id)
    if (account === undefined) throw new Fault('unidentified', 'Your session has ended. Sign in again.')
    return store.withTenant(caller, async (tx) => {
      const { createdMs } = await signInOf(tx, sessionId)
      const { name = null, email = null, groups = null } = await claimsOf(tx, account, asked.scopes)
      return {
        application: { id: application.id, name: application.name },
        host: new URL(asked.redirectUri).host,
        tells: { name, email, groups: groups && [...groups] },
        resource: asked.resource,
        lasts: asked.resource === mcpResource(issuer()),
        again: isTooOld(asked, createdMs),
      }
    })
  }

  /** Where the browser goes back to, with a code or a refusal. @throws Fault as `asked`, `conflict` for one that was answered */
  async decide(
    by: By,
    { ticket, allow }: z.output<typeof decisionInput>,
  ): Promise<{ readonly location: string }> {
    const { caller, request } = by
    const { id: account, sessionId: session } = signedIn(caller)
    const { asked, application } = this.#open(ticket, caller, by.asking)
    const { store, clock, counted } = this.#parts
    const nowMs = clock.now()
    const code = await store.withTenant(caller, async (tx) => {
      await answeredOnce(tx, asked, nowMs)
      const made = allow ? await grant(tx, asked, { application, account, session, nowMs }) : null
      await audit.append(tx, {
        action: 'authorisation.decided',
        actor: account,
        subject: application.id,
        request,
        detail: { allowed: allow, scopes: asked.scopes, ...(made && { authorisation: made.id }) },
      })
      return made?.code ?? null
    })
    counted?.(allow ? 'allowed' : 'denied')
    const told =
      code === null ? { error: 'access_denied', error_description: 'the person refused' } : { code }
    return { location: this.#answer(asked, told) }
  }

  /** The programs that act in the caller's name until they end it, the one used last first. */
  async list(caller: Caller): Promise<readonly z.output<typeof authorisationView>[]> {
    const { id } = signedIn(caller)
    const { store, clock, roster } = this.#parts
    const found = await store.withTenant(caller, (tx) => lastingOf(tx, id, clock.now()))
    return found.flatMap(({ application: named, allowed, refresh, ...one }) => {
      const application = roster().application(named)
      if (application === undefined || allowed.resource === null) return []
      return {
        id: one.id,
        application: { id: application.id, name: application.name },
        scopes: allowed.scopes,
        resource: allowed.resource,
        createdAt: new Date(one.createdMs).toISOString(),
        refreshedAt: new Date(refresh?.sinceMs ?? one.createdMs).toISOString(),
        expiresAt: new Date(one.expiresMs).toISOString(),
      }
    })
  }

  /** @throws Fault `not_found` */
  async revoke(caller: Caller, { id, request }: Readonly<Record<'id' | 'request', string>>): Promise<void> {
    const { id: account } = signedIn(caller)
    const { store, clock } = this.#parts
    await store.withTenant(caller, async (tx) => {
      const found = (await lastingOf(tx, account, clock.now())).find((one) => one.id === id)
      if (found === undefined || !(await revoke(tx, id)))
        throw new Fault('not_found', 'No such program acts in your name.', { param: 'id' })
      await audit.append(tx, {
        action: 'authorisation.revoked',
        actor: account,
        subject: found.application,
        request,
        detail: { authorisation: id },
      })
    })
  }

  #depart(params: URLSearchParams, to: ReplyTo, { headers }: Asking): Departure {
    const asked = readAsked(params, to)
    if (asked.silent) {
      throw this.#hasSession(headers)
        ? new SentBack('consent_required', 'the person is asked each time')
        : new SentBack('login_required', 'nobody is signed in')
    }
    const { clock, counted } = this.#parts
    const nowMs = clock.now()
    const held = this.#cookie.read(headers) ?? ''
    // The same for every request of this browser, so that two of its windows do not end each other's.
    const secret = /^[\w-]{43}$/.test(held) ? held : newSessionSecret()
    const { silent: _, ...wishes } = asked
    const ticket: Begun = {
      ...wishes,
      scopes: [...asked.scopes],
      id: uuidV7(nowMs),
      application: to.application.id,
      redirectUri: to.redirectUri,
      state: to.state,
      browser: browserOf(secret),
      beganMs: nowMs,
      expiresMs: nowMs + TICKET_LIFE_MS,
    }
    counted?.('asked')
    return {
      location: `${this.#page()}/#authorise=${this.#tickets.seal(ticket, USE)}`,
      cookie: this.#cookie.set(secret, TICKET_LIFE_MS / 1000),
    }
  }

  /** What the ticket holds, where it is this browser's, and of an application of the caller's tenant. */
  #open(
    ticket: string,
    caller: Caller,
    { headers }: Asking,
  ): { readonly asked: Begun; readonly application: ServiceAccount } {
    const asked = this.#tickets.open(begun, ticket, { use: USE, nowMs: this.#parts.clock.now() })
    const secret = this.#cookie.read(headers)
    if (asked === null || secret === null || browserOf(secret) !== asked.browser) {
      throw new Fault(
        'expired_request',
        'This was not begun in this browser, or took too long. Go back to the application and begin again.',
        { param: 'ticket' },
      )
    }
    const application = this.#parts.roster().application(asked.application)
    // The address may have been taken away meanwhile.
    if (application === undefined || !isRegistered(asked.redirectUri, application.redirectUris)) {
      throw new Fault('unknown_application', 'This application signs nobody in here any more.', {
        param: 'ticket',
      })
    }
    if (application.tenant !== caller.tenant) {
      throw new Fault('not_allowed', 'This application is for people of another tenant.', { param: 'ticket' })
    }
    return { asked, application }
  }

  #page(): string {
    return this.#parts.url().replace(/\/+$/, '')
  }

  #hasSession(headers: Asking['headers']): boolean {
    const { session, roster, clock } = this.#parts
    const secret = session.read(headers)
    const found = secret === null ? undefined : roster().sessionBySecret(fingerprintOf(secret))
    return found !== undefined && found.expiresMs > clock.now()
  }

  #answer(
    { redirectUri, state }: Omit<ReplyTo, 'application'>,
    told: Readonly<Record<string, string>>,
  ): string {
    return withAnswer(redirectUri, { ...told, state, iss: this.#parts.issuer() })
  }
}

const browserOf = (secret: string): string => hash('sha256', secret, 'base64url')

/** A sign-in since the request began is new enough for any. */
const isTooOld = ({ maxAgeS, beganMs }: Begun, signedInMs: number): boolean =>
  maxAgeS !== null && signedInMs < beganMs - maxAgeS * 1000

async function answeredOnce(tx: Tx, { id }: Begun, nowMs: number): Promise<void> {
  try {
    await useUp(tx, `authorise ${id}`, nowMs, TICKET_LIFE_MS)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'wrong_login') throw error
    throw new Fault('conflict', 'This was answered already. Go back to the application and begin again.', {
      param: 'ticket',
    })
  }
}

async function grant(
  tx: Tx,
  asked: Begun,
  on: {
    readonly application: ServiceAccount
    readonly account: string
    readonly session: string
    readonly nowMs: number
  },
): Promise<{ readonly id: string; readonly code: string }> {
  const { createdMs, method } = await signInOf(tx, on.session)
  if (isTooOld(asked, createdMs)) {
    throw new Fault('not_allowed', 'The application wants a newer sign-in. Sign out, and in again.', {
      param: 'ticket',
    })
  }
  const { redirectUri, scopes, challenge, nonce, resource } = asked
  const how = { authTimeS: Math.floor(createdMs / 1000), amr: [...(AMR[method] ?? [])] }
  return insertAuthorisation(
    tx,
    { application: on.application.id, account: on.account, session: on.session },
    { allowed: { redirectUri, scopes, challenge, nonce, resource, ...how }, nowMs: on.nowMs },
  )
}

/** When and how the person signed in. @throws Fault `unidentified` where the session was ended meanwhile */
async function signInOf(
  tx: Tx,
  session: string,
): Promise<{ readonly createdMs: number; readonly method: string }> {
  const row = await tx.db
    .selectFrom('session')
    .select(['created_at', 'method'])
    .where('id', '=', session)
    .forKeyShare()
    .executeTakeFirst()
  if (row === undefined) throw new Fault('unidentified', 'Your session has ended. Sign in again.')
  return { createdMs: row.created_at.getTime(), method: row.method }
}
