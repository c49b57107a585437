import type { AuditEvent } from '../../audit/audit.ts'
import * as audit from '../../audit/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, TenantId } from '../../store/store.ts'
import type { AccessTokens } from '../access-tokens.ts'
import type { Roster } from '../roster.ts'
import type { Authorisation } from './authorisation-rows.ts'
import { readAuthorisation, readCode, redeem, revoke } from './authorisation-rows.ts'
import type { PersonClaims } from './person-claims.ts'
import { claimsOf, subjectOf } from './person-claims.ts'

interface CodesParts {
  readonly store: Store
  readonly clock: Clock
  readonly roster: () => Roster
  readonly tokens: Pick<AccessTokens, 'read'>
}

/** A person as one application knows them. */
export interface KnownPerson {
  readonly subject: string
  readonly claims: PersonClaims
}

/** What becomes of a code. Whatever is asked is asked of the database: what was ended a moment ago is ended here too. */
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
    const { store, clock } = this.#parts
    return store.withTenant({ tenant }, async (tx) => {
      if (await redeem(tx, code.id, clock.now())) return true
      if (await revoke(tx, code.id)) await audit.append(tx, replayed(code.application, code.id))
      return false
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
