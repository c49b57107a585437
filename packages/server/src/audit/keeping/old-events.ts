import { sql } from 'kysely'
import { eraseEntries } from '../erasing.ts'
import { free } from './held.ts'
import type { Kept } from './kept.ts'

const SLICE = 500

/**
 * What audit events say. Their entries in the log stay, with what stands open in them: that something happened, and
 * when. Events that name what was erased are never removed, or nobody could tell an erasure from a theft.
 */
export const oldEvents: Kept = {
  kind: 'audit_event',
  slice: SLICE,
  async remove(tx, { before, held }) {
    const old = tx.db
      .selectFrom('audit_event')
      .select('id')
      .where('at', '<', before)
      .where('action', '!=', 'audit.erased')
      .where(free(held, { principals: ['actor', 'subject'], at: 'at' }))
      .orderBy('id')
      .limit(SLICE)
    const gone = await tx.db.deleteFrom('audit_event').where('id', 'in', old).returning('id').execute()
    await eraseEntries(
      tx,
      gone.map(({ id }) => id),
    )
    return gone.length
  },
  async older({ db }, before) {
    const { rows } = await sql<{ count: number }>`SELECT count(*)::integer AS count FROM audit_event
      WHERE at < ${before} AND action <> 'audit.erased'`.execute(db)
    return rows[0]?.count ?? 0
  },
}
