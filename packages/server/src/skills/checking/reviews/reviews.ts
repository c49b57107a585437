import type { SkillReport } from '@freehold/contract/skill-report.ts'
import { skillReport } from '@freehold/contract/skill-report.ts'
import type { SkillDecision, SkillReviewView, skillReviewDetail } from '@freehold/contract/skill-reviews.ts'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import { append } from '../../../audit/audit.ts'
import { Fault } from '../../../kernel/fault.ts'
import { uuidV7 } from '../../../kernel/ids.ts'
import type { Page, PageOf } from '../../../kernel/keyset-page.ts'
import { checkedPage, keysetPage } from '../../../kernel/keyset-page.ts'
import type { SkillReviewTables } from '../../../store/skill-review-tables.ts'
import type { Place, Tx } from '../../../store/store.ts'
import { reportDigest } from '../report-digest.ts'

type ReviewRow = Selectable<SkillReviewTables['skill_review']>

/** By whom and in which request. */
interface By {
  readonly actor: string
  readonly request: string
}

/** What a person said of a bundle; null while nobody has. */
export interface OpenedReview {
  readonly id: string
  readonly decision: SkillDecision | null
}

/**
 * Puts a skill before a person, in the transaction of whoever submits it. A bundle that was decided about is not asked
 * for again, whatever newer rules say of it.
 */
export async function openReview(tx: Tx, report: SkillReport, by: By): Promise<OpenedReview> {
  const { digest } = report.skill
  const known = await tx.db
    .selectFrom('skill_review')
    .select(['id', 'decision'])
    .where('digest', '=', digest)
    .executeTakeFirst()
  if (known) return known
  const id = uuidV7()
  const { dek, wrapped } = tx.keys.newDek(placeOf(id, 'dek'))
  const added = await tx.db
    .insertInto('skill_review')
    .values({
      tenant_id: tx.tenant,
      id,
      digest,
      report_digest: reportDigest(report),
      creator: by.actor,
      dek: wrapped,
      report_sealed: dek.seal(placeOf(id, 'report_sealed'), Buffer.from(JSON.stringify(report))),
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'digest']).doNothing())
    .returning('id')
    .executeTakeFirst()
  // Somebody else submitted the same at the same time.
  if (!added) return openReview(tx, report, by)
  await append(tx, { action: 'skill_review.opened', ...by, subject: id, detail: { digest } })
  return { id, decision: null }
}

/** @throws Fault `not_found`, `conflict` where it was decided before */
export async function decideReview(
  tx: Tx,
  id: string,
  { decision, reason }: { readonly decision: SkillDecision; readonly reason: string },
  by: By,
): Promise<SkillReviewView> {
  const row = await rowOf(tx, id, true)
  if (row.decision !== null)
    throw new Fault('conflict', 'This skill was decided about before.', { param: 'id' })
  const sealed = tx.keys
    .openDek(placeOf(id, 'dek'), row.dek)
    .seal(placeOf(id, 'reason_sealed'), Buffer.from(reason))
  const decided = await tx.db
    .updateTable('skill_review')
    .set({
      decision,
      reason_sealed: sealed,
      decided_by: by.actor,
      decided_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await append(tx, {
    action: 'skill_review.decided',
    ...by,
    subject: id,
    detail: { decision, digest: row.digest, report: row.report_digest },
  })
  return present(tx, decided)
}

/** Newest first. @throws Fault `invalid` */
export async function listReviews(
  tx: Tx,
  asked: Page & { readonly waiting: boolean },
): Promise<PageOf<SkillReviewView>> {
  const { after, limit } = checkedPage(asked)
  const rows = await tx.db
    .selectFrom('skill_review')
    .selectAll()
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .$if(asked.waiting, (query) => query.where('decision', 'is', null))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return keysetPage(rows, limit, (row) => present(tx, row))
}

/** @throws Fault `not_found` */
export async function getReview(tx: Tx, id: string): Promise<z.output<typeof skillReviewDetail>> {
  const row = await rowOf(tx, id, false)
  return { ...present(tx, row), full: reportOf(tx, row) }
}

async function rowOf({ db }: Tx, id: string, forUpdate: boolean): Promise<ReviewRow> {
  const row = await db
    .selectFrom('skill_review')
    .selectAll()
    .where('id', '=', id)
    .$if(forUpdate, (query) => query.forUpdate())
    .executeTakeFirst()
  if (!row) throw new Fault('not_found', 'There is no such review.', { param: 'id' })
  return row
}

function reportOf(tx: Tx, { id, dek, report_sealed }: ReviewRow): SkillReport {
  const text = tx.keys.openDek(placeOf(id, 'dek'), dek).open(placeOf(id, 'report_sealed'), report_sealed)
  return skillReport.parse(JSON.parse(text.toString('utf8')))
}

function present(tx: Tx, row: ReviewRow): SkillReviewView {
  const { id } = row
  const { skill, reasons } = reportOf(tx, row)
  const reason =
    row.reason_sealed &&
    tx.keys.openDek(placeOf(id, 'dek'), row.dek).open(placeOf(id, 'reason_sealed'), row.reason_sealed)
  return {
    id,
    skill: skill.name,
    version: skill.version,
    publisher: skill.publisher,
    digest: row.digest,
    report: row.report_digest,
    reasons,
    creator: row.creator,
    createdAt: row.created_at.toISOString(),
    decision: row.decision,
    reason: reason?.toString('utf8') ?? null,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at?.toISOString() ?? null,
  }
}

const placeOf = (id: string, column: string): Place => ({ table: 'skill_review', row: id, column })
