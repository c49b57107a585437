import { sql } from 'kysely'
import type { SubjectPart, SubjectRoom } from '../store/subject.ts'
import { countOf, ERASED, ownedBy, SUBJECT_SLICE, subjectPage } from '../store/subject.ts'
import { reviewsOfPeople } from './checking/reviews/review-subjects.ts'
import { openFault, openInput, openOutput } from './workflow/workflow-rows.ts'

/** Who did something to a skill: the name goes, the skill is of the tenant. */
const ACTORS = [
  ['skill_version', 'creator'],
  ['skill_version', 'approved_by'],
  ['skill_version', 'revoked_by'],
  ['skill', 'creator'],
  ['skill_secret', 'creator'],
  ['skill_policy', 'creator'],
  ['skill_exception', 'creator'],
] as const

const looking: SubjectPart = {
  kind: 'skill',
  covers: ACTORS.map(([table, column]) => `${table}.${column}`),
  async count(tx, { principals }) {
    let sum = 0
    for (const [table, column] of ACTORS)
      sum += await countOf(
        tx,
        sql`${sql.table(table)} WHERE ${sql.ref(column)} = ANY (${[...principals]}::text[])`,
      )
    return sum
  },
  async read({ db }, { principals }) {
    const rows = await db
      .selectFrom('skill_version')
      .select(['name', 'version', 'created_at'])
      .where('creator', 'in', [...principals])
      .orderBy('digest')
      .execute()
    return {
      items: rows.map(({ name, version, created_at }) => ({
        skill: name,
        version,
        installedAt: created_at.toISOString(),
      })),
      next: null,
    }
  },
  async erase({ db }, { principals }) {
    let sum = 0n
    for (const [table, column] of ACTORS) {
      const { numAffectedRows = 0n } = await sql`UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${ERASED}
        WHERE ${sql.ref(column)} = ANY (${[...principals]}::text[])`.execute(db)
      sum += numAffectedRows
    }
    return Number(sum)
  },
}

/** Skills that are for this person, or tried on it. */
const named: SubjectPart = {
  kind: 'skill_user',
  covers: ['skill.audience', 'skill.canary_principals'],
  count: (tx, { account }) =>
    countOf(tx, sql`skill WHERE ${`user:${account}`} = ANY (audience || canary_principals)`),
  async read({ db }, { account }) {
    const { rows } = await sql<{ name: string }>`SELECT name FROM skill
      WHERE ${`user:${account}`} = ANY (audience || canary_principals) ORDER BY name`.execute(db)
    return { items: rows.map(({ name }) => ({ skill: name })), next: null }
  },
  async erase({ db }, { account }) {
    const name = `user:${account}`
    const { numAffectedRows = 0n } = await sql`UPDATE skill SET audience = array_remove(audience, ${name}),
      canary_principals = array_remove(canary_principals, ${name})
      WHERE ${name} = ANY (audience || canary_principals)`.execute(db)
    return Number(numAffectedRows)
  },
}

/** Workflows that the person started. */
const workflows: SubjectPart = {
  kind: 'workflow',
  covers: [
    'workflow_run.owner',
    'workflow_run.input_sealed',
    'workflow_run.output_sealed',
    'workflow_run.fault_sealed',
    'workflow_step.output_sealed',
    'workflow_step.fault_sealed',
  ],
  count: (tx, subject) => countOf(tx, sql`workflow_run WHERE ${ownedBy(subject)}`),
  async read(tx, subject, after) {
    const rows = await tx.db
      .selectFrom('workflow_run')
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
        skill: row.skill,
        operation: row.operation,
        state: row.state,
        input: JSON.stringify(openInput(tx.keys, row)),
        output: JSON.stringify(openOutput(tx.keys, row)),
        fault: openFault(tx.keys, row),
        createdAt: row.created_at.toISOString(),
      }),
    )
  },
  async erase({ db }, subject) {
    const some = db.selectFrom('workflow_run').select('id').where(ownedBy(subject)).limit(SUBJECT_SLICE)
    const { numDeletedRows } = await db
      .deleteFrom('workflow_run')
      .where('id', 'in', some)
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
}

/** What the room of skills holds of people. */
export const skillSubjects: SubjectRoom = {
  room: 'skills',
  parts: [looking, named, workflows, reviewsOfPeople],
}
