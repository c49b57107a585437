import { uuidV7 } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import { foldName } from './account-name.ts'
import type { Account } from './roster.ts'
import { sealer, unseal } from './sealed-columns.ts'
import { readStandings } from './standings.ts'

/** What a sign-in is checked against. */
export interface Credential {
  readonly account: Account
  /** Null where there is no password to sign in with. */
  readonly phc: string | null
}

/** The open account of that name in the transaction's tenant, or null. */
export async function findCredential(tx: Tx, name: string): Promise<Credential | null> {
  return readCredential(tx, 'name_index', tx.keys.blind('account.name', foldName(name)))
}

/** The open account of that id, or null. */
export async function credentialOf(tx: Tx, id: string): Promise<Credential | null> {
  return readCredential(tx, 'id', id)
}

async function readCredential(
  tx: Tx,
  column: 'id' | 'name_index',
  value: string | Buffer,
): Promise<Credential | null> {
  const row = await tx.db
    .selectFrom('account')
    .selectAll()
    .where(column, '=', value)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  const open = (name: string, sealed: Buffer): string =>
    unseal(tx, row, { table: 'account', column: name }, sealed)
  const standings = await readStandings(tx)
  return {
    account: {
      tenant: tx.tenant,
      id: row.id,
      name: open('name_sealed', row.name_sealed),
      role: row.role,
      ...standings(row),
    },
    phc: row.password_sealed === null ? null : open('password_sealed', row.password_sealed),
  }
}

/** Writes an account; name and password hash are sealed, the name is findable by blind index only. */
export async function insertAccount(
  tx: Tx,
  person: { readonly name: string; readonly phc: string | null; readonly role: string },
  nowMs: number,
): Promise<Account> {
  const id = uuidV7(nowMs)
  const { dek, seal } = sealer(tx, { table: 'account', row: id })
  await tx.db
    .insertInto('account')
    .values({
      tenant_id: tx.tenant,
      id,
      dek,
      name_sealed: seal('name_sealed', person.name),
      name_index: tx.keys.blind('account.name', foldName(person.name)),
      password_sealed: person.phc === null ? null : seal('password_sealed', person.phc),
      role: person.role,
      created_at: new Date(nowMs),
    })
    .execute()
  const standings = await readStandings(tx)
  return { tenant: tx.tenant, id, name: person.name, role: person.role, ...standings({ id, ...person }) }
}

/** Another password for an account that is there. */
export async function writePassword(tx: Tx, id: string, phc: string): Promise<void> {
  const { dek } = await tx.db
    .selectFrom('account')
    .select('dek')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const place = { table: 'account', row: id, column: 'password_sealed' }
  const sealed = tx.keys
    .openDek({ table: 'account', row: id, column: 'dek' }, dek)
    .seal(place, Buffer.from(phc, 'utf8'))
  await tx.db.updateTable('account').set({ password_sealed: sealed }).where('id', '=', id).execute()
}

/** Another name for an account that is there. */
export async function renameAccount(tx: Tx, id: string, name: string): Promise<void> {
  const { dek } = await tx.db
    .selectFrom('account')
    .select('dek')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const place = { table: 'account', row: id, column: 'name_sealed' }
  const sealed = tx.keys
    .openDek({ table: 'account', row: id, column: 'dek' }, dek)
    .seal(place, Buffer.from(name, 'utf8'))
  await tx.db
    .updateTable('account')
    .set({ name_sealed: sealed, name_index: tx.keys.blind('account.name', foldName(name)) })
    .where('id', '=', id)
    .execute()
}
