import type { Scope } from '@freehold/contract/actions.ts'
import { Fault } from '../kernel/fault.ts'
import type { Tx } from '../store/store.ts'
import { powersOf } from './authorise.ts'
import type { Caller } from './caller.ts'
import { BREAK_GLASS, builtInRole, powersOfRoles, readScopes } from './roles.ts'
import type { Privilege } from './roles.ts'
import type { Account } from './roster.ts'

/** Who does something to people, in which request and when. */
export interface Asked {
  readonly caller: Caller
  readonly request: string
  readonly nowMs: number
}

/**
 * Nobody gives, takes or looks after more than they may do themselves: that is how an administrator cannot become an
 * auditor, nor shut out the security officer.
 * @throws Fault `not_allowed` with the field
 */
export function requireCovered(caller: Caller, powers: ReadonlySet<Scope | Privilege>, param: string): void {
  const lacking = [...powers.difference(powersOf(caller))]
  if (lacking.length === 0) return
  throw new Fault(
    'not_allowed',
    `This takes or gives "${lacking.join('", "')}", which you may not do yourself.`,
    {
      param,
    },
  )
}

/** Whether the caller may do all of this, and so may give and take it. */
export const isCovered = (caller: Caller, powers: ReadonlySet<Scope | Privilege>): boolean =>
  powers.isSubsetOf(powersOf(caller))

type Ward = Pick<Account, 'id' | 'role' | 'roles' | 'customScopes'>

/** Why the caller may not change an account, null where they may. `person` as in `requireLookedAfter`. */
export function barOf(
  caller: Caller,
  person: string | null,
  account: Ward,
): 'owner' | 'own' | 'break_glass' | 'above' | null {
  if (account.role === 'owner') return 'owner'
  if (account.role === BREAK_GLASS) return 'break_glass'
  if (account.id === person) return 'own'
  return isCovered(caller, powersOfRoles(account.roles, account.customScopes)) ? null : 'above'
}

/**
 * An account that the caller may change: not the owner's, not the caller's own, not the one for emergencies, and none that may do more.
 * `person`: the account behind the caller, null for the operator.
 * @throws Fault `not_allowed`
 */
export function requireLookedAfter(caller: Caller, person: string | null, account: Ward): void {
  const bar = barOf(caller, person, account)
  if (bar === 'owner') {
    throw new Fault('not_allowed', 'The account of the owner is not changed by others.', { param: 'id' })
  }
  if (bar === 'break_glass') {
    throw new Fault('not_allowed', 'This account is armed and disarmed: freehold break-glass', {
      param: 'id',
    })
  }
  if (bar === 'own') {
    throw new Fault('not_allowed', 'This is your own account. Ask somebody else to change it.', {
      param: 'id',
    })
  }
  requireCovered(caller, powersOfRoles(account.roles, account.customScopes), 'id')
}

/** What roles allow, besides privileges too. @throws Fault `invalid` for a word that is no role here */
export async function powersOfNames(
  tx: Tx,
  roles: readonly string[],
  param: string,
): Promise<ReadonlySet<Scope | Privilege>> {
  let custom: ReadonlySet<Scope> = new Set()
  for (const role of roles) {
    const scopes = builtInRole(role) ?? (await customRole(tx, role))
    if (scopes === null) {
      throw new Fault('invalid', `There is no role "${role}". See: freehold role list`, { param })
    }
    custom = custom.union(scopes)
  }
  return powersOfRoles(roles, custom)
}

async function customRole(tx: Tx, name: string): Promise<ReadonlySet<Scope> | null> {
  const row = await tx.db
    .selectFrom('custom_role')
    .select('scopes')
    .where('name', '=', name)
    .forShare()
    .executeTakeFirst()
  return row === undefined ? null : readScopes(row.scopes)
}
