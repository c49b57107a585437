import { sql } from 'kysely'
import type { Tx } from '../store/store.ts'
import { append } from './audit.ts'
import { refuseStaged } from './log/staging.ts'

/** Of one event. */
const MOST_LEAVES = 1000

/**
 * What an event of these tells of is gone from entries of the log: some of them, or all of a tenant. Such events are
 * never erased themselves, or nobody could tell an erasure from a theft.
 */
export const TELL_OF_ERASURE = ['audit.erased', 'tenant_key.shredded', 'tenant.deleted'] as const

/** Why something was erased: the time of keeping it was over, or a person's data was. */
export type Because = 'age' | 'person'

/**
 * Drops the salts of what is deleted in this transaction, so that its entries in the log say nothing any more, and
 * records which: what is gone without such a record was not deleted by the program. A thousand at a time at most.
 */
export async function eraseEntries(
  tx: Tx,
  sources: readonly string[],
  because: Because = 'age',
): Promise<void> {
  if (sources.length === 0) return
  // Where an entry is being made of one of them, this waits for it.
  await tx.db
    .deleteFrom('audit_pending')
    .where('source', 'in', [...sources])
    .execute()
  await refuseStaged(tx, sources)
  const { rows } = await sql<{ leaf: string }>`
    UPDATE audit_leaf SET salts = '{}' WHERE source = ANY (${[...sources]}::text[]) RETURNING leaf`.execute(
    tx.db,
  )
  await recordErased(tx, rows, because)
}

/** Puts on record which entries say less than they did. */
export async function recordErased(
  tx: Tx,
  rows: readonly { readonly leaf: string }[],
  because: Because,
): Promise<void> {
  const leaves = rows.map(({ leaf }) => Number(leaf)).toSorted((one, other) => one - other)
  for (let at = 0; at < leaves.length; at += MOST_LEAVES) {
    const detail = { leaves: leaves.slice(at, at + MOST_LEAVES), because }
    await append(tx, { action: 'audit.erased', actor: 'system', detail })
  }
}
