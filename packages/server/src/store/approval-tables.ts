import type { ColumnType, RawBuilder } from 'kysely'
import type { Stamp } from './identity-tables.ts'

interface ApprovalTable {
  tenant_id: string
  id: string
  /** The person, or the program, whose run asks. */
  owner: string
  conversation_id: string
  run_id: string
  /** The run's own name of the call. */
  call: string
  tool: string
  effect: 'read' | 'write' | 'destructive' | 'external-send'
  because: 'always' | 'policy' | 'untrusted'
  class: string
  dek: Buffer
  /** JSON {arguments, hash, grantScope}. */
  question_sealed: Buffer
  /** Null while it waits. */
  decision: ColumnType<Decision | null, undefined, Decision>
  decided_by: ColumnType<string | null, undefined, string>
  decided_at: ColumnType<Date | null, undefined, RawBuilder<Date>>
  created_at: Stamp
  expires_at: ColumnType<Date, RawBuilder<Date>, never>
}

type Decision = 'once' | 'always' | 'deny' | 'expired' | 'withdrawn'

interface ToolGrantTable {
  tenant_id: string
  id: string
  owner: string
  tool: string
  dek: Buffer
  scope_sealed: Buffer
  /** Blind index of the scope. */
  scope_index: Buffer
  created_at: Stamp
  expires_at: ColumnType<Date, RawBuilder<Date>, RawBuilder<Date>>
}

/** What runs may do, as far as people were asked. */
export interface ApprovalTables {
  approval: ApprovalTable
  tool_grant: ToolGrantTable
}
