import type { openSessionView } from '@freehold/contract/people.ts'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import * as audit from '../audit/audit.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import type { SessionTable } from '../store/identity-tables.ts'
import type { Account, Session } from './roster.ts'
import { sealer, unseal } from './sealed-columns.ts'
import { fingerprintOf, newSessionSecret } from './session-cookie.ts'

/** However busy, a session ends a week after signing in. */
export const SESSION_LIFE_MS = 7 * 24 * 60 * 60_000
/** Nobody was there for a day: the next one may be somebody else. */
export const SESSION_IDLE_MS = 24 * 60 * 60_000

const MOST_SHOWN = 200
const LONGEST_AGENT = 256

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
    readonly method: 'claim' | 'password' | 'invitation' | 'passkey' | 'federated' | 'break_glass'
    readonly nowMs: number
    /** A week where it is left out. */
    readonly lifeMs?: number
    readonly request?: string | undefined
    /** What the browser calls itself. */
    readonly agent?: string | undefined
  },
): Promise<OpenedSession> {
  const { nowMs, lifeMs = SESSION_LIFE_MS } = how
  const secret = newSessionSecret()
  const session: Session = {
    tenant: tx.tenant,
    id: uuidV7(nowMs),
    account: account.id,
    fingerprint: fingerprintOf(secret),
    seenMs: nowMs,
    expiresMs: nowMs + lifeMs,
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
      method: how.method,
      ...sealedAgent(tx, session.id, how.agent),
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

/** Who ends a session, and why. */
export interface Ending {
  readonly actor: string
  readonly reason: 'signed_out' | 'ended' | 'account_shut' | 'account_deleted' | 'password_changed'
  readonly request?: string | undefined
}

/** Removes a session; one that is gone already is fine. */
export async function deleteSession(tx: Tx, session: Ending & { readonly id: string }): Promise<void> {
  const { numDeletedRows } = await tx.db.deleteFrom('session').where('id', '=', session.id).executeTakeFirst()
  if (numDeletedRows > 0n) await recordEnd(tx, session.id, session)
}

/** Removes every session of an account but the one that is kept. Returns how many. */
export async function deleteSessionsOf(
  tx: Tx,
  account: string,
  how: Ending & { readonly keep?: string | undefined },
): Promise<number> {
  const ended = await tx.db
    .deleteFrom('session')
    .where('account_id', '=', account)
    .$if(how.keep !== undefined, (query) => query.where('id', '!=', how.keep ?? ''))
    .returning('id')
    .execute()
  for (const { id } of ended) await recordEnd(tx, id, how)
  return ended.length
}

/** The sessions of an account that have not ended, the one used last first. */
export async function listSessions(
  tx: Tx,
  account: string,
  nowMs: number,
): Promise<readonly Omit<z.output<typeof openSessionView>, 'current'>[]> {
  const rows = await tx.db
    .selectFrom('session')
    .selectAll()
    .where('account_id', '=', account)
    .where('expires_at', '>', new Date(nowMs))
    .where('seen_at', '>', new Date(nowMs - SESSION_IDLE_MS))
    .orderBy('seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST_SHOWN)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    user: row.account_id,
    method: row.method,
    agent: agentOf(tx, row),
    createdAt: row.created_at.toISOString(),
    seenAt: row.seen_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }))
}

async function recordEnd(tx: Tx, id: string, { actor, reason, request }: Ending): Promise<void> {
  await audit.append(tx, {
    action: 'session.closed',
    actor,
    subject: id,
    ...(request === undefined ? {} : { request }),
    detail: { reason },
  })
}

function sealedAgent(
  tx: Tx,
  id: string,
  agent: string | undefined,
): { readonly dek?: Buffer; readonly agent_sealed?: Buffer } {
  if (agent === undefined || agent === '') return {}
  const { dek, seal } = sealer(tx, { table: 'session', row: id })
  return { dek, agent_sealed: seal('agent_sealed', agent.slice(0, LONGEST_AGENT)) }
}

/** What the browser called itself. */
export function agentOf(
  tx: Tx,
  row: Pick<Selectable<SessionTable>, 'id' | 'dek' | 'agent_sealed'>,
): string | null {
  const { id, dek, agent_sealed: sealed } = row
  if (dek === null || sealed === null) return null
  return unseal(tx, { id, dek }, { table: 'session', column: 'agent_sealed' }, sealed)
}
