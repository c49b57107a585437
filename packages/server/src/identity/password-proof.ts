import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { Store } from '../store/store.ts'
import { credentialOf } from './accounts.ts'
import type { Caller } from './caller.ts'
import type { Passwords } from './password.ts'
import { RateLimit } from './rate-limit.ts'

/** Wrong passwords of somebody who is signed in: whoever found an open screen must not try for long. */
const TRIES = { burst: 5, everyMs: 60_000 }
const MAX_PEOPLE = 4096

/** Somebody who is signed in. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly sessionId: string
}

/** The password once more, before what protects an account is changed; tried at one bounded pace for all such changes. */
export class PasswordProof {
  readonly #parts: { readonly store: Store; readonly passwords: Passwords }
  readonly #tries: RateLimit

  constructor(parts: { readonly store: Store; readonly passwords: Passwords; readonly clock: Clock }) {
    this.#parts = parts
    this.#tries = new RateLimit(parts.clock, TRIES, MAX_PEOPLE)
  }

  /** `param`: the field that holds the password. @throws Fault `wrong_login`, `too_many`, `invalid` */
  async require(caller: Caller, password: string, param = 'password'): Promise<Person> {
    const person = signedIn(caller)
    const { store, passwords } = this.#parts
    this.#tries.take(person.id, 'Too many wrong passwords. Try again later.')
    const credential = await store.withTenant(caller, (tx) => credentialOf(tx, person.id))
    if (!(await passwords.verify(credential?.phc ?? null, password))) {
      throw new Fault('wrong_login', 'The password is wrong.', { param })
    }
    this.#tries.giveBack(person.id)
    return person
  }
}

/** @throws Fault `invalid` for who is not signed in */
export function signedIn({ principal, sessionId }: Caller): Person {
  if (sessionId === undefined || principal.kind !== 'user') {
    throw new Fault(
      'invalid',
      'This belongs to somebody who is signed in: an API key has no password or passkey.',
    )
  }
  return { id: principal.id, name: principal.name ?? principal.id, sessionId }
}
