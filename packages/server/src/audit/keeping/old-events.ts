import { sql } from 'kysely'
import { eraseEntries, TELL_OF_ERASURE } from '../erasing.ts'
import { free } from './held.ts'
import type { Kept } from './kept.ts'

const SLICE = 500

/**
 * What audit events say. Their entries in the log stay, with what stands open in them: that something happened, and
 * when. Events that tell of an erasure are never removed.
 */
export const oldEvents: Kept = {
  kind: 'audit_event',
  slice: SLICE,
  async remove(tx, { before, held }) {
    const old = tx.db
      .selectFrom('audit_event')
      .select('id')
      .where('at', '<', before)
      .where('action', 'not in', [...TELL_OF_ERASURE])
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
      WHERE at < ${before} AND action <> ALL (${[...TELL_OF_ERASURE]}::text[])`.execute(db)
    return rows[0]?.count ?? 0
  },
}
