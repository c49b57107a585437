import type { AuditEvent } from '../../audit/audit.ts'
import * as audit from '../../audit/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, TenantId } from '../../store/store.ts'
import type { AccessTokens } from '../access-tokens.ts'
import type { Roster } from '../roster.ts'
import type { Authorisation } from './authorisation-rows.ts'
import { readAuthorisation, readCode, redeem, revoke, turnOn } from './authorisation-rows.ts'
import type { PersonClaims } from './person-claims.ts'
import { claimsOf, subjectOf } from './person-claims.ts'
import { isProven, readRefreshToken, refreshToken } from './refresh-tokens.ts'

/**
 * An answer can be lost on its way, and two windows of one program can ask at once: for so long the one before is good as well,
 * and comes to the same next one.
 */
const GRACE_MS = 10_000

interface CodesParts {
  readonly store: Store
  readonly clock: Clock
  readonly roster: () => Roster
  readonly tokens: Pick<AccessTokens, 'read'>
  /** Who acts here in somebody's name stays connected: what its tokens are for. */
  readonly lasting: string
}

/** A person as one application knows them. */
export interface KnownPerson {
  readonly subject: string
  readonly claims: PersonClaims
}

/** What becomes of a code, and of the refresh tokens that come of it. Whatever is asked is asked of the database: what was ended a moment ago is ended here too. */
export class Codes {
  readonly #parts: CodesParts

  constructor(parts: CodesParts) {
    this.#parts = parts
  }

  /** Null for a code that is not good. One that was good before ends what came of it (RFC 6749 section 4.1.2). */
  async find(text: string): Promise<Authorisation | null> {
    const code = readCode(text)
    const tenant = code && this.#tenantOf(code.application)
    if (!code || !tenant) return null
    const { store, clock } = this.#parts
    return store.withTenant({ tenant }, async (tx) => {
      const asked = { nowMs: clock.now(), secret: code.secret }
      const found = await readAuthorisation(tx, code.id, asked)
      if (found?.application !== code.application) return null
      if (!found.isRedeemed) return found
      if (await revoke(tx, code.id)) await audit.append(tx, replayed(code.application, code.id))
      return null
    })
  }

  /** False for whoever was not the first: then nobody is. */
  async redeem(text: string): Promise<boolean> {
    const code = readCode(text)
    const tenant = code && this.#tenantOf(code.application)
    if (!code || !tenant) return false
    const { store, clock, lasting } = this.#parts
    return store.withTenant({ tenant }, async (tx) => {
      const nowMs = clock.now()
      const found = await readAuthorisation(tx, code.id, { nowMs })
      const lastsToMs = found?.allowed.resource === lasting ? found.sessionEndsMs : null
      if (await redeem(tx, code.id, { nowMs, lastsToMs })) return true
      if (await revoke(tx, code.id)) await audit.append(tx, replayed(code.application, code.id))
      return false
    })
  }

  /** Null for a refresh token that is not good. One that was good before ends what came of it (RFC 9700 section 4.14.2). */
  async findRefresh(text: string): Promise<Authorisation | null> {
    const shown = readRefreshToken(text)
    const tenant = shown && this.#tenantOf(shown.application)
    if (!shown || !tenant) return null
    const { store, clock } = this.#parts
    return store.withTenant({ tenant }, async (tx) => {
      const nowMs = clock.now()
      const found = isProven(tx, shown) ? await readAuthorisation(tx, shown.authorisation, { nowMs }) : null
      if (found?.application !== shown.application || found.refresh === null) return null
      const { turn, sinceMs } = found.refresh
      if (shown.turn === turn || (shown.turn === turn - 1 && nowMs - sinceMs < GRACE_MS)) return found
      if (await revoke(tx, found.id)) await audit.append(tx, replayed(found.application, found.id))
      return null
    })
  }

  /** From now on the next one is good; whoever shows the same once more in the same moment changes nothing. */
  async useRefresh(text: string): Promise<void> {
    const shown = readRefreshToken(text)
    const tenant = shown && this.#tenantOf(shown.application)
    if (!shown || !tenant) return
    const { store, clock } = this.#parts
    await store.withTenant({ tenant }, (tx) => turnOn(tx, shown.authorisation, shown.turn, clock.now()))
  }

  /** The refresh token that is good now; null where there is none. */
  async refreshToken(application: string, id: string): Promise<string | null> {
    const tenant = this.#tenantOf(application)
    const { store, clock } = this.#parts
    if (!tenant) return null
    return store.withTenant({ tenant }, async (tx) => {
      const found = await readAuthorisation(tx, id, { nowMs: clock.now() })
      if (!found?.refresh || found.application !== application) return null
      return refreshToken(tx, { application, authorisation: id, turn: found.refresh.turn })
    })
  }

  /** The person of an authorisation of this application; null where it is not good any more. */
  async person(application: string, id: string): Promise<KnownPerson | null> {
    const tenant = this.#tenantOf(application)
    const { store, clock, roster } = this.#parts
    if (!tenant) return null
    return store.withTenant({ tenant }, async (tx) => {
      const found = await readAuthorisation(tx, id, { nowMs: clock.now() })
      const account = found && roster().account(tenant, found.account)
      if (!account || found.application !== application) return null
      return {
        subject: subjectOf(tx, application, account.id),
        claims: await claimsOf(tx, account, found.allowed.scopes),
      }
    })
  }

  /** What the bearer of an access token may learn of whoever it is about. @throws Fault `unidentified` */
  async userInfo(token: string): Promise<{ readonly sub: string } & PersonClaims> {
    const { client, id, subject } = this.#parts.tokens.read(token)
    const person = subject === client ? null : await this.person(client, id)
    if (person?.subject !== subject) {
      throw new Fault('unidentified', 'This access token is of nobody who is signed in to an application.')
    }
    return { sub: subject, ...person.claims }
  }

  #tenantOf(application: string): TenantId | undefined {
    return this.#parts.roster().application(application)?.tenant
  }
}

const replayed = (application: string, authorisation: string): AuditEvent => ({
  action: 'authorisation.replayed',
  actor: application,
  subject: application,
  detail: { authorisation },
})
