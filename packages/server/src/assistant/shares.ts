import { createHash, randomBytes } from 'node:crypto'
import { sharedView } from '@freehold/contract/conversations.ts'
import type { shareInput, shareMade, shareView } from '@freehold/contract/conversations.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { dataClass, isWithin } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { append } from '../audit/audit.ts'
import { Fault } from '../kernel/fault.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Place, Tx } from '../store/store.ts'
import type { Commit } from './conversations.ts'
import { branchTo, messageOf, viewMessage } from './messages.ts'
import type { Own } from './ownership.ts'
import { ownConversation } from './ownership.ts'
import { openMeta } from './sealed-rows.ts'

type ShareSeen = z.input<typeof shareView>
export type SharedSeen = z.input<typeof sharedView>

const place = (row: string, column: string): Place => ({ table: 'share', row, column })
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
/** The same words whether it never was, has run out or was taken back. */
const noShare = (): Fault => new Fault('not_found', 'This is not shared, or no longer.', { param: 'id' })

/** The highest class that anybody with a link may read. */
export type OpenTo = DataClass | 'none'
const mayBeOpen = (of: string, openTo: OpenTo): boolean =>
  openTo !== 'none' && isWithin(dataClass.parse(of), openTo)

const DAY_MS = 86_400_000
const snapshot = sharedView.pick({ title: true, messages: true })

/** A copy of a branch as it is now: what is said later does not show. @throws Fault `not_found`, `invalid`, `above_ceiling` */
export async function createShare(
  tx: Tx,
  own: Own,
  { id, input, openTo, now, request }: Commit & Sharing,
): Promise<z.input<typeof shareMade>> {
  const { row, dek } = await ownConversation(tx, own, id)
  const isOpen = input.audience === 'anyone'
  if (isOpen && !mayBeOpen(row.class, openTo))
    throw new Fault(
      'above_ceiling',
      `This conversation is ${row.class}; with anybody who has the link may be shared at most: ${openTo} (conversations.openShares).`,
      { param: 'audience' },
    )
  const leaf = input.message ?? row.leaf_id
  if (leaf === null)
    throw new Fault('invalid', 'message: nothing has been said in this conversation.', { param: 'message' })
  await messageOf(tx, id, leaf, 'message')
  const branch = (await branchTo(tx, id, leaf)).map((one) => viewMessage(dek, one))
  const messages = input.only ? branch.slice(branch.findLastIndex(({ role }) => role === 'user')) : branch
  // The title tells of all that was said.
  const shown = snapshot.parse({ title: input.only ? null : openMeta(dek, row).title, messages })
  const [share, token] = [uuidV7(now), randomBytes(32).toString('base64url')]
  const { dek: own_, wrapped } = tx.keys.newDek(place(share, 'dek'))
  const made = await tx.db
    .insertInto('share')
    .values({
      tenant_id: tx.tenant,
      id: share,
      conversation_id: id,
      owner: own.owner,
      dek: wrapped,
      secret_hash: hashOf(token),
      snapshot_sealed: own_.seal(place(share, 'snapshot_sealed'), Buffer.from(JSON.stringify(shown))),
      class: row.class,
      messages: messages.length,
      for_anyone: isOpen,
      created_at: new Date(now),
      expires_at: new Date(now + input.days * DAY_MS),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await append(tx, {
    action: 'share.created',
    actor: own.caller.principal.id,
    subject: share,
    request,
    detail: { conversation: id, messages: messages.length, days: input.days, audience: input.audience },
  })
  return { ...viewShare(made), token, path: isOpen ? `/shared/${tx.tenant}/${token}` : null }
}

interface Sharing {
  readonly id: string
  readonly input: z.output<typeof shareInput>
  readonly openTo: OpenTo
  readonly now: number
}

const viewShare = (row: {
  readonly id: string
  readonly messages: number
  readonly for_anyone: boolean
  readonly created_at: Date
  readonly expires_at: Date
}): ShareSeen => ({
  id: row.id,
  messages: row.messages,
  audience: row.for_anyone ? 'anyone' : 'tenant',
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
})

/** @throws Fault `not_found` */
export async function listShares(tx: Tx, own: Own, id: string): Promise<{ data: ShareSeen[] }> {
  await ownConversation(tx, own, id)
  const rows = await tx.db
    .selectFrom('share')
    .select(['id', 'messages', 'for_anyone', 'created_at', 'expires_at'])
    .where('conversation_id', '=', id)
    .where('expires_at', '>', sql<Date>`now()`)
    .orderBy('id')
    .execute()
  return { data: rows.map((row) => viewShare(row)) }
}

/** @throws Fault `not_found` */
export async function revokeShare(
  tx: Tx,
  own: Own,
  { id, request }: Commit & { readonly id: string },
): Promise<void> {
  const row = await tx.db
    .deleteFrom('share')
    .where('id', '=', id)
    .where('owner', '=', own.owner)
    .returning('conversation_id')
    .executeTakeFirst()
  if (!row) throw noShare()
  const detail = { conversation: row.conversation_id }
  await append(tx, { action: 'share.revoked', actor: own.caller.principal.id, subject: id, request, detail })
}

/** For anybody of the tenant who has the token and may read its class. @throws Fault `not_found` */
export async function readShare(tx: Tx, { caller }: Own, token: string): Promise<SharedSeen> {
  const row = await shareOf(tx, token)
  if (!row || !isWithin(dataClass.parse(row.class), caller.classCeiling)) throw noShare()
  return shownOf(tx, row)
}

/** For whoever has the link, where it was meant for anybody and still may be. @throws Fault `not_found` */
export async function openShare(tx: Tx, token: string, openTo: OpenTo): Promise<SharedSeen> {
  const row = await shareOf(tx, token)
  if (!row?.for_anyone || !mayBeOpen(row.class, openTo)) throw noShare()
  return shownOf(tx, row)
}

const shareOf = ({ db }: Tx, token: string) =>
  db
    .selectFrom('share')
    .selectAll()
    .where('secret_hash', '=', hashOf(token))
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst()

function shownOf(tx: Tx, row: NonNullable<Awaited<ReturnType<typeof shareOf>>>): SharedSeen {
  const dek = tx.keys.openDek(place(row.id, 'dek'), row.dek)
  const opened = dek.open(place(row.id, 'snapshot_sealed'), row.snapshot_sealed)
  return {
    ...snapshot.parse(JSON.parse(opened.toString('utf8'))),
    class: dataClass.parse(row.class),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}

/** Those whose time is over. */
export async function dropExpiredShares({ db }: Tx): Promise<void> {
  await db
    .deleteFrom('share')
    .where('expires_at', '<=', sql<Date>`now()`)
    .execute()
}
