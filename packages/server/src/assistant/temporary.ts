import { sql } from 'kysely'
import { free, heldNow } from '../audit/keeping/held.ts'
import type { Tx } from '../store/store.ts'
import { filesOf } from './attachments/attachment-rows.ts'

/**
 * Temporary conversations whose time is over; returns what of them lies in the object store. What a hold covers stays, and
 * nobody sees it.
 */
export async function dropExpired(tx: Tx): Promise<string[]> {
  const held = await heldNow(tx)
  const over = await tx.db
    .selectFrom('conversation')
    .select('id')
    .where('expires_at', '<=', sql<Date>`now()`)
    .where(free(held, { principals: ['owner'], at: 'created_at' }))
    .forUpdate()
    .execute()
  const ids = over.map(({ id }) => id)
  if (ids.length === 0) return []
  const files = await filesOf(tx, ids)
  await tx.db.deleteFrom('conversation').where('id', 'in', ids).execute()
  return files
}
