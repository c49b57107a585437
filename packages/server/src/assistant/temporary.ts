import { sql } from 'kysely'
import { free, heldNow } from '../audit/keeping/held.ts'
import type { Tx } from '../store/store.ts'

/** Temporary conversations whose time is over. What a hold covers stays, and nobody sees it. */
export async function dropExpired(tx: Tx): Promise<void> {
  const held = await heldNow(tx)
  await tx.db
    .deleteFrom('conversation')
    .where('expires_at', '<=', sql<Date>`now()`)
    .where(free(held, { principals: ['owner'], at: 'created_at' }))
    .execute()
}
