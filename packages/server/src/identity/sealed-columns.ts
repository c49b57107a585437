import type { Tx } from '../store/store.ts'

type SealedTable =
  | 'account'
  | 'api_key'
  | 'people_group'
  | 'invitation'
  | 'session'
  | 'totp'
  | 'passkey'
  | 'federated_identity'
  | 'provisioned_user'
  | 'provisioned_group'
  | 'break_glass'
  | 'service_account'
  | 'authorisation'

/** Opens a sealed column of an identity row. */
export function unseal(
  tx: Tx,
  row: { readonly id: string; readonly dek: Buffer },
  place: { readonly table: SealedTable; readonly column: string },
  sealed: Buffer,
): string {
  const dek = tx.keys.openDek({ table: place.table, row: row.id, column: 'dek' }, row.dek)
  return dek.open({ ...place, row: row.id }, sealed).toString('utf8')
}

/** A fresh data key of a row, and what seals a column under it. */
export function sealer(
  tx: Tx,
  { table, row }: { readonly table: SealedTable; readonly row: string },
): { readonly dek: Buffer; readonly seal: (column: string, text: string) => Buffer } {
  const { dek, wrapped } = tx.keys.newDek({ table, row, column: 'dek' })
  return { dek: wrapped, seal: (column, text) => dek.seal({ table, row, column }, Buffer.from(text, 'utf8')) }
}
