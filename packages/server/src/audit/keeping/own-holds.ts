import { sql } from 'kysely'
import type { SubjectPart } from '../../store/subject.ts'
import { ERASED, SUBJECT_SLICE, subjectPage } from '../../store/subject.ts'

/**
 * Holds that were: of the person, and those that the person made or lifted, and erasures that the person began. One that counts keeps the person from being
 * erased, so none is met here.
 */
export const ownHolds: SubjectPart = {
  kind: 'hold',
  covers: [
    'legal_hold.account_id',
    'legal_hold.creator',
    'legal_hold.lifter',
    'legal_hold.reason_sealed',
    'erasure.creator',
  ],
  async count({ db }, { account, principals }) {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM legal_hold
      WHERE account_id = ${account}::uuid OR creator = ANY (${[...principals]}::text[])
        OR lifter = ANY (${[...principals]}::text[])`.execute(db)
    return rows[0]?.count ?? 0
  },
  // Whoever is investigated is not told so by this.
  async read({ db }, { principals }, after) {
    const rows = await db
      .selectFrom('legal_hold')
      .select(['id', 'scope', 'created_at', 'lifted_at'])
      .where('creator', 'in', [...principals])
      .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(SUBJECT_SLICE)
      .execute()
    return subjectPage(
      rows,
      ({ id }) => id,
      ({ id, scope, created_at, lifted_at }) => ({
        id,
        scope,
        at: created_at.toISOString(),
        liftedAt: lifted_at?.toISOString() ?? null,
      }),
    )
  },
  async erase({ db }, { account, principals }) {
    const gone = await db.deleteFrom('legal_hold').where('account_id', '=', account).executeTakeFirst()
    const own = await db
      .updateTable('legal_hold')
      .set({ creator: ERASED })
      .where('creator', 'in', [...principals])
      .executeTakeFirst()
    const lifted = await db
      .updateTable('legal_hold')
      .set({ lifter: ERASED })
      .where('lifter', 'in', [...principals])
      .executeTakeFirst()
    const ordered = await db
      .updateTable('erasure')
      .set({ creator: ERASED })
      .where('creator', 'in', [...principals])
      .executeTakeFirst()
    return Number(gone.numDeletedRows + own.numUpdatedRows + lifted.numUpdatedRows + ordered.numUpdatedRows)
  },
}
