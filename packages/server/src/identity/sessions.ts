import * as audit from '../audit/audit.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import type { Account, Session } from './roster.ts'
import { fingerprintOf, newSessionSecret } from './session-cookie.ts'

/** However busy, a session ends a week after signing in. */
export const SESSION_LIFE_MS = 7 * 24 * 60 * 60_000
/** Nobody was there for a day: the next one may be somebody else. */
export const SESSION_IDLE_MS = 24 * 60 * 60_000

export interface OpenedSession {
  readonly session: Session
  /** What goes into the cookie; only its hash is stored. */
  readonly secret: string
}

/** Writes a session and its audit event; ended ones of the tenant are swept in passing. */
export async function insertSession(
  tx: Tx,
  account: Account,
  how: {
    readonly method: 'claim' | 'password'
    readonly nowMs: number
    readonly request?: string | undefined
  },
): Promise<OpenedSession> {
  const { nowMs } = how
  const secret = newSessionSecret()
  const session: Session = {
    tenant: tx.tenant,
    id: uuidV7(nowMs),
    account: account.id,
    fingerprint: fingerprintOf(secret),
    seenMs: nowMs,
    expiresMs: nowMs + SESSION_LIFE_MS,
  }
  await tx.db
    .deleteFrom('session')
    .where((where) =>
      where.or([
        where('expires_at', '<', new Date(nowMs)),
        where('seen_at', '<', new Date(nowMs - SESSION_IDLE_MS)),
      ]),
    )
    .execute()
  await tx.db
    .insertInto('session')
    .values({
      tenant_id: tx.tenant,
      id: session.id,
      account_id: account.id,
      secret_hash: Buffer.from(session.fingerprint, 'base64'),
      created_at: new Date(nowMs),
      seen_at: new Date(nowMs),
      expires_at: new Date(session.expiresMs),
    })
    .execute()
  await audit.append(tx, {
    action: 'session.opened',
    actor: account.id,
    subject: session.id,
    ...(how.request === undefined ? {} : { request: how.request }),
    detail: { method: how.method },
  })
  return { session, secret }
}

/** Removes a session; one that is gone already is fine. */
export async function deleteSession(
  tx: Tx,
  session: { readonly id: string; readonly actor: string; readonly request?: string | undefined },
): Promise<void> {
  const { numDeletedRows } = await tx.db.deleteFrom('session').where('id', '=', session.id).executeTakeFirst()
  if (numDeletedRows === 0n) return
  await audit.append(tx, {
    action: 'session.closed',
    actor: session.actor,
    subject: session.id,
    ...(session.request === undefined ? {} : { request: session.request }),
    detail: {},
  })
}
