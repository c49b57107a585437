import { sql } from 'kysely'
import type { SubjectPart } from '../../../store/subject.ts'
import { countOf, ERASED, SUBJECT_SLICE, subjectPage } from '../../../store/subject.ts'

const COLUMNS = ['creator', 'decided_by'] as const

/** Who submitted a skill and who decided about it: the name goes, the decision is of the tenant. */
export const reviewsOfPeople: SubjectPart = {
  kind: 'skill_review',
  covers: COLUMNS.map((column) => `skill_review.${column}`),
  count: (tx, { principals }) =>
    countOf(
      tx,
      sql`skill_review WHERE creator = ANY (${[...principals]}::text[]) OR decided_by = ANY (${[...principals]}::text[])`,
    ),
  async read({ db }, { principals }, after) {
    const rows = await db
      .selectFrom('skill_review')
      .select(['id', 'digest', 'decision', 'created_at'])
      .where((either) => either.or(COLUMNS.map((column) => either(column, 'in', [...principals]))))
      .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(SUBJECT_SLICE)
      .execute()
    return subjectPage(
      rows,
      ({ id }) => id,
      ({ id, digest, decision, created_at }) => ({
        id,
        digest,
        decision,
        createdAt: created_at.toISOString(),
      }),
    )
  },
  async erase({ db }, { principals }) {
    let sum = 0n
    for (const column of COLUMNS) {
      const { numAffectedRows = 0n } = await sql`UPDATE skill_review SET ${sql.ref(column)} = ${ERASED}
        WHERE ${sql.ref(column)} = ANY (${[...principals]}::text[])`.execute(db)
      sum += numAffectedRows
    }
    return Number(sum)
  },
}
