import type { ColumnType, RawBuilder } from 'kysely'
import type { Stamp } from './identity-tables.ts'

interface CollectionQuestionTable {
  tenant_id: string
  id: string
  collection_id: string
  creator: string
  dek: Buffer
  /** JSON {question, document, passage}. */
  body_sealed: Buffer
  /** Where it came up when it was asked last; null: nowhere near, or never asked. */
  place: ColumnType<number | null, undefined, number | null>
  asked_at: ColumnType<Date | null, undefined, RawBuilder<Date>>
  created_at: Stamp
}

export interface QuestionTables {
  collection_question: CollectionQuestionTable
}
