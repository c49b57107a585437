import * as audit from '../audit/audit.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { Store } from '../store/store.ts'
import { findCredential, foldName } from './accounts.ts'
import type { Passwords } from './password.ts'
import { RateLimit } from './rate-limit.ts'
import type { Account } from './roster.ts'

/** Wrong passwords that may come at once, and how fast the count falls. */
const TRIES_PER_NAME = { burst: 10, everyMs: 20_000 }
const TRIES_OVERALL = { burst: 100, everyMs: 200 }
const MAX_NAMES = 4096
/** Actor of an audit event about somebody who did not say who they are. */
const ANONYMOUS = 'anonymous'

/** Name and password, checked at a bounded pace. */
export class SignIn {
  readonly #store: Store
  readonly #passwords: Passwords
  readonly #perName: RateLimit
  readonly #overall: RateLimit

  constructor(store: Store, passwords: Passwords, clock: Clock) {
    this.#store = store
    this.#passwords = passwords
    this.#perName = new RateLimit(clock, TRIES_PER_NAME, MAX_NAMES)
    this.#overall = new RateLimit(clock, TRIES_OVERALL, 1)
  }

  /** @throws Fault `wrong_login`, the same for a wrong name and a wrong password; `too_many` after many */
  async check(
    login: { readonly name: string; readonly password: string },
    request?: string,
  ): Promise<Account> {
    const name = foldName(login.name)
    // Counted before the slow check, so that a volley in parallel counts too; a right one is given back.
    this.#overall.take('all', 'Too many wrong sign-ins. Try again in a moment.')
    this.#perName.take(name, 'Too many wrong sign-ins with this name. Try again later.')
    const found = await this.#store.withTenant({ tenant: this.#store.home }, (tx) => findCredential(tx, name))
    const fits = await this.#passwords.verify(found?.phc ?? null, login.password)
    if (!fits || found === null) {
      await this.#recordRefusal(found?.account ?? null, request)
      throw new Fault('wrong_login', 'The name or the password is wrong.')
    }
    this.#overall.giveBack('all')
    this.#perName.giveBack(name)
    return found.account
  }

  async #recordRefusal(account: Account | null, request: string | undefined): Promise<void> {
    await this.#store.withTenant({ tenant: this.#store.home }, (tx) =>
      audit.append(tx, {
        action: 'session.refused',
        actor: ANONYMOUS,
        ...(account === null ? {} : { subject: account.id }),
        ...(request === undefined ? {} : { request }),
        detail: { reason: account === null ? 'unknown_name' : 'wrong_password' },
      }),
    )
  }
}
