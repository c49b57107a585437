import type { ColumnType } from 'kysely'
import type { MaybeStamp, Stamp } from './identity-tables.ts'

interface ErasureTable {
  tenant_id: string
  id: string
  /** Of an account that is gone, or about to be. */
  account_id: string
  /** Ids that the person acted under; empty once nothing can be on its way any more. */
  principals: string[]
  creator: string
  state: 'erasing' | 'done'
  /** What was erased so far, by room and kind. */
  counts: ColumnType<Record<string, number>, string | undefined, string>
  created_at: Stamp
  done_at: MaybeStamp
}

interface LegalHoldTable {
  tenant_id: string
  id: string
  scope: 'person' | 'collection' | 'time' | 'everything'
  account_id: string | null
  collection_id: string | null
  from_at: Date | null
  to_at: Date | null
  dek: Buffer
  reason_sealed: Buffer
  creator: string
  created_at: Stamp
  expires_at: Date | null
  lifted_at: MaybeStamp
  lifter: ColumnType<string | null, string | null | undefined, string | null>
}

interface BreakGlassTable {
  tenant_id: string
  id: string
  account_id: string
  creator: string
  dek: Buffer
  /** PHC string of argon2id, sealed; null when it was used or disarmed. */
  code_sealed: Buffer | null
  armed_at: Stamp
  session_minutes: number
  used_at: MaybeStamp
  session_id: ColumnType<string | null, string | null | undefined, string | null>
  ends_at: MaybeStamp
  reason_sealed: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>
}

/** What is kept or erased whatever the rooms themselves would do, and the way in for emergencies. */
export interface KeepingTables {
  erasure: ErasureTable
  legal_hold: LegalHoldTable
  break_glass: BreakGlassTable
}
