import * as audit from '../audit/audit.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { Store, TenantId } from '../store/store.ts'
import type { Credential } from './accounts.ts'
import { foldName } from './account-name.ts'
import { findCredential } from './accounts.ts'
import { passesSecondFactor } from './factors/factors.ts'
import { networkOf } from './client-network.ts'
import type { Passwords } from './password.ts'
import { RateLimit } from './rate-limit.ts'
import type { Account } from './roster.ts'
import type { TenantDirectory } from './tenants/directory.ts'

/** Wrong passwords that may come at once from one client for one name, and how fast the count falls. */
const TRIES_PER_CLIENT = { burst: 10, everyMs: 20_000 }
/** Wide: whoever tries from elsewhere must not keep the owner out. It only bounds the work of checking. */
const TRIES_OVERALL = { burst: 200, everyMs: 100 }
const MAX_CLIENTS = 4096
const RECORD_EVERY_MS = 60_000
/** Actor of an audit event about somebody who did not say who they are. */
const ANONYMOUS = 'anonymous'

/** From where and with which request somebody signs in. */
export interface SignInVisit {
  readonly address?: string | undefined
  readonly requestId?: string | undefined
}

interface SignInParts {
  readonly store: Store
  readonly passwords: Passwords
  readonly clock: Clock
  readonly directory: () => TenantDirectory
}

/** Refusals about one account that were counted and not yet written. */
interface Unwritten {
  count: number
  nextAtMs: number
}

/** What was no wrong answer is not counted as one. */
const undone =
  (giveBack: () => void) =>
  (error: unknown): never => {
    giveBack()
    throw error
  }

/** Name and password, checked at a bounded pace. */
export class SignIn {
  readonly #store: Store
  readonly #passwords: Passwords
  readonly #clock: Clock
  readonly #perClient: RateLimit
  readonly #overall: RateLimit
  readonly #directory: () => TenantDirectory
  /** By account; all names that are nobody's are one, so that guessing names does not fill the record. */
  readonly #unwritten = new Map<string, Unwritten>()

  constructor({ store, passwords, clock, directory }: SignInParts) {
    this.#store = store
    this.#passwords = passwords
    this.#clock = clock
    this.#directory = directory
    this.#perClient = new RateLimit(clock, TRIES_PER_CLIENT, MAX_CLIENTS)
    this.#overall = new RateLimit(clock, TRIES_OVERALL, 1)
  }

  /**
   * @throws Fault `wrong_login`, the same for a wrong tenant, a wrong name and a wrong password; `second_factor` where a
   * code is asked for as well; `too_many` after many wrong ones
   */
  async check(
    login: {
      readonly name: string
      readonly password: string
      readonly tenant?: string | undefined
      readonly code?: string | undefined
    },
    visit: SignInVisit,
  ): Promise<Account> {
    const name = foldName(login.name)
    // Counted before the slow check, so that a volley in parallel counts too; what was not wrong is given back.
    const giveBack = this.#take(`${networkOf(visit.address)} ${login.tenant ?? ''} ${name}`)
    const tenant = this.#directory().called(login.tenant)
    const { found, fits } = await this.#compare({ tenant, name }, login.password).catch(undone(giveBack))
    if (!fits || found === null) {
      await this.#recordRefusal(tenant, found?.account ?? null, visit.requestId)
      throw new Fault('wrong_login', 'The name or the password is wrong.')
    }
    if (!(await this.#passes(found.account, login.code, visit).catch(undone(giveBack)))) {
      await this.#recordRefusal(found.account.tenant, found.account, visit.requestId)
      throw new Fault('wrong_login', 'The code is wrong, or it was used before.', { param: 'code' })
    }
    giveBack()
    return found.account
  }

  #passes(account: Account, code: string | undefined, visit: SignInVisit): Promise<boolean> {
    const sent = { code, nowMs: this.#clock.now(), request: visit.requestId }
    return this.#store.withTenant({ tenant: account.tenant }, (tx) =>
      passesSecondFactor(tx, account.id, sent),
    )
  }

  #take(client: string): () => void {
    this.#perClient.take(client, 'Too many wrong sign-ins with this name. Try again later.')
    try {
      this.#overall.take('all', 'Too many wrong sign-ins. Try again in a moment.')
    } catch (error) {
      this.#perClient.giveBack(client)
      throw error
    }
    return () => {
      this.#overall.giveBack('all')
      this.#perClient.giveBack(client)
    }
  }

  /** In a tenant that there is not nobody is found, after as much work as in one that there is. */
  async #compare(
    { tenant, name }: { readonly tenant: TenantId | null; readonly name: string },
    password: string,
  ): Promise<{ readonly found: Credential | null; readonly fits: boolean }> {
    const looked = await this.#store.withTenant({ tenant: tenant ?? this.#store.home }, (tx) =>
      findCredential(tx, name),
    )
    const found = tenant === null ? null : looked
    return { found, fits: await this.#passwords.verify(found?.phc ?? null, password) }
  }

  /** In the record of the tenant that was named; of one that there is not, in that of the home tenant. */
  async #recordRefusal(
    named: TenantId | null,
    account: Account | null,
    request: string | undefined,
  ): Promise<void> {
    const tenant = named ?? this.#store.home
    const key = account?.id ?? `unknown ${tenant}`
    const unwritten = this.#unwritten.get(key) ?? { count: 0, nextAtMs: 0 }
    this.#unwritten.set(key, unwritten)
    unwritten.count += 1
    const now = this.#clock.now()
    if (now < unwritten.nextAtMs) return
    const { count } = unwritten
    unwritten.count = 0
    unwritten.nextAtMs = now + RECORD_EVERY_MS
    try {
      await this.#append({ tenant, account }, count, request)
    } catch (error) {
      unwritten.count += count
      unwritten.nextAtMs = 0
      throw error
    }
  }

  async #append(
    { tenant, account }: { readonly tenant: TenantId; readonly account: Account | null },
    count: number,
    request: string | undefined,
  ): Promise<void> {
    await this.#store.withTenant({ tenant }, (tx) =>
      audit.append(tx, {
        action: 'session.refused',
        actor: ANONYMOUS,
        ...(account === null ? {} : { subject: account.id }),
        ...(request === undefined ? {} : { request }),
        detail: { reason: account === null ? 'unknown_name' : 'wrong_password', count },
      }),
    )
  }
}
