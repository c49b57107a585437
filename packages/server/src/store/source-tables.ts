import type { ColumnType, Generated } from 'kysely'
import type { MaybeStamp, Stamp } from './identity-tables.ts'

interface SourceTable {
  tenant_id: string
  id: string
  collection_id: string
  kind: string
  dek: Buffer
  /** JSON: what it is called, where it leads and how to get in there. */
  definition_sealed: Buffer
  cursor_sealed: ColumnType<Buffer | null, undefined, Buffer | null>
  class: string
  every_minutes: number | null
  creator: string
  created_at: Stamp
  paused_at: MaybeStamp
  removing: ColumnType<'delete' | 'keep' | null, undefined, 'delete' | 'keep'>
  due_at: MaybeStamp
  asked_at: MaybeStamp
  runner: ColumnType<string | null, undefined, string | null>
  runner_seen_at: MaybeStamp
  started_at: MaybeStamp
  finished_at: MaybeStamp
  succeeded_at: MaybeStamp
  failures: Generated<number>
  fault: ColumnType<string | null, undefined, string | null>
  fault_sealed: ColumnType<Buffer | null, undefined, Buffer | null>
  seen: Generated<number>
  added: Generated<number>
  changed: Generated<number>
  unchanged: Generated<number>
  removed: Generated<number>
  failed: Generated<number>
}

interface SourceItemTable {
  tenant_id: string
  id: string
  source_id: string
  /** Blind index of what the source calls it. */
  item_index: Buffer
  /** JSON, sealed under the key of the source. */
  item_sealed: Buffer
  outcome: 'kept' | 'failed'
  fault: string | null
  changed_at: Stamp
}

export interface SourceTables {
  source: SourceTable
  source_item: SourceItemTable
}
