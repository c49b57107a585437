import type { userChange, userView } from '@freehold/contract/people.ts'
import type { page } from '@freehold/contract/platform.ts'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import * as audit from '../audit/audit.ts'
import { Fault } from '../kernel/fault.ts'
import { isUuid } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import type { AccountTable } from '../store/identity-tables.ts'
import { revokeKey } from './api-keys.ts'
import { withdrawInvitationsOf } from './invitations.ts'
import type { Caller } from './caller.ts'
import type { Asked } from './looking-after.ts'
import { barOf, requireCovered, requireLookedAfter, powersOfNames } from './looking-after.ts'
import type { Account } from './roster.ts'
import { unseal } from './sealed-columns.ts'
import { deleteSessionsOf } from './sessions.ts'
import { readStandings } from './standings.ts'

export type UserView = z.output<typeof userView>

/** An account, open or shut. */
export interface User extends Account {
  readonly createdAt: Date
  readonly disabledAt: Date | null
}

/** Who looks: what they may change is said of each account. `person`: the account behind the caller. */
export interface Viewer {
  readonly caller: Caller
  readonly person: string | null
}

/** Newest first, shut ones too. */
export async function listUsers(
  tx: Tx,
  { after, limit }: z.output<typeof page>,
  viewer: Viewer,
): Promise<{ readonly data: UserView[]; readonly next: string | null }> {
  if (after !== undefined && !isUuid(after)) {
    throw new Fault('invalid', 'This is not the id of an account.', { param: 'after' })
  }
  const rows = await tx.db
    .selectFrom('account')
    .selectAll()
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const data = await presentUsers(tx, await usersOf(tx, rows.slice(0, limit)), viewer)
  return { data, next: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
}

/** @throws Fault `not_found` */
export async function readUser(tx: Tx, id: string): Promise<User> {
  const rows = await tx.db.selectFrom('account').selectAll().where('id', '=', id).forUpdate().execute()
  const [user] = await usersOf(tx, rows)
  if (user === undefined) throw new Fault('not_found', 'There is no such account.', { param: 'id' })
  return user
}

/** In the order of the ids, locked: those that are not there are left out. */
export async function lockUsers(tx: Tx, ids: readonly string[]): Promise<User[]> {
  if (ids.length === 0) return []
  const rows = await tx.db
    .selectFrom('account')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute()
  return usersOf(tx, rows)
}

/** In the order of the ids. */
export async function readUsers(tx: Tx, ids: readonly string[], viewer: Viewer): Promise<UserView[]> {
  if (ids.length === 0) return []
  const rows = await tx.db.selectFrom('account').selectAll().where('id', 'in', ids).orderBy('id').execute()
  return presentUsers(tx, await usersOf(tx, rows), viewer)
}

/** @throws Fault `not_found`, `not_allowed`, `invalid` */
export async function changeUser(
  tx: Tx,
  id: string,
  change: z.output<typeof userChange>,
  asked: Asked & { readonly person: string | null },
): Promise<void> {
  const user = await readUser(tx, id)
  requireLookedAfter(asked.caller, asked.person, user)
  const { role, disabled } = change
  if (role !== undefined && role !== user.role) {
    requireCovered(asked.caller, await powersOfNames(tx, [role], 'role'), 'role')
    await tx.db.updateTable('account').set({ role }).where('id', '=', id).execute()
    await record(tx, asked, {
      action: 'user.role_changed',
      subject: id,
      detail: { before: user.role, after: role },
    })
  }
  if (disabled === true && user.disabledAt === null) await shutAccount(tx, user, asked)
  if (disabled === false && user.disabledAt !== null) await openAccount(tx, user, asked)
}

/** Of an account that is shut. */
export async function openAccount(tx: Tx, { id }: Pick<User, 'id'>, asked: Asked): Promise<void> {
  await tx.db.updateTable('account').set({ disabled_at: null }).where('id', '=', id).execute()
  await record(tx, asked, { action: 'user.enabled', subject: id, detail: {} })
}

/** @throws Fault `not_found`, `not_allowed` */
export async function deleteUser(
  tx: Tx,
  id: string,
  asked: Asked & { readonly person: string | null },
): Promise<void> {
  const user = await readUser(tx, id)
  requireLookedAfter(asked.caller, asked.person, user)
  const { request, nowMs, caller } = asked
  const actor = caller.principal.id
  const sessions = await deleteSessionsOf(tx, id, { actor, request, reason: 'account_deleted' })
  await withdrawInvitationsOf(tx, id, asked)
  let keys = 0
  const own = await tx.db
    .selectFrom('api_key')
    .select('id')
    .where('creator', '=', id)
    .where('revoked_at', 'is', null)
    .execute()
  for (const key of own) keys += (await revokeKey(tx, key.id, { actor, nowMs, request, within: null })).length
  await tx.db.deleteFrom('account').where('id', '=', id).execute()
  await record(tx, asked, {
    action: 'user.deleted',
    subject: id,
    detail: { role: user.role, sessions, keys },
  })
}

/** What of people may leave: a whitelist. */
export async function presentUsers(
  tx: Tx,
  users: readonly User[],
  { caller, person }: Viewer,
): Promise<UserView[]> {
  const seen = await tx.db
    .selectFrom('session')
    .select(['account_id', (all) => all.fn.max('seen_at').as('seen_at')])
    .where('account_id', 'in', [...users.map(({ id }) => id), NOBODY])
    .groupBy('account_id')
    .execute()
  const seenAt = new Map(seen.map((row) => [row.account_id, row.seen_at]))
  return users.map((user) => ({
    id: user.id,
    name: user.name,
    role: user.role,
    groups: [...user.groups],
    createdAt: user.createdAt.toISOString(),
    disabledAt: user.disabledAt?.toISOString() ?? null,
    lastSeenAt: seenAt.get(user.id)?.toISOString() ?? null,
    barred: barOf(caller, person, user),
  }))
}

const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Its keys open nothing while it is shut, because they do not outlive who made them. */
export async function shutAccount(tx: Tx, { id }: Pick<User, 'id'>, asked: Asked): Promise<void> {
  const { caller, request, nowMs } = asked
  await tx.db
    .updateTable('account')
    .set({ disabled_at: new Date(nowMs) })
    .where('id', '=', id)
    .execute()
  await tx.db.deleteFrom('invitation').where('account_id', '=', id).execute()
  await withdrawInvitationsOf(tx, id, asked)
  const ending = { actor: caller.principal.id, request, reason: 'account_shut' } as const
  const sessions = await deleteSessionsOf(tx, id, ending)
  await record(tx, asked, { action: 'user.disabled', subject: id, detail: { sessions } })
}

async function usersOf(tx: Tx, rows: readonly Selectable<AccountTable>[]): Promise<User[]> {
  const standings = await readStandings(tx)
  return rows.map((row) => ({
    tenant: tx.tenant,
    id: row.id,
    name: unseal(tx, row, { table: 'account', column: 'name_sealed' }, row.name_sealed),
    role: row.role,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
    ...standings(row),
  }))
}

async function record(
  tx: Tx,
  { caller, request }: Asked,
  event: Pick<audit.AuditEvent, 'action' | 'subject' | 'detail'>,
): Promise<void> {
  await audit.append(tx, { ...event, actor: caller.principal.id, request })
}
