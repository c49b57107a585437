import type {
  factorsView,
  passkeyAssertion,
  passkeyInput,
  passkeyView,
  totpConfirmation,
  totpSecret,
} from '@freehold/contract/factors.ts'
import type { z } from 'zod'
import * as audit from '../../audit/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, Tx } from '../../store/store.ts'
import { credentialOf } from '../accounts.ts'
import type { Caller } from '../caller.ts'
import type { DeriveFromRoot } from '../claim.ts'
import type { Asked } from '../looking-after.ts'
import type { PasswordProof } from '../password-proof.ts'
import { signedIn } from '../password-proof.ts'
import type { Account } from '../roster.ts'
import { sealer, unseal } from '../sealed-columns.ts'
import { Challenges } from './challenge.ts'
import * as passkeys from './passkeys.ts'
import type { Site } from './passkeys.ts'
import { countRecoveryCodes, renewRecoveryCodes, takeRecoveryCode } from './recovery-codes.ts'
import type { TenantDirectory } from '../tenants/directory.ts'
import { matchingStep, newTotpSecret, totpUri } from './totp.ts'

const ISSUER = 'Freehold'

interface FactorsParts {
  readonly store: Store
  readonly proof: PasswordProof
  readonly clock: Clock
  readonly deriveFromRoot: DeriveFromRoot
  /** Where people reach this installation. */
  readonly url: () => string
  readonly directory: () => TenantDirectory
}

interface By {
  readonly caller: Caller
  readonly request: string
}

/** What somebody signs in with besides a password: an authenticator app, recovery codes, passkeys. */
export class Factors {
  readonly #parts: FactorsParts
  readonly #challenges: Challenges

  constructor(parts: FactorsParts) {
    this.#parts = parts
    this.#challenges = new Challenges(parts.deriveFromRoot('webauthn-challenge', parts.store.home))
  }

  read({ caller }: By): Promise<z.output<typeof factorsView>> {
    const { id } = signedIn(caller)
    return this.#within(caller, async (tx) => ({
      totp: (await totpOf(tx, id)) !== null,
      recoveryCodes: await countRecoveryCodes(tx, id),
      passkeys: await passkeys.listPasskeys(tx, id),
    }))
  }

  newTotp({ caller }: By): z.output<typeof totpSecret> {
    const { name } = signedIn(caller)
    const secret = newTotpSecret()
    return { secret, uri: totpUri(secret, { issuer: ISSUER, account: name }) }
  }

  /** @throws Fault `wrong_login`, `second_factor`, `too_many` */
  async confirmTotp(
    by: By,
    { secret, code, password }: z.output<typeof totpConfirmation>,
  ): Promise<{ codes: string[] }> {
    const { id } = await this.#parts.proof.require(by.caller, password)
    const step = matchingStep(secret, code, { nowMs: this.#parts.clock.now(), after: 0 })
    if (step === null) {
      throw new Fault('second_factor', 'This code does not fit. Look at the clock of the telephone.', {
        param: 'code',
      })
    }
    return this.#within(by.caller, async (tx) => {
      await tx.db.deleteFrom('totp').where('account_id', '=', id).execute()
      const { dek, seal } = sealer(tx, { table: 'totp', row: id })
      await tx.db
        .insertInto('totp')
        .values({
          tenant_id: tx.tenant,
          account_id: id,
          dek,
          secret_sealed: seal('secret_sealed', secret),
          last_step: step,
        })
        .execute()
      const codes = await renewRecoveryCodes(tx, id)
      await record(tx, by, { action: 'totp.confirmed', subject: id, detail: { count: codes.length } })
      return { codes }
    })
  }

  /** @throws Fault `wrong_login`, `not_found` */
  async removeTotp(by: By, password: string): Promise<void> {
    const { id } = await this.#parts.proof.require(by.caller, password)
    await this.#within(by.caller, async (tx) => {
      if (!(await dropTotp(tx, id))) throw new Fault('not_found', 'There is no authenticator app to remove.')
      await record(tx, by, { action: 'totp.removed', subject: id, detail: {} })
    })
  }

  /** @throws Fault `wrong_login`, `conflict` without an authenticator app */
  async renewCodes(by: By, password: string): Promise<{ codes: string[] }> {
    const { id } = await this.#parts.proof.require(by.caller, password)
    return this.#within(by.caller, async (tx) => {
      if ((await totpOf(tx, id)) === null) {
        throw new Fault('conflict', 'Recovery codes stand in for an authenticator app, and there is none.')
      }
      const codes = await renewRecoveryCodes(tx, id)
      await record(tx, by, { action: 'recovery_codes.made', subject: id, detail: { count: codes.length } })
      return { codes }
    })
  }

  /** @throws Fault `wrong_login` */
  async passkeyOptions({ caller }: By, password: string): Promise<object> {
    const owner = await this.#parts.proof.require(caller, password)
    const challenge = this.#challenges.issue(`passkey-add ${owner.id}`, this.#parts.clock.now())
    return this.#within(caller, (tx) =>
      passkeys.creationOptions(tx, { owner, site: this.#site(), challenge }),
    )
  }

  /** @throws Fault `invalid`, `conflict` */
  addPasskey(by: By, sent: z.output<typeof passkeyInput>): Promise<z.output<typeof passkeyView>> {
    const owner = signedIn(by.caller)
    return this.#within(by.caller, (tx) =>
      passkeys.addPasskey(tx, sent, { ...this.#around(), owner, request: by.request }),
    )
  }

  /** @throws Fault `not_found` */
  removePasskey({ caller, request }: By, id: string): Promise<void> {
    const account = signedIn(caller).id
    return this.#within(caller, (tx) => passkeys.removePasskey(tx, id, { account, request }))
  }

  /** What a browser needs to sign in without a name. */
  challenge(): Promise<object> {
    const { clock } = this.#parts
    return passkeys.requestOptions(this.#site(), this.#challenges.issue('passkey-enter', clock.now()))
  }

  /** Whose passkey answered. @throws Fault `wrong_login` */
  async enter({ response, tenant }: z.output<typeof passkeyAssertion>): Promise<Account> {
    const { store, directory } = this.#parts
    const named = directory().called(tenant)
    return store.withTenant({ tenant: named ?? store.home }, async (tx) => {
      const id = await passkeys.accountOfPasskey(tx, response, this.#around())
      const credential = await credentialOf(tx, id)
      if (named === null || credential === null)
        throw new Fault('wrong_login', 'This passkey does not open an account here.')
      return credential.account
    })
  }

  #site(): Site {
    const url = new URL(this.#parts.url() || 'http://localhost')
    // An address is no relying party; a browser on this machine reaches the same place by name.
    if (/^(127\.|\[)/.test(url.hostname)) url.hostname = 'localhost'
    return { id: url.hostname, origin: url.origin }
  }

  #around() {
    return { site: this.#site(), challenges: this.#challenges, nowMs: this.#parts.clock.now() }
  }

  #within<T>({ tenant }: Caller, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#parts.store.withTenant({ tenant }, work)
  }
}

/**
 * The second step of signing in by password: nothing without an authenticator app, otherwise a code of it, or a recovery
 * code, which is used up.
 * @throws Fault `second_factor` where a code is asked for; false where the one that was sent is wrong
 */
export async function passesSecondFactor(
  tx: Tx,
  account: string,
  sent: { readonly code: string | undefined; readonly nowMs: number; readonly request: string | undefined },
): Promise<boolean> {
  const known = await totpOf(tx, account)
  if (known === null) return true
  const { code, nowMs, request } = sent
  if (code === undefined) {
    throw new Fault('second_factor', 'Enter the six digits of your authenticator app, or a recovery code.', {
      param: 'code',
    })
  }
  const step = matchingStep(known.secret, code.replaceAll(/\s/g, ''), { nowMs, after: known.lastStep })
  if (step === null) return takeRecoveryCode(tx, code, { account, request })
  await tx.db.updateTable('totp').set({ last_step: step }).where('account_id', '=', account).execute()
  return true
}

/** For somebody who lost the device: everything but the password goes. */
export async function resetFactors(tx: Tx, account: string, asked: Asked): Promise<void> {
  const totp = await dropTotp(tx, account)
  const gone = await tx.db.deleteFrom('passkey').where('account_id', '=', account).executeTakeFirst()
  const detail = { passkeys: Number(gone.numDeletedRows), totp }
  await record(tx, asked, { action: 'factors.reset', subject: account, detail })
}

async function totpOf(
  tx: Tx,
  account: string,
): Promise<{ readonly secret: string; readonly lastStep: number } | null> {
  const row = await tx.db
    .selectFrom('totp')
    .selectAll()
    .where('account_id', '=', account)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return null
  const place = { table: 'totp', column: 'secret_sealed' } as const
  const secret = unseal(tx, { id: row.account_id, dek: row.dek }, place, row.secret_sealed)
  return { secret, lastStep: Number(row.last_step) }
}

/** The recovery codes go with it. */
async function dropTotp(tx: Tx, account: string): Promise<boolean> {
  await tx.db.deleteFrom('recovery_code').where('account_id', '=', account).execute()
  const { numDeletedRows } = await tx.db
    .deleteFrom('totp')
    .where('account_id', '=', account)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

async function record(
  tx: Tx,
  { caller, request }: By,
  event: Pick<audit.AuditEvent, 'action' | 'subject' | 'detail'>,
): Promise<void> {
  await audit.append(tx, { ...event, actor: caller.principal.id, request })
}
