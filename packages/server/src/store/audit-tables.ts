import type { ColumnType, Generated } from 'kysely'
import type { Stamp } from './identity-tables.ts'

interface AuditEventTable {
  tenant_id: string
  id: string
  at: Stamp
  action: string
  /** `erased` where it was. */
  actor: string
  subject: string | null
  request: string | null
  outcome: Generated<'done' | 'refused'>
  detail: ColumnType<Record<string, unknown>, string, string>
  dek: Buffer | null
  /** JSON {from, through, reason, before, after}. */
  private_sealed: Buffer | null
  /** The use of break-glass in whose session it happened. */
  break_glass: ColumnType<string | null, string | null | undefined, never>
}

/** What is to become a leaf of the audit log; written by triggers. */
interface AuditPendingTable {
  tenant_id: string
  kind: 'event' | 'request'
  source: string
}

export interface AuditLeafTable {
  tenant_id: string
  /** Over all tenants. */
  leaf: string
  /** Over those of the tenant. */
  n: string
  kind: 'event' | 'request' | 'lost'
  /** Id of the event or request. */
  source: string
  /** Canonical JSON; its bytes are the leaf. */
  entry: string
  /** Base64, by field. */
  salts: ColumnType<Record<string, string>, string, string>
}

/** What will be a leaf of the log in another database. */
type AuditStagedTable = Omit<AuditLeafTable, 'leaf'>

/** The last entries of a tenant that came from another database, and to which leaves. */
interface AuditCarriedTable {
  tenant: string
  n: string
  leaf: string
  count: string
}

/** Hashes over all tenants' leaves (C2SP tlog-tiles). */
interface AuditTileTable {
  level: number
  place: string
  hashes: Buffer
}

interface AuditCheckpointTable {
  size: string
  at: Stamp
  /** C2SP signed-note. */
  note: string
}

interface AuditDeliveryTable {
  receiver: string
  next: string
}

interface AuditKeyTable {
  tenant_id: string
  id: string
  dek: Buffer
  /** PKCS #8, DER. */
  private_sealed: Buffer
  /** The 32 bytes of RFC 8032. */
  public_key: Buffer
  created_at: Stamp
}

/** What the record of what was done is made of. */
export interface AuditTables {
  audit_event: AuditEventTable
  audit_pending: AuditPendingTable
  audit_leaf: AuditLeafTable
  audit_staged: AuditStagedTable
  audit_carried: AuditCarriedTable
  audit_tile: AuditTileTable
  audit_checkpoint: AuditCheckpointTable
  audit_delivery: AuditDeliveryTable
  audit_key: AuditKeyTable
}
