import { randomBytes } from 'node:crypto'
import type { invitationInput, invitationView } from '@freehold/contract/people.ts'
import type { page } from '@freehold/contract/platform.ts'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import * as audit from '../audit/audit.ts'
import { Fault } from '../kernel/fault.ts'
import { isUuid, uuidV7 } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import type { InvitationTable } from '../store/identity-tables.ts'
import { rolesOfGroups } from './groups.ts'
import type { Asked } from './looking-after.ts'
import { requireCovered, powersOfNames } from './looking-after.ts'
import { sealer, unseal } from './sealed-columns.ts'
import { fingerprintOf } from './session-cookie.ts'

const HOUR_MS = 3_600_000
/** Of a link for a new password. */
const PASSWORD_LINK_HOURS = 24

type InvitationView = z.output<typeof invitationView>

/** What a one-time link opens. */
export interface Invitation {
  readonly id: string
  /** Null where whoever accepts chooses. */
  readonly name: string | null
  readonly role: string
  readonly groups: readonly string[]
  /** Whose password may be chosen anew; null for somebody who is to join. */
  readonly account: string | null
}

interface Created {
  readonly view: InvitationView
  readonly token: string
}

/** Invites somebody to join. @throws Fault `invalid`, `not_found`, `not_allowed` */
export async function inviteToJoin(
  tx: Tx,
  { name, role, groups, hours }: z.output<typeof invitationInput>,
  asked: Asked,
): Promise<Created> {
  requireCovered(asked.caller, await powersOfNames(tx, [role], 'role'), 'role')
  const given = await rolesOfGroups(tx, asked.caller, groups)
  requireCovered(asked.caller, await powersOfNames(tx, given, 'groups'), 'groups')
  return insert(tx, { name: name ?? null, role, groups, account: null, hours }, asked)
}

/** Invites the first owner of a tenant. Older links of the same kind are void. */
export async function inviteOwner(
  tx: Tx,
  { name, hours }: { readonly name: string | null; readonly hours: number },
  asked: Asked,
): Promise<Created> {
  await tx.db.deleteFrom('invitation').where('role', '=', 'owner').where('account_id', 'is', null).execute()
  return insert(tx, { name, role: 'owner', groups: [], account: null, hours }, asked)
}

/** Lets somebody choose a new password. Older links of the same kind are void. */
export async function inviteToChoosePassword(
  tx: Tx,
  account: { readonly id: string; readonly name: string; readonly role: string },
  asked: Asked,
): Promise<Created> {
  await tx.db.deleteFrom('invitation').where('account_id', '=', account.id).execute()
  const { id, name, role } = account
  return insert(tx, { name, role, groups: [], account: id, hours: PASSWORD_LINK_HOURS }, asked)
}

/** Those that can still be accepted, newest first. */
export async function listInvitations(
  tx: Tx,
  { after, limit }: z.output<typeof page>,
  nowMs: number,
): Promise<{ readonly data: InvitationView[]; readonly next: string | null }> {
  if (after !== undefined && !isUuid(after)) {
    throw new Fault('invalid', 'This is not the id of an invitation.', { param: 'after' })
  }
  const rows = await tx.db
    .selectFrom('invitation')
    .selectAll()
    .where('expires_at', '>', new Date(nowMs))
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const data = rows.slice(0, limit).map((row) => present(row, nameOf(tx, row)))
  return { data, next: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
}

/** @throws Fault `not_found` */
export async function withdrawInvitation(tx: Tx, id: string, { caller, request }: Asked): Promise<void> {
  const { numDeletedRows } = await tx.db
    .deleteFrom('invitation')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  if (numDeletedRows === 0n) {
    throw new Fault('not_found', 'There is no such invitation, or it was used or withdrawn.', { param: 'id' })
  }
  await audit.append(tx, {
    action: 'invitation.withdrawn',
    actor: caller.principal.id,
    subject: id,
    request,
    detail: {},
  })
}

/** Those of somebody who may not invite any more. */
export async function withdrawInvitationsOf(tx: Tx, creator: string, asked: Asked): Promise<void> {
  const rows = await tx.db.selectFrom('invitation').select('id').where('creator', '=', creator).execute()
  for (const { id } of rows) await withdrawInvitation(tx, id, asked)
}

/** What is said of a link, whatever is wrong with it. */
export const noSuchLink = (): Fault =>
  new Fault('wrong_claim', 'This link was used or withdrawn, or it is too old. Ask for a new one.', {
    param: 'token',
  })

/** @throws Fault `wrong_claim` where the link is none of ours, was used, withdrawn or is too old */
export async function findInvitation(tx: Tx, token: string, nowMs: number): Promise<Invitation> {
  const row = await tx.db
    .selectFrom('invitation')
    .selectAll()
    .where('secret_hash', '=', Buffer.from(fingerprintOf(token), 'base64'))
    .where('expires_at', '>', new Date(nowMs))
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) {
    throw noSuchLink()
  }
  const { id, role, groups, account_id: account } = row
  return { id, name: nameOf(tx, row), role, groups, account }
}

/** Uses it up. */
export async function acceptInvitation(
  tx: Tx,
  invitation: Invitation,
  by: { readonly account: string; readonly request: string | undefined },
): Promise<void> {
  await tx.db.deleteFrom('invitation').where('id', '=', invitation.id).execute()
  await audit.append(tx, {
    action: 'invitation.accepted',
    actor: by.account,
    subject: by.account,
    ...(by.request === undefined ? {} : { request: by.request }),
    detail: { invitation: invitation.id, purpose: purposeOf(invitation.account) },
  })
}

async function insert(
  tx: Tx,
  wish: Omit<Invitation, 'id'> & { readonly hours: number },
  { caller, request, nowMs }: Asked,
): Promise<Created> {
  // In passing: what is too old opens nothing and need not be kept.
  await tx.db.deleteFrom('invitation').where('expires_at', '<', new Date(nowMs)).execute()
  const id = uuidV7(nowMs)
  const token = randomBytes(32).toString('base64url')
  const { dek, seal } = sealer(tx, { table: 'invitation', row: id })
  const row = {
    tenant_id: tx.tenant,
    id,
    dek,
    name_sealed: wish.name === null ? null : seal('name_sealed', wish.name),
    secret_hash: Buffer.from(fingerprintOf(token), 'base64'),
    account_id: wish.account,
    role: wish.role,
    groups: [...wish.groups],
    creator: caller.principal.id,
    created_at: new Date(nowMs),
    expires_at: new Date(nowMs + wish.hours * HOUR_MS),
  }
  await tx.db.insertInto('invitation').values(row).execute()
  await audit.append(tx, {
    action: 'invitation.created',
    actor: caller.principal.id,
    subject: id,
    request,
    detail: { role: wish.role, groups: wish.groups.length, purpose: purposeOf(wish.account) },
  })
  return { view: present(row, wish.name), token }
}

function nameOf(tx: Tx, row: Selectable<InvitationTable>): string | null {
  if (row.name_sealed === null) return null
  return unseal(tx, row, { table: 'invitation', column: 'name_sealed' }, row.name_sealed)
}

const purposeOf = (account: string | null): 'join' | 'password' => (account === null ? 'join' : 'password')

function present(row: Selectable<InvitationTable>, name: string | null): InvitationView {
  return {
    id: row.id,
    name,
    role: row.role,
    groups: row.groups,
    purpose: purposeOf(row.account_id),
    creator: row.creator,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}
