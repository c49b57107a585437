import { sql } from 'kysely'
import { eraseEntries } from '../../audit/erasing.ts'
import { free } from '../../audit/keeping/held.ts'
import type { Kept } from '../../audit/keeping/kept.ts'

const SLICE = 1000

/** Records of requests, by when they were admitted. */
export const oldRequests: Kept = {
  kind: 'request',
  slice: SLICE,
  async remove(tx, { before, held }) {
    const { db } = tx
    const oldest = db
      .selectFrom('request_record')
      .select('id')
      .where('at', '<', before)
      .where(free(held, { principals: ['principal'], at: 'at' }))
      .orderBy('at')
      .limit(SLICE)
    const gone = await db.deleteFrom('request_record').where('id', 'in', oldest).returning('id').execute()
    await eraseEntries(
      tx,
      gone.map(({ id }) => id),
    )
    return gone.length
  },
  async older({ db }, before) {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM request_record WHERE at < ${before}`.execute(db)
    return rows[0]?.count ?? 0
  },
}
