import { PERSON_SCOPES } from '@freehold/contract/authorisations.ts'
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Selectable } from 'kysely'
import { z } from 'zod'
import { uuidV7 } from '../../kernel/ids.ts'
import type { AuthorisationTable } from '../../store/identity-tables.ts'
import type { Tx } from '../../store/store.ts'
import { ACCESS_TOKEN_LIFE_S } from '../access-tokens.ts'
import { sealer, unseal } from '../sealed-columns.ts'
import { SESSION_IDLE_MS } from '../sessions.ts'
import { bytesOf, uuidOf } from './refresh-tokens.ts'

/** A browser takes it along and the application comes at once (RFC 6749 section 4.1.2: ten minutes at most). */
export const CODE_LIFE_MS = 60_000

/** What was asked for and allowed, as it is kept, sealed. */
const allowed = z.strictObject({
  redirectUri: z.string(),
  scopes: z.array(z.enum(PERSON_SCOPES)),
  challenge: z.string(),
  nonce: z.string().nullable(),
  resource: z.string().nullable(),
  /** When and how the person signed in: `amr` of RFC 8176. */
  authTimeS: z.number(),
  amr: z.array(z.string()),
})
export type Allowed = z.output<typeof allowed>

/** A person has let an application know who they are. */
export interface Authorisation {
  readonly id: string
  readonly application: string
  readonly account: string
  readonly session: string
  readonly allowed: Allowed
  readonly createdMs: number
  readonly expiresMs: number
  /** Whether its code was good already. */
  readonly isRedeemed: boolean
  /** When its session ends in any case. */
  readonly sessionEndsMs: number
  /** Which refresh token is the one that is good, and since when; null where there are none. */
  readonly refresh: { readonly turn: number; readonly sinceMs: number } | null
}

const ID_BYTES = 16
const SECRET_BYTES = 32
const MOST_SHOWN = 200

/** What a code says: of which application, of which authorisation, and the secret that proves it. */
interface Code {
  readonly application: string
  readonly id: string
  readonly secret: Buffer
}

/** Null for what is no code of ours, or another spelling of one. */
export function readCode(text: string): Code | null {
  const bytes = Buffer.from(text.slice(0, 128), 'base64url')
  if (bytes.length !== 2 * ID_BYTES + SECRET_BYTES || bytes.toString('base64url') !== text) return null
  return {
    application: uuidOf(bytes.subarray(0, ID_BYTES)),
    id: uuidOf(bytes.subarray(ID_BYTES, 2 * ID_BYTES)),
    secret: bytes.subarray(2 * ID_BYTES),
  }
}

/** Returns the code, of which only a hash is kept. What has run out is swept in passing. */
export async function insertAuthorisation(
  tx: Tx,
  { application, account, session }: Readonly<Record<'application' | 'account' | 'session', string>>,
  { allowed: told, nowMs }: { readonly allowed: Allowed; readonly nowMs: number },
): Promise<{ readonly id: string; readonly code: string }> {
  const id = uuidV7(nowMs)
  const secret = randomBytes(SECRET_BYTES)
  const { dek, seal } = sealer(tx, { table: 'authorisation', row: id })
  await tx.db.deleteFrom('authorisation').where('expires_at', '<', new Date(nowMs)).execute()
  await tx.db
    .insertInto('authorisation')
    .values({
      tenant_id: tx.tenant,
      id,
      application_id: application,
      account_id: account,
      session_id: session,
      dek,
      request_sealed: seal('request_sealed', JSON.stringify(told)),
      code_hash: hash('sha256', secret, 'buffer'),
      created_at: new Date(nowMs),
      expires_at: new Date(nowMs + CODE_LIFE_MS),
    })
    .execute()
  return { id, code: Buffer.concat([bytesOf(application), bytesOf(id), secret]).toString('base64url') }
}

/** Null where it is none, has run out, or the person, the session or the application is not there as it was. */
export async function readAuthorisation(
  tx: Tx,
  id: string,
  { nowMs, secret }: { readonly nowMs: number; readonly secret?: Buffer },
): Promise<Authorisation | null> {
  const row = await good(tx, nowMs).where('one.id', '=', id).executeTakeFirst()
  if (row === undefined) return null
  if (secret && !timingSafeEqual(hash('sha256', secret, 'buffer'), row.code_hash)) return null
  return read(tx, row)
}

/** By whom somebody lets act in their name until they end it, the one that did last first. */
export async function lastingOf(tx: Tx, account: string, nowMs: number): Promise<readonly Authorisation[]> {
  const rows = await good(tx, nowMs)
    .where('one.account_id', '=', account)
    .where('one.refresh_turn', 'is not', null)
    .orderBy('one.refreshed_at', 'desc')
    .orderBy('one.id', 'desc')
    .limit(MOST_SHOWN)
    .execute()
  return rows.map((row) => read(tx, row))
}

/** What has not run out, where the person, the session and the application are there as they were. */
function good(tx: Tx, nowMs: number) {
  const now = new Date(nowMs)
  return tx.db
    .selectFrom('authorisation as one')
    .innerJoin('account', (join) =>
      join.onRef('account.tenant_id', '=', 'one.tenant_id').onRef('account.id', '=', 'one.account_id'),
    )
    .innerJoin('session', (join) =>
      join.onRef('session.tenant_id', '=', 'one.tenant_id').onRef('session.id', '=', 'one.session_id'),
    )
    .innerJoin('service_account as application', (join) =>
      join
        .onRef('application.tenant_id', '=', 'one.tenant_id')
        .onRef('application.id', '=', 'one.application_id'),
    )
    .selectAll('one')
    .select('session.expires_at as session_ends_at')
    .where('one.expires_at', '>', now)
    .where('account.disabled_at', 'is', null)
    .where('application.disabled_at', 'is', null)
    .where('session.expires_at', '>', now)
    .where('session.seen_at', '>', new Date(nowMs - SESSION_IDLE_MS))
}

const read = (
  tx: Tx,
  row: Selectable<AuthorisationTable> & { readonly session_ends_at: Date },
): Authorisation => ({
  id: row.id,
  application: row.application_id,
  account: row.account_id,
  session: row.session_id,
  allowed: opened(tx, row),
  createdMs: row.created_at.getTime(),
  expiresMs: row.expires_at.getTime(),
  isRedeemed: row.redeemed_at !== null,
  sessionEndsMs: row.session_ends_at.getTime(),
  refresh:
    row.refresh_turn === null || row.refreshed_at === null
      ? null
      : { turn: row.refresh_turn, sinceMs: row.refreshed_at.getTime() },
})

type Sealed = Pick<Selectable<AuthorisationTable>, 'id' | 'dek' | 'request_sealed'>

function opened(tx: Tx, row: Sealed): Allowed {
  const place = { table: 'authorisation', column: 'request_sealed' } as const
  return allowed.parse(JSON.parse(unseal(tx, row, place, row.request_sealed)))
}

/** What a person has let an application learn. */
export const scopesIn = (tx: Tx, row: Sealed): readonly string[] => opened(tx, row).scopes

/**
 * True for the first alone, whichever process it comes to. It lives on for as long as the token that comes of it, and as long as its
 * session (`lastsToMs`) where that can be had anew.
 */
export async function redeem(
  tx: Tx,
  id: string,
  { nowMs, lastsToMs }: { readonly nowMs: number; readonly lastsToMs: number | null },
): Promise<boolean> {
  const now = new Date(nowMs)
  const { numUpdatedRows } = await tx.db
    .updateTable('authorisation')
    .set({
      redeemed_at: now,
      expires_at: new Date(lastsToMs ?? nowMs + ACCESS_TOKEN_LIFE_S * 1000),
      ...(lastsToMs !== null && { refresh_turn: 0, refreshed_at: now }),
    })
    .where('id', '=', id)
    .where('redeemed_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** The next refresh token is the one that is good; true for the first alone. */
export async function turnOn(tx: Tx, id: string, turn: number, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('authorisation')
    .set({ refresh_turn: turn + 1, refreshed_at: new Date(nowMs) })
    .where('id', '=', id)
    .where('refresh_turn', '=', turn)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** True for whoever took it away. */
export async function revoke(tx: Tx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx.db
    .deleteFrom('authorisation')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}
