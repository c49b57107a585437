import { timingSafeEqual } from 'node:crypto'
import * as audit from '../audit/audit.ts'
import { Fault } from '../kernel/fault.ts'
import { isUniqueViolation } from '../store/database-fault.ts'
import type { TenantId, Tx } from '../store/store.ts'
import { insertAccount } from './accounts.ts'
import type { Account } from './roster.ts'
import { insertSession } from './sessions.ts'
import type { OpenedSession } from './sessions.ts'

/** HKDF from the root key: the same label and info always give the same 32 bytes, and nothing is stored. */
export type DeriveFromRoot = (label: string, info: string) => Buffer

/** The token of the one-time link. It is the same at every start, so a link that was printed once stays good. */
export function claimToken(deriveFromRoot: DeriveFromRoot, tenant: TenantId): string {
  return deriveFromRoot('owner-claim', tenant).toString('base64url')
}

/** The token stands in the fragment, which no browser sends and no server logs. */
export function claimLink(url: string, token: string): string {
  return `${url.replace(/\/+$/, '')}/#claim=${token}`
}

/** @throws Fault `wrong_claim` */
export function requireClaimToken(sent: string, expected: string): void {
  const [left, right] = [Buffer.from(sent), Buffer.from(expected)]
  if (left.length !== right.length || !timingSafeEqual(left, right)) {
    throw new Fault(
      'wrong_claim',
      'This is not the claim link of this installation. Copy it whole from where Freehold was started.',
      { param: 'token' },
    )
  }
}

/** What a second claim is told. */
export function alreadyClaimed(): Fault {
  return new Fault('already_claimed', 'This installation has an owner already. Sign in instead.')
}

/** Of the transaction's tenant. */
export async function hasOwner(tx: Tx): Promise<boolean> {
  const owner = await tx.db.selectFrom('account').select('id').where('role', '=', 'owner').executeTakeFirst()
  return owner !== undefined
}

/**
 * Makes the owner's account and first session.
 * @throws Fault `already_claimed`
 */
export async function claimOwner(
  tx: Tx,
  person: { readonly name: string; readonly phc: string },
  asked: { readonly nowMs: number; readonly request?: string | undefined },
): Promise<OpenedSession & { readonly account: Account }> {
  if (await hasOwner(tx)) throw alreadyClaimed()
  const account = await insertOwner(tx, person, asked.nowMs)
  await audit.append(tx, {
    action: 'owner.claimed',
    actor: account.id,
    subject: account.id,
    ...(asked.request === undefined ? {} : { request: asked.request }),
    detail: {},
  })
  return { account, ...(await insertSession(tx, account, { method: 'claim', ...asked })) }
}

/** Of two claims at once both see an empty house; the unique index on the owner lets one of them in. */
async function insertOwner(
  tx: Tx,
  person: { readonly name: string; readonly phc: string },
  nowMs: number,
): Promise<Account> {
  try {
    return await insertAccount(tx, { ...person, role: 'owner' }, nowMs)
  } catch (error) {
    throw isUniqueViolation(error) ? alreadyClaimed() : error
  }
}
