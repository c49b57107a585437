import { createHash } from 'node:crypto'
import { z } from 'zod'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import type { KeptAuthorisation } from './authorisation.ts'

export type ConnectionState = 'connected' | 'needs_authorisation' | 'expired' | 'failed'

/** An OAuth connection as it stands in the store. */
export interface KeptConnection {
  readonly id: string
  readonly skill: string
  readonly state: ConnectionState
  /** A word of ours; null where all is well. */
  readonly reason: string | null
  readonly expiresAt: Date | null
  readonly changedAt: Date
  /** Where the server is. */
  readonly server: string
  readonly kept: KeptAuthorisation
}

/** What the SDK keeps is its own; that it is an object is all that is known of it here. */
const part = z.record(z.string(), z.unknown())
const sealed = z.object({
  server: z.string(),
  kept: z.object({
    clients: z.record(z.string(), part),
    tokens: part.nullable(),
    issuer: z.string().nullable(),
    expiresMs: z.number().nullable(),
    verifier: z.string().nullable(),
    discovery: part.nullable(),
  }),
})

const placeOf = (row: string, column: string) => ({ table: 'mcp_connection', row, column }) as const
const rows = ({ db }: Tx) => db.selectFrom('mcp_connection').selectAll()
type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirst']>>

function opened({ keys }: Tx, row: Row): KeptConnection | null {
  if (row === undefined) return null
  const { id, skill, state, reason } = row
  const plain = keys.openDek(placeOf(id, 'dek'), row.dek).open(placeOf(id, 'kept_sealed'), row.kept_sealed)
  const { server, kept } = sealed.parse(JSON.parse(plain.toString('utf8')))
  return {
    id,
    skill,
    state,
    reason,
    expiresAt: row.expires_at,
    changedAt: row.changed_at,
    server,
    // We wrote it, as the SDK gave it to us.
    kept: kept as KeptAuthorisation,
  }
}

export const connectionOf = async (tx: Tx, skill: string): Promise<KeptConnection | null> =>
  opened(tx, await rows(tx).where('skill', '=', skill).forUpdate().executeTakeFirst())

/** The one that somebody was sent on the way for, at most so long ago. It is found once. */
export async function takeSent(
  tx: Tx,
  sent: string,
  { nowMs, withinMs }: { readonly nowMs: number; readonly withinMs: number },
): Promise<KeptConnection | null> {
  const row = await rows(tx).where('sent_hash', '=', hashOf(sent)).forUpdate().executeTakeFirst()
  if (row === undefined) return null
  await tx.db
    .updateTable('mcp_connection')
    .set({ sent_hash: null, sent_at: null })
    .where('id', '=', row.id)
    .execute()
  const isInTime = row.sent_at !== null && row.sent_at.getTime() + withinMs > nowMs
  return isInTime ? opened(tx, row) : null
}

export interface ConnectionChange {
  readonly skill: string
  readonly server: string
  readonly kept: KeptAuthorisation
  readonly state: ConnectionState
  readonly reason: string | null
  /** What was sent along with somebody who is on the way now. */
  readonly sent?: string
}

/** Writes it down as it is now, under a new data key. */
export async function keepConnection(tx: Tx, change: ConnectionChange, nowMs: number): Promise<void> {
  const { db, tenant, keys } = tx
  const { skill, server, kept, state, reason, sent } = change
  const before = await db
    .deleteFrom('mcp_connection')
    .where('skill', '=', skill)
    .returning(['sent_hash', 'sent_at'])
    .executeTakeFirst()
  const id = uuidV7(nowMs)
  const { dek, wrapped } = keys.newDek(placeOf(id, 'dek'))
  const text = Buffer.from(JSON.stringify({ server, kept }), 'utf8')
  const at = new Date(nowMs)
  await db
    .insertInto('mcp_connection')
    .values({
      tenant_id: tenant,
      id,
      skill,
      state,
      reason,
      dek: wrapped,
      kept_sealed: dek.seal(placeOf(id, 'kept_sealed'), text),
      sent_hash: sent === undefined ? (before?.sent_hash ?? null) : hashOf(sent),
      sent_at: sent === undefined ? (before?.sent_at ?? null) : at,
      expires_at: kept.expiresMs === null ? null : new Date(kept.expiresMs),
      changed_at: at,
    })
    .execute()
}

export async function forgetConnection({ db }: Tx, skill: string): Promise<boolean> {
  const gone = await db.deleteFrom('mcp_connection').where('skill', '=', skill).executeTakeFirst()
  return gone.numDeletedRows > 0n
}

const hashOf = (sent: string): Buffer => createHash('sha256').update(sent).digest()
