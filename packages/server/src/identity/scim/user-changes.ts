import { SCIM_TYPES } from '@freehold/contract/scim-attributes.ts'
import * as audit from '../../audit/audit.ts'
import { Fault } from '../../kernel/fault.ts'
import { isUuid } from '../../kernel/ids.ts'
import { isUniqueViolation } from '../../store/database-fault.ts'
import type { Tx } from '../../store/store.ts'
import { insertAccount, renameAccount } from '../accounts.ts'
import { unlinkAll } from '../federation/identities.ts'
import { powersOfNames, requireCovered, requireLookedAfter } from '../looking-after.ts'
import type { Asked } from '../looking-after.ts'
import { deleteSessionsOf } from '../sessions.ts'
import { deleteUser, openAccount, readUser, shutAccount } from '../users.ts'
import type { Doc } from './attributes.ts'
import { noSuch, refused } from './refusals.ts'
import { differences } from './resource.ts'
import { openResource, sealResource } from './rows.ts'
import type { UserRow } from './user-rows.ts'
import { externalIndex, presentUserRows, userRows, userVersion } from './user-rows.ts'

/** Who provisions, and the account behind the key: null for the operator of the machine. */
export interface Provisioner extends Asked {
  readonly person: string | null
  readonly base: string
}

/** What became of an account, for the figures. */
export type Outcome = 'created' | 'changed' | 'shut' | 'opened' | 'deleted'

/** @throws Fault `not_found` */
export async function userRow(tx: Tx, id: string): Promise<UserRow> {
  const row = isUuid(id) ? await userRows(tx).where('account.id', '=', id).executeTakeFirst() : undefined
  if (row === undefined) throw noSuch('user')
  return row
}

export async function presentUser(tx: Tx, base: string, id: string): Promise<Doc> {
  const [doc] = await presentUserRows(tx, base, [await userRow(tx, id)])
  if (doc === undefined) throw new Error('a user was read and not presented')
  return doc
}

/** Opens an account. Somebody who has the name already is somebody else. @throws Fault `conflict`, `not_allowed` */
export async function createUser(
  tx: Tx,
  doc: Doc,
  { role, ...asked }: Provisioner & { readonly role: string },
): Promise<string> {
  const { caller, request, nowMs } = asked
  requireCovered(caller, await powersOfNames(tx, [role], 'role'), 'role')
  const { active = true, ...told } = doc
  const person = { name: nameOf(doc), phc: null, role }
  const { id } = await uniquely(insertAccount(tx, person, nowMs))
  const now = new Date(nowMs)
  await uniquely(
    tx.db
      .insertInto('provisioned_user')
      .values({
        tenant_id: tx.tenant,
        account_id: id,
        ...sealResource(tx, 'provisioned_user', id, told),
        external_index: externalOf(tx, doc),
        active: active === true,
        shut_at: active === true ? null : now,
        created_at: now,
        changed_at: now,
      })
      .execute(),
  )
  await audit.append(tx, {
    action: 'user.provisioned',
    actor: caller.principal.id,
    subject: id,
    request,
    detail: { role, active: active === true },
  })
  if (active !== true) await shutAccount(tx, { id }, asked)
  return id
}

/** What a client wants to be so, worked out from what is. */
export type Next = (before: Doc) => Doc | Promise<Doc>

/** @throws Fault `not_found`, `not_allowed`, `conflict`, `changed_meanwhile` */
export async function changeUser(
  tx: Tx,
  id: string,
  next: Next,
  asked: Provisioner & { readonly ifMatch: string | undefined },
): Promise<Outcome | null> {
  await userRow(tx, id)
  // The account is what everybody locks who changes anything of it; what was read before may be old.
  const user = await readUser(tx, id)
  const row = await userRow(tx, id)
  requireVersion(asked.ifMatch, userVersion(row))
  const before: Doc = { ...openResource(tx, 'provisioned_user', row), active: row.active }
  const wished = await next(before)
  const after = wished['active'] === undefined ? { ...wished, active: row.active } : wished
  const changed = differences(before, after)
  if (changed.length === 0) return null
  requireLookedAfter(asked.caller, asked.person, user)
  if (changed.includes('userName')) await uniquely(renameAccount(tx, id, nameOf(after)))
  await write(tx, row, after, asked)
  const { caller, request } = asked
  await audit.append(tx, {
    action: 'user.synchronised',
    actor: caller.principal.id,
    subject: id,
    request,
    detail: { changed: changed.map(wordOf) },
  })
  if (before['externalId'] !== undefined && changed.includes('externalId')) await letGo(tx, id, asked)
  return changed.includes('active') ? shutOrOpen(tx, row, after['active'] === true, asked) : 'changed'
}

/** @throws Fault `not_found`, `not_allowed`, `changed_meanwhile` */
export async function removeUser(
  tx: Tx,
  id: string,
  asked: Provisioner & { readonly ifMatch: string | undefined },
): Promise<void> {
  await userRow(tx, id)
  await readUser(tx, id)
  requireVersion(asked.ifMatch, userVersion(await userRow(tx, id)))
  await deleteUser(tx, id, asked)
}

/** RFC 7644 section 3.14. @throws Fault `changed_meanwhile` */
export function requireVersion(ifMatch: string | undefined, version: string): void {
  if (ifMatch === undefined || names(ifMatch, version)) return
  throw new Fault('changed_meanwhile', 'It was changed meanwhile. Read it again.', { param: 'if-match' })
}

/** Whether a list of entity tags names this one; weak or not is no difference. */
export function names(tags: string, version: string): boolean {
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '')
  return tags
    .slice(0, 2000)
    .split(',')
    .some((tag) => tag.trim() === '*' || bare(tag) === bare(version))
}

const nameOf = ({ userName }: Doc): string => {
  if (typeof userName === 'string') return userName
  throw refused('invalidValue', 'userName: is missing.', 'userName')
}

function externalOf(tx: Tx, { externalId }: Doc): Buffer | null {
  return typeof externalId === 'string' && externalId !== '' ? externalIndex(tx, externalId) : null
}

/** Names of attributes are on record, and what they hold is not. */
const wordOf = (name: string): string => (name.includes(':') ? 'enterprise' : name)

async function write(tx: Tx, { id, version }: UserRow, doc: Doc, { nowMs }: Provisioner): Promise<void> {
  const { active, ...told } = doc
  await uniquely(
    tx.db
      .updateTable('provisioned_user')
      .set({
        ...sealResource(tx, 'provisioned_user', id, told),
        external_index: externalOf(tx, doc),
        active: active === true,
        version: version + 1,
        changed_at: new Date(nowMs),
      })
      .where('account_id', '=', id)
      .execute(),
  )
}

/** The directory says that it is another person: who came in as the former one is out. */
async function letGo(tx: Tx, id: string, { caller, request }: Provisioner): Promise<void> {
  const ending = { actor: caller.principal.id, request }
  await unlinkAll(tx, id, ending)
  await deleteSessionsOf(tx, id, { ...ending, reason: 'ended' })
}

/** What was shut here stays shut, whatever the directory says. */
async function shutOrOpen(
  tx: Tx,
  user: Pick<UserRow, 'id' | 'disabled_at' | 'shut_at'>,
  active: boolean,
  asked: Provisioner,
): Promise<Outcome> {
  const { id, disabled_at: shutAt } = user
  if (active) {
    if (shutAt === null || user.shut_at?.getTime() !== shutAt.getTime()) return 'changed'
    await openAccount(tx, { id }, asked)
    return 'opened'
  }
  if (shutAt !== null) return 'changed'
  await shutAccount(tx, { id }, asked)
  await tx.db
    .updateTable('provisioned_user')
    .set({ shut_at: new Date(asked.nowMs) })
    .where('account_id', '=', id)
    .execute()
  return 'shut'
}

async function uniquely<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Fault(
      'conflict',
      'There is an account of this userName or externalId already. One that the directory has not made is not taken over.',
      { param: 'userName' },
    )
  }
}

export const USER = SCIM_TYPES.User
