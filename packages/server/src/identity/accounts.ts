import { uuidV7 } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import { foldName } from './account-name.ts'
import { unseal } from './census.ts'
import type { Account } from './roster.ts'

/** What a sign-in is checked against. */
export interface Credential {
  readonly account: Account
  readonly phc: string
}

/** The account of that name in the transaction's tenant, or null. */
export async function findCredential(tx: Tx, name: string): Promise<Credential | null> {
  const row = await tx.db
    .selectFrom('account')
    .selectAll()
    .where('name_index', '=', tx.keys.blind('account.name', foldName(name)))
    .executeTakeFirst()
  if (!row) return null
  const open = (column: string, sealed: Buffer): string =>
    unseal(tx, row, { table: 'account', column }, sealed)
  return {
    account: {
      tenant: tx.tenant,
      id: row.id,
      name: open('name_sealed', row.name_sealed),
      role: row.role,
    },
    phc: open('password_sealed', row.password_sealed),
  }
}

/** Writes an account; name and password hash are sealed, the name is findable by blind index only. */
export async function insertAccount(
  tx: Tx,
  person: { readonly name: string; readonly phc: string; readonly role: string },
  nowMs: number,
): Promise<Account> {
  const id = uuidV7(nowMs)
  const { dek, wrapped } = tx.keys.newDek({ table: 'account', row: id, column: 'dek' })
  const seal = (column: string, text: string): Buffer =>
    dek.seal({ table: 'account', row: id, column }, Buffer.from(text, 'utf8'))
  await tx.db
    .insertInto('account')
    .values({
      tenant_id: tx.tenant,
      id,
      dek: wrapped,
      name_sealed: seal('name_sealed', person.name),
      name_index: tx.keys.blind('account.name', foldName(person.name)),
      password_sealed: seal('password_sealed', person.phc),
      role: person.role,
      created_at: new Date(nowMs),
    })
    .execute()
  return { tenant: tx.tenant, id, name: person.name, role: person.role }
}
