import type { PersonScope } from '@freehold/contract/authorisations.ts'
import type { Tx } from '../../store/store.ts'
import type { Account } from '../roster.ts'
import type { Value } from '../scim/attributes.ts'
import { isDoc } from '../scim/attributes.ts'
import { openResource } from '../scim/rows.ts'

/** What an application learns of a person by each scope, besides `sub`. */
export interface PersonClaims {
  readonly name?: string
  readonly preferred_username?: string
  readonly email?: string
  readonly groups?: readonly string[]
}

/**
 * What a person is called at one application, for good and nowhere else (OpenID Connect Core section 8.1): what two
 * applications know cannot be put together by it, and it says nothing of a name.
 */
export const subjectOf = (tx: Tx, application: string, account: string): string =>
  tx.keys.blind('application.subject', JSON.stringify([application, account])).toString('base64url')

export async function claimsOf(
  tx: Tx,
  account: Account,
  scopes: readonly PersonScope[],
): Promise<PersonClaims> {
  const email = scopes.includes('email') ? await emailOf(tx, account.id) : null
  return {
    ...(scopes.includes('profile') && { name: account.name, preferred_username: account.name }),
    ...(email !== null && { email }),
    ...(scopes.includes('groups') && { groups: account.groups }),
  }
}

/** As the directory says it over SCIM, which is the only one who does; whether it is true nobody here has looked. */
async function emailOf(tx: Tx, account: string): Promise<string | null> {
  const row = await tx.db
    .selectFrom('provisioned_user')
    .select(['account_id as id', 'dek', 'resource_sealed'])
    .where('account_id', '=', account)
    .executeTakeFirst()
  if (row === undefined) return null
  const told: Value | undefined = openResource(tx, 'provisioned_user', row)['emails']
  const all = Array.isArray(told) ? told.filter(isDoc) : []
  const value = (all.find((one) => one['primary'] === true) ?? all[0])?.['value']
  return typeof value === 'string' ? value : null
}
