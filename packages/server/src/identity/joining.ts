import type { TenantBounds } from '@freehold/contract/tenants.ts'
import { Fault } from '../kernel/fault.ts'
import { isUniqueViolation } from '../store/database-fault.ts'
import type { Tx } from '../store/store.ts'
import { insertAccount } from './accounts.ts'
import type { Invitation } from './invitations.ts'
import { powersOfNames } from './looking-after.ts'
import type { Account } from './roster.ts'
import { readStandings } from './standings.ts'
import { requireWithinQuota } from './tenants/quotas.ts'

/** What whoever opens the link will be called. @throws Fault `invalid` */
export function nameFor(invitation: Invitation, chosen: string | undefined): string {
  const name = invitation.name ?? chosen
  if (name === undefined) throw new Fault('invalid', 'Choose a name to sign in with.', { param: 'name' })
  if (chosen !== undefined && chosen !== name) {
    throw new Fault('invalid', `This invitation is for "${name}".`, { param: 'name' })
  }
  return name
}

/** Makes the account that an invitation is for. @throws Fault `conflict`, `invalid`, `over_quota` */
export async function join(
  tx: Tx,
  { role, groups: invited }: Invitation,
  person: {
    readonly name: string
    readonly phc: string
    readonly nowMs: number
    readonly bounds: TenantBounds | undefined
  },
): Promise<Account> {
  await powersOfNames(tx, [role], 'token')
  const account = await freeName(insertAccount(tx, { ...person, role }, person.nowMs))
  await requireWithinQuota(tx, 'people', person.bounds)
  for (const group of invited) {
    // One that was deleted meanwhile is passed over.
    await tx.db
      .insertInto('group_member')
      .columns(['tenant_id', 'group_id', 'account_id'])
      .expression((all) =>
        all
          .selectFrom('people_group')
          .select((row) => ['tenant_id', 'id', row.val(account.id).as('account_id')])
          .where('id', '=', group),
      )
      .execute()
  }
  return { ...account, ...(await readStandings(tx))(account) }
}

async function freeName<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Fault('conflict', 'Somebody has this name already. Choose another.', { param: 'name' })
  }
}
