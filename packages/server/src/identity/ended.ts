import { sql } from 'kysely'
import { free } from '../audit/keeping/held.ts'
import type { Kept } from '../audit/keeping/kept.ts'

const SLICE = 500

/** Links that ran out. */
export const oldInvitations: Kept = {
  kind: 'invitation',
  slice: SLICE,
  async remove({ db }, { before, held }) {
    const old = db
      .selectFrom('invitation')
      .select('id')
      .where('expires_at', '<', before)
      .where(free(held, { principals: ['creator'], at: 'created_at' }))
      .limit(SLICE)
    const { numDeletedRows } = await db
      .deleteFrom('invitation')
      .where('id', 'in', old)
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
  async older({ db }, before) {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM invitation WHERE expires_at < ${before}`.execute(db)
    return rows[0]?.count ?? 0
  },
}

const ended = (before: Date) => sql<boolean>`least(revoked_at, expires_at) < ${before}`

/** Keys that open nothing any more. One that made others stays until those are gone: it says whose they were. */
export const oldKeys: Kept = {
  kind: 'key',
  slice: SLICE,
  async remove({ db }, { before, held }) {
    const old = db
      .selectFrom('api_key as key')
      .select('key.id')
      .where(ended(before))
      .where(free(held, { principals: ['id', 'creator'], at: 'created_at' }))
      .where((where) =>
        where.not(
          where.exists(
            where.selectFrom('api_key as made').select('made.id').whereRef('made.creator', '=', 'key.id'),
          ),
        ),
      )
      .limit(SLICE)
    const { numDeletedRows } = await db.deleteFrom('api_key').where('id', 'in', old).executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
  async older({ db }, before) {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM api_key WHERE ${ended(before)}`.execute(db)
    return rows[0]?.count ?? 0
  },
}
