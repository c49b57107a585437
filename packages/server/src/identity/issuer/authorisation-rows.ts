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
}

const ID_BYTES = 16
const SECRET_BYTES = 32

/** What a code says: of which application, of which authorisation, and the secret that proves it. */
interface Code {
  readonly application: string
  readonly id: string
  readonly secret: Buffer
}

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')
const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

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
  const now = new Date(nowMs)
  const row = await tx.db
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
    .where('one.id', '=', id)
    .where('one.expires_at', '>', now)
    .where('account.disabled_at', 'is', null)
    .where('application.disabled_at', 'is', null)
    .where('session.expires_at', '>', now)
    .where('session.seen_at', '>', new Date(nowMs - SESSION_IDLE_MS))
    .executeTakeFirst()
  if (row === undefined) return null
  if (secret && !timingSafeEqual(hash('sha256', secret, 'buffer'), row.code_hash)) return null
  return {
    id,
    application: row.application_id,
    account: row.account_id,
    session: row.session_id,
    allowed: opened(tx, row),
    createdMs: row.created_at.getTime(),
    expiresMs: row.expires_at.getTime(),
    isRedeemed: row.redeemed_at !== null,
  }
}

type Sealed = Pick<Selectable<AuthorisationTable>, 'id' | 'dek' | 'request_sealed'>

function opened(tx: Tx, row: Sealed): Allowed {
  const place = { table: 'authorisation', column: 'request_sealed' } as const
  return allowed.parse(JSON.parse(unseal(tx, row, place, row.request_sealed)))
}

/** What a person has let an application learn. */
export const scopesIn = (tx: Tx, row: Sealed): readonly string[] => opened(tx, row).scopes

/** True for the first alone, whichever process it comes to. It lives on for as long as the tokens that come of it. */
export async function redeem(tx: Tx, id: string, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await tx.db
    .updateTable('authorisation')
    .set({ redeemed_at: new Date(nowMs), expires_at: new Date(nowMs + ACCESS_TOKEN_LIFE_S * 1000) })
    .where('id', '=', id)
    .where('redeemed_at', 'is', null)
    .where('expires_at', '>', new Date(nowMs))
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
