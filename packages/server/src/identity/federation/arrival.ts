import * as audit from '../../audit/audit.ts'
import type { ConnectionSetting } from '../../kernel/config/connection-keys.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Tx } from '../../store/store.ts'
import { foldName } from '../account-name.ts'
import { credentialOf, insertAccount } from '../accounts.ts'
import { builtInRole } from '../roles.ts'
import type { Account } from '../roster.ts'
import { userOfExternalId } from '../scim/user-rows.ts'
import { unseal } from '../sealed-columns.ts'
import type { Claims } from './id-token.ts'
import type { Elsewhere } from './identities.ts'
import { accountOf, insertIdentity, noteUse } from './identities.ts'
import type { Standing } from './mapping.ts'
import { namesOf, standingOf } from './mapping.ts'

interface When {
  readonly nowMs: number
  readonly request: string | undefined
}

/** A refusal and the word for the record. */
export class TurnedAway extends Error {
  readonly fault: Fault
  readonly reason: string

  constructor(reason: string, fault: Fault) {
    super(fault.message)
    this.name = 'TurnedAway'
    this.reason = reason
    this.fault = fault
  }
}

/** The account of somebody for whom a provider vouches; made where the connection may. @throws TurnedAway, Untrusted */
export async function arrive(
  tx: Tx,
  setting: ConnectionSetting,
  arrival: When & { readonly claims: Claims },
): Promise<Account> {
  const { claims, ...when } = arrival
  const elsewhere = elsewhereOf(setting, claims)
  const standing = standingOf(setting, claims)
  const known =
    (await accountOf(tx, elsewhere)) ?? (await provisioned(tx, setting, { ...when, claims, elsewhere }))
  const id = known ?? (await join(tx, setting, { ...when, claims, elsewhere, standing }))
  const credential = await credentialOf(tx, id)
  if (credential === null) {
    throw new TurnedAway(
      'shut',
      new Fault('no_account', 'This account is shut. Ask whoever runs this Freehold.'),
    )
  }
  await noteUse(tx, elsewhere, when.nowMs)
  if (!(await applyStanding(tx, setting, { ...when, account: credential.account, standing }))) {
    return credential.account
  }
  // Read again: groups and roles have changed.
  const changed = await credentialOf(tx, id)
  if (changed === null) throw new Error('an account went away in its own transaction')
  return changed.account
}

/** Lets an identity open an account that its owner has proven to be the owner's. @throws TurnedAway */
export async function link(
  tx: Tx,
  setting: ConnectionSetting,
  { claims, account, nowMs, request }: When & { readonly claims: Claims; readonly account: string },
): Promise<void> {
  const elsewhere = elsewhereOf(setting, claims)
  const taken = await accountOf(tx, elsewhere)
  if (taken === account) return
  if (taken !== null) {
    throw new TurnedAway(
      'taken',
      new Fault('no_account', 'That account elsewhere opens another account here already.'),
    )
  }
  await insertIdentity(tx, elsewhere, { account, nowMs })
  await audit.append(tx, {
    action: 'identity.linked',
    actor: account,
    subject: account,
    ...(request === undefined ? {} : { request }),
    detail: { connection: setting.id },
  })
}

const elsewhereOf = ({ id, issuer }: ConnectionSetting, claims: Claims): Elsewhere => ({
  connection: id,
  issuer,
  subject: String(claims['sub']),
})

/** The account that the directory has made for somebody, found by the claim that the operator has named. */
async function provisioned(
  tx: Tx,
  setting: ConnectionSetting,
  { claims, elsewhere, nowMs, request }: Omit<Newcomer, 'standing'>,
): Promise<string | null> {
  const external = setting.scimClaim === null ? undefined : claims[setting.scimClaim]
  if (typeof external !== 'string' || external === '') return null
  const account = await userOfExternalId(tx, external)
  if (account === null) return null
  await insertIdentity(tx, elsewhere, { account, nowMs })
  await audit.append(tx, {
    action: 'identity.linked',
    actor: account,
    subject: account,
    ...(request === undefined ? {} : { request }),
    detail: { connection: setting.id },
  })
  return account
}

interface Newcomer extends When {
  readonly claims: Claims
  readonly elsewhere: Elsewhere
  readonly standing: Standing
}

async function join(tx: Tx, setting: ConnectionSetting, newcomer: Newcomer): Promise<string> {
  const { claims, elsewhere, standing, nowMs, request } = newcomer
  if (!setting.create) {
    throw new TurnedAway(
      'unknown',
      new Fault(
        'no_account',
        `Nobody here is linked to this account of ${setting.name}. Sign in and link it.`,
      ),
    )
  }
  const role = standing.role ?? setting.defaultRole
  await requireRole(tx, role)
  const name = await freeName(tx, namesOf(setting, claims))
  const { id } = await insertAccount(tx, { name, phc: null, role }, nowMs)
  await insertIdentity(tx, elsewhere, { account: id, nowMs })
  await audit.append(tx, {
    action: 'identity.created',
    actor: id,
    subject: id,
    ...(request === undefined ? {} : { request }),
    detail: { connection: setting.id, role },
  })
  return id
}

/** The first that nobody has. @throws TurnedAway */
async function freeName(tx: Tx, names: readonly string[]): Promise<string> {
  for (const name of names) {
    const taken = await tx.db
      .selectFrom('account')
      .select('id')
      .where('name_index', '=', tx.keys.blind('account.name', foldName(name)))
      .executeTakeFirst()
    if (taken === undefined) return name
  }
  throw new TurnedAway(
    'name',
    new Fault('no_account', 'The provider says no name for you that is free here. Ask for an invitation.'),
  )
}

/** @throws TurnedAway for one that the operator has deleted */
async function requireRole(tx: Tx, role: string): Promise<void> {
  if (builtInRole(role) !== null) return
  const row = await tx.db
    .selectFrom('custom_role')
    .select('name')
    .where('name', '=', role)
    .forShare()
    .executeTakeFirst()
  if (row !== undefined) return
  throw new TurnedAway(
    'role',
    new Fault('no_account', `The role "${role}" that this connection gives is not there. Tell the operator.`),
  )
}

/** Gives and takes what the connection looks after and nothing else. Whether anything changed. */
async function applyStanding(
  tx: Tx,
  setting: ConnectionSetting,
  {
    account,
    standing,
    request,
  }: Pick<When, 'request'> & { readonly account: Account; readonly standing: Standing },
): Promise<boolean> {
  // The owner's account is nobody's to change, a provider's least of all.
  const role = account.role === 'owner' ? account.role : (standing.role ?? account.role)
  if (role !== account.role) {
    await requireRole(tx, role)
    await tx.db.updateTable('account').set({ role }).where('id', '=', account.id).execute()
  }
  const { added, removed } = await applyGroups(tx, account.id, standing)
  if (role === account.role && added + removed === 0) return false
  await audit.append(tx, {
    action: 'identity.mapped',
    actor: account.id,
    subject: account.id,
    ...(request === undefined ? {} : { request }),
    detail: { connection: setting.id, role, added, removed },
  })
  return true
}

async function applyGroups(
  tx: Tx,
  account: string,
  { managed, groups }: Standing,
): Promise<{ readonly added: number; readonly removed: number }> {
  if (managed.size === 0) return { added: 0, removed: 0 }
  const rows = await tx.db.selectFrom('people_group').selectAll().forShare().execute()
  const member = await tx.db
    .selectFrom('group_member')
    .select('group_id')
    .where('account_id', '=', account)
    .execute()
  const isIn = new Set(member.map((one) => one.group_id))
  let [added, removed] = [0, 0]
  for (const row of rows) {
    const name = foldName(unseal(tx, row, { table: 'people_group', column: 'name_sealed' }, row.name_sealed))
    if (!managed.has(name)) continue
    if (groups.has(name) && !isIn.has(row.id)) {
      added += 1
      await tx.db
        .insertInto('group_member')
        .values({ tenant_id: tx.tenant, group_id: row.id, account_id: account })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
    if (!groups.has(name) && isIn.has(row.id)) {
      removed += 1
      await tx.db
        .deleteFrom('group_member')
        .where('group_id', '=', row.id)
        .where('account_id', '=', account)
        .execute()
    }
  }
  return { added, removed }
}
