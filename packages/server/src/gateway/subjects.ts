import { sql } from 'kysely'
import { eraseEntries } from '../audit/erasing.ts'
import type { Subject, SubjectPart, SubjectRoom } from '../store/subject.ts'
import { authored, countOf, ERASED, SUBJECT_SLICE, subjectPage } from '../store/subject.ts'
import { ownEgress } from './desensitise/own-egress.ts'
import { ownVault } from './desensitise/own-vault.ts'
import { presentRequest } from './records/requests-view.ts'

const own = ({ principals }: Subject) => sql<boolean>`principal = ANY (${[...principals]}::text[])`

/**
 * Records of requests. That a request was made, where it went and what it cost stays with the tenant; whose it was goes,
 * and its entry in the log is followed by one of what is left.
 */
const requests: SubjectPart = {
  kind: 'request',
  covers: ['request_record.principal', 'request_record.budgets', 'request_record.answer_hash'],
  count: (tx, subject) => countOf(tx, sql`request_record WHERE ${own(subject)}`),
  async read({ db }, subject, after) {
    const rows = await db
      .selectFrom('request_record')
      .selectAll()
      .where(own(subject))
      .where('admitted_offset', 'is not', null)
      .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(SUBJECT_SLICE)
      .execute()
    return subjectPage(
      rows,
      ({ id }) => id,
      (row) => ({ ...presentRequest(row) }),
    )
  },
  async erase(tx, subject) {
    const { rows } = await sql<{ id: string }>`
      SELECT id FROM request_record WHERE ${own(subject)} ORDER BY id LIMIT ${SUBJECT_SLICE}
      FOR UPDATE`.execute(tx.db)
    const ids = rows.map(({ id }) => id)
    if (ids.length === 0) return 0
    await eraseEntries(tx, ids, 'person')
    await tx.db
      .updateTable('request_record')
      .set({ principal: ERASED, budgets: null, answer_hash: null })
      .where('id', 'in', ids)
      .execute()
    return ids.length
  },
}

const budgetsOf = ({ account, principals }: Subject): string[] => [
  `user:${account}`,
  ...principals.map((id) => `key:${id}`),
]

/** What the person and the person's keys spent of budgets. A counter that a process still holds a share of waits. */
const budgets: SubjectPart = {
  kind: 'budget',
  covers: ['budget_counter.budget', 'budget_lease.budget', 'budget_alert.budget'],
  count: (tx, subject) => countOf(tx, sql`budget_counter WHERE budget = ANY (${budgetsOf(subject)}::text[])`),
  async read({ db }, subject) {
    const rows = await db
      .selectFrom('budget_counter')
      .select(['budget', 'period', 'unit', 'spent'])
      .where('budget', 'in', budgetsOf(subject))
      .orderBy('period')
      .execute()
    return { items: rows, next: null }
  },
  async erase({ db }, subject) {
    const { rows } = await sql`
      DELETE FROM budget_counter c WHERE budget = ANY (${budgetsOf(subject)}::text[])
        AND NOT EXISTS (SELECT FROM budget_lease l WHERE (l.tenant_id, l.budget, l.period, l.unit) =
          (c.tenant_id, c.budget, c.period, c.unit))
      RETURNING 1`.execute(db)
    return rows.length
  },
}

/** What the gateway holds of people. */
export const gatewaySubjects: SubjectRoom = {
  room: 'gateway',
  parts: [requests, ownEgress, budgets, authored('routing', 'routing_version')],
}

/** What stands for what in the conversations of people: kept here, and of the privacy room. */
export const privacySubjects: SubjectRoom = { room: 'privacy', parts: [ownVault] }
