import { sql } from 'kysely'
import type { SubjectPart, SubjectRoom } from '../../store/subject.ts'
import { countOf, ownedBy, SUBJECT_SLICE, subjectPage } from '../../store/subject.ts'
import { openQuestion, openScope } from './approval-rows.ts'

/** What runs of the person asked, and how it was decided. */
const approvals: SubjectPart = {
  kind: 'approval',
  covers: ['approval.owner', 'approval.decided_by', 'approval.question_sealed'],
  count: (tx, subject) => countOf(tx, sql`approval WHERE ${ownedBy(subject)}`),
  async read(tx, subject, after) {
    const rows = await tx.db
      .selectFrom('approval')
      .selectAll()
      .where(ownedBy(subject))
      .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(SUBJECT_SLICE)
      .execute()
    return subjectPage(
      rows,
      ({ id }) => id,
      (row) => ({
        id: row.id,
        run: row.run_id,
        tool: row.tool,
        effect: row.effect,
        arguments: openQuestion(tx.keys, row).arguments,
        decision: row.decision,
        createdAt: row.created_at.toISOString(),
      }),
    )
  },
  async erase({ db }, subject) {
    const some = db.selectFrom('approval').select('id').where(ownedBy(subject)).limit(SUBJECT_SLICE)
    const { numDeletedRows } = await db
      .deleteFrom('approval')
      .where('id', 'in', some)
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
}

/** What the person said `always` to. */
const grants: SubjectPart = {
  kind: 'tool_grant',
  covers: ['tool_grant.owner', 'tool_grant.scope_sealed', 'tool_grant.scope_index'],
  count: (tx, subject) => countOf(tx, sql`tool_grant WHERE ${ownedBy(subject)}`),
  async read(tx, subject) {
    const rows = await tx.db
      .selectFrom('tool_grant')
      .selectAll()
      .where(ownedBy(subject))
      .orderBy('id')
      .execute()
    return {
      items: rows.map((row) => ({
        id: row.id,
        tool: row.tool,
        scope: openScope(tx.keys, row),
        createdAt: row.created_at.toISOString(),
        expiresAt: row.expires_at.toISOString(),
      })),
      next: null,
    }
  },
  async erase({ db }, subject) {
    const { numDeletedRows } = await db
      .deleteFrom('tool_grant')
      .where(ownedBy(subject))
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
}

/** What the loop holds of people. */
export const loopSubjects: SubjectRoom = { room: 'loop', parts: [approvals, grants] }
