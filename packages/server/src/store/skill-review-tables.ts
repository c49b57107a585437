import type { ColumnType, RawBuilder } from 'kysely'
import type { Stamp } from './identity-tables.ts'

interface SkillReviewTable {
  tenant_id: string
  id: string
  /** Of the bundle, and of the report. */
  digest: string
  report_digest: string
  creator: string
  dek: Buffer
  /** JSON of the report. */
  report_sealed: Buffer
  /** Null while it waits. */
  decision: ColumnType<'approve' | 'reject' | null, undefined, 'approve' | 'reject'>
  reason_sealed: ColumnType<Buffer | null, undefined, Buffer>
  decided_by: ColumnType<string | null, undefined, string>
  decided_at: ColumnType<Date | null, undefined, RawBuilder<Date>>
  created_at: Stamp
}

export interface SkillReviewTables {
  skill_review: SkillReviewTable
}
