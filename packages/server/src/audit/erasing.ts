import { sql } from 'kysely'
import type { Tx } from '../store/store.ts'
import { append } from './audit.ts'

/**
 * Drops the salts of what is deleted in this transaction, so that its entries in the log say nothing any more, and
 * records which: what is gone without such a record was not deleted by the program. A thousand at a time at most.
 */
export async function eraseEntries(tx: Tx, sources: readonly string[]): Promise<void> {
  if (sources.length === 0) return
  await tx.db
    .deleteFrom('audit_pending')
    .where('source', 'in', [...sources])
    .execute()
  const { rows } = await sql<{ leaf: string }>`
    UPDATE audit_leaf SET salts = '{}' WHERE source = ANY (${[...sources]}::text[]) RETURNING leaf`.execute(
    tx.db,
  )
  if (rows.length === 0) return
  const leaves = rows.map(({ leaf }) => Number(leaf)).toSorted((one, other) => one - other)
  await append(tx, { action: 'audit.erased', actor: 'system', detail: { leaves } })
}
