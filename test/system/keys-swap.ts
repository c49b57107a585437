import type { Tx } from '../../packages/server/src/store/store.ts'
import { addAccounts, openKeyGround, readAccount } from './keys-house.ts'

export interface SwapReport {
  readonly rows: number
  readonly tried: number
  readonly opened: number
  readonly control: number
}

/** What is put in the place of what. */
const SWAPS = [
  { dek: 'theirs', name: 'own' },
  { dek: 'own', name: 'theirs' },
  { dek: 'theirs', name: 'theirs' },
  // Within the row: what is sealed for one column in the place of another.
  { dek: 'own', name: 'password' },
] as const

/** Swaps ciphertexts between rows, columns and tenants, as somebody could who writes to the database, and reads each. */
export async function swapReport(wanted: number): Promise<SwapReport> {
  const ground = await openKeyGround()
  try {
    const { store } = await ground.open()
    const tenants = [await ground.newTenant(), await ground.newTenant()]
    const perTenant = Math.ceil(wanted / SWAPS.length / tenants.length) + 1
    for (const tenant of tenants) await addAccounts(store, tenant, perTenant)
    let control = 0
    const counted = { tried: 0, opened: 0 }
    for (const tenant of tenants)
      control += await store.withTenant({ tenant }, async (tx) => {
        const ids = await tx.db.selectFrom('account').select('id').orderBy('id').execute()
        let read = 0
        for (const { id } of ids) if ((await readAccount(tx, id)) === id) read += 1
        return read
      })
    const { rows } = await ground.sql.query<Row>(
      'SELECT tenant_id, id, dek, name_sealed, password_sealed FROM account ORDER BY id',
    )
    for (const tenant of tenants) {
      const [own, foreign] = [true, false].map((isOwn) =>
        rows.filter((row) => (row.tenant_id === tenant) === isOwn),
      )
      await store.withTenant({ tenant }, async (tx) => {
        for (const [at, row] of (own ?? []).entries()) {
          // By turns a row of the other tenant and another one of the same.
          const other = at % 2 === 0 ? foreign?.[at] : own?.[at === 1 ? 0 : at - 2]
          if (other) tryAll(tx, row, other, counted)
        }
      })
    }
    return { rows: rows.length, ...counted, control }
  } finally {
    await ground.close()
  }
}

interface Row {
  readonly tenant_id: string
  readonly id: string
  readonly dek: Buffer
  readonly name_sealed: Buffer
  readonly password_sealed: Buffer
}

function tryAll({ keys }: Tx, own: Row, theirs: Row, counted: { tried: number; opened: number }): void {
  const place = { table: 'account', row: own.id, column: 'name_sealed' }
  for (const { dek, name } of SWAPS) {
    const wrapped = dek === 'own' ? own.dek : theirs.dek
    const sealed =
      name === 'own' ? own.name_sealed : name === 'theirs' ? theirs.name_sealed : own.password_sealed
    counted.tried += 1
    try {
      keys.openDek({ ...place, column: 'dek' }, wrapped).open(place, sealed)
      counted.opened += 1
    } catch {
      continue
    }
  }
}
