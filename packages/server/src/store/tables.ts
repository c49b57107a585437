import type { ColumnType, Generated } from 'kysely'

type Stamp = ColumnType<Date, Date | string | undefined, Date | string>

export interface TenantTable {
  id: string
  /** The tenant that exists from the first migration on. */
  home: boolean
  created_at: Stamp
}

export interface TenantKeyTable {
  tenant_id: string
  purpose: 'kek' | 'blind'
  version: number
  /** Sealed under the root key that `root_key` names. */
  wrapped: Buffer
  root_key: string
  created_at: Stamp
}

export interface CollectionTable {
  tenant_id: string
  id: string
  dek: Buffer
  name_sealed: Buffer
  name_index: Buffer
  /** `guide`: the product's own, which only the program writes. */
  origin: Generated<'user' | 'guide'>
  created_at: Stamp
}

export interface DocumentTable {
  tenant_id: string
  id: string
  collection_id: string
  /** Blind index of the caller's own document id. */
  external_index: Buffer
  dek: Buffer
  /** JSON {externalId, title, fileName, mediaType, …}. */
  meta_sealed: Buffer
  /** Extracted text, UTF-8; spans are UTF-16 offsets into it. */
  text_sealed: Buffer
  /** The original file, absent for documents that came as text. */
  blob_key: string | null
  class: string
  size_bytes: number
  text_length: number
  passages: number
  segment_id: string
  created_at: Stamp
}

export interface SegmentTable {
  tenant_id: string
  id: string
  collection_id: string
  dek: Buffer
  blob_key: string
  size_bytes: number
  passages: number
  /** Rises with every commit that touches the index, so that a replica sees what it has not loaded. */
  sequence: Generated<string>
  created_at: Stamp
}

export interface AccountTable {
  tenant_id: string
  id: string
  dek: Buffer
  name_sealed: Buffer
  name_index: Buffer
  /** PHC string of argon2id, sealed. */
  password_sealed: Buffer
  role: string
  created_at: Stamp
}

export interface SessionTable {
  tenant_id: string
  id: string
  account_id: string
  /** SHA-256 of the cookie's secret. */
  secret_hash: Buffer
  created_at: Stamp
  seen_at: Stamp
  expires_at: Stamp
}

export interface ApiKeyTable {
  tenant_id: string
  id: string
  dek: Buffer
  name_sealed: Buffer | null
  /** Principal that created it, whose rights bound the key's. */
  creator: string
  /** SHA-256 of the whole key. */
  secret_hash: Buffer
  scopes: string[]
  class: string
  ceiling: string
  created_at: Stamp
  expires_at: ColumnType<Date | null, Date | string | null, Date | string | null>
  last_used_at: ColumnType<Date | null, Date | string | null, Date | string | null>
  revoked_at: ColumnType<Date | null, Date | string | null, Date | string | null>
}

export interface AuditEventTable {
  tenant_id: string
  id: string
  at: Stamp
  action: string
  actor: string
  subject: string | null
  request: string | null
  detail: ColumnType<Record<string, unknown>, string, never>
}

/** Every table the application role can reach. */
export interface Tables {
  tenant: TenantTable
  tenant_key: TenantKeyTable
  collection: CollectionTable
  document: DocumentTable
  index_segment: SegmentTable
  account: AccountTable
  session: SessionTable
  api_key: ApiKeyTable
  audit_event: AuditEventTable
}
