import type { ColumnType, Generated, RawBuilder } from 'kysely'
import type { ApprovalTables } from './approval-tables.ts'
import type { AuditTables } from './audit-tables.ts'
import type { QuestionTables } from './question-tables.ts'
import type { ConversationTables } from './conversation-tables.ts'
import type { EmbeddingTables } from './embedding-tables.ts'
import type { KeepingTables } from './keeping-tables.ts'
import type { SkillTables } from './skill-tables.ts'
import type { McpTables } from './mcp-tables.ts'
import type { SkillReviewTables } from './skill-review-tables.ts'
import type { SourceTables } from './source-tables.ts'
import type {
  AuthorisationTable,
  AccountTable,
  ApiKeyTable,
  CustomRoleTable,
  FederatedIdentityTable,
  GroupMemberTable,
  InvitationTable,
  PasskeyTable,
  PeopleGroupTable,
  PolicyVersionTable,
  ProvisionedGroupTable,
  ProvisionedUserTable,
  RecoveryCodeTable,
  ServiceAccountTable,
  SessionTable,
  TotpTable,
  UsedChallengeTable,
  Stamp,
} from './identity-tables.ts'

export interface TenantTable {
  id: string
  /** The tenant that exists from the first migration on. */
  home: Generated<boolean>
  /** What it is called in sign-in forms; null: nobody signs in to it. */
  slug: ColumnType<string | null, string | null | undefined, string | null>
  /** Since when it is shut. */
  suspended_at: ColumnType<Date | null, undefined, Date | RawBuilder<Date> | null>
  /** From when on it may be removed, and since when it is. */
  deletes_at: ColumnType<Date | null, undefined, RawBuilder<Date> | null>
  deleted_at: ColumnType<Date | null, undefined, RawBuilder<Date>>
  /** Whether its rows are in a database of its own. */
  isolation: ColumnType<'pooled' | 'database', 'pooled' | 'database' | undefined, never>
  /** Read with the schema of the contract. */
  bounds: ColumnType<unknown, undefined, string>
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
  /** From when on it seals. */
  active_from: Stamp
}

export interface KeyStateTable {
  tenant: string
  /** Grows with every change of the keys. */
  epoch: Generated<string>
  rewrapping: Generated<boolean>
  shredded_at: ColumnType<Date | null, Date | string | undefined, Date | string>
}

export interface KeyRewrapTable {
  tenant_id: string
  to_version: number
  pass: Generated<number>
  /** Of the table in `SEALED_TABLES`. */
  place: Generated<number>
  /** The key of the last row that was looked at. */
  after: ColumnType<string | null, string | null | undefined, string | null>
  pass_started_at: Stamp
  /** Rows of this pass under an older version, and those among them that somebody else had locked. */
  found: Generated<string>
  passed_over: Generated<string>
  /** Of all passes; `total` was counted at the start. */
  total: string
  seen: Generated<string>
  rewrapped: Generated<string>
  started_at: Stamp
  done_at: ColumnType<Date | null, undefined, Date | string | null>
}

export interface InstallationKeyTable {
  purpose: 'derive'
  wrapped: Buffer
  /** The root key under which new keys are wrapped. */
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
  /** Of new documents that say nothing of it. */
  acl_set: ColumnType<number | null, undefined, number | null>
  /** Principal that added it; null from before, or erased. */
  creator: ColumnType<string | null, string | null | undefined, string | null>
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
  /** Who reads it; null: everybody of the tenant. */
  acl_set: ColumnType<number | null, number | null | undefined, number | null>
  /** What brought it; null where somebody added it. */
  source_id: ColumnType<string | null, string | null | undefined, never>
  /** Principal that added it; null from before, or erased. */
  creator: ColumnType<string | null, string | null | undefined, string | null>
  created_at: Stamp
}

export interface AclSetTable {
  tenant_id: string
  /** Given once. */
  id: number
  /** `user:<account>`, `group:<id>`, `service:<id>`, `key:<id>`, in order. */
  members: string[]
  members_hash: Buffer
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

export interface SigningKeyTable {
  tenant_id: string
  /** RFC 7638 thumbprint of the public key. */
  id: string
  dek: Buffer
  /** PKCS #8, DER. */
  private_sealed: Buffer
  /** The 32 bytes of RFC 8032. */
  public_key: Buffer
  created_at: Stamp
}

/** Every change of the settings' targets and rules is a row with the whole. */
export interface RoutingVersionTable {
  tenant_id: string
  /** 1, 2, … without gaps. */
  version: number
  at: Stamp
  actor: string
  /** How many the document holds. */
  targets: number
  routes: number
  dek: Buffer
  /** JSON {targets, routes}, with the credentials. */
  document_sealed: Buffer
}

/** Of two lines of a write-ahead file; what a line says is null until it has come. Written by the shipper alone. */
export interface RequestRecordTable {
  tenant_id: string
  /** `req_` and 24 hex digits. */
  id: string
  /** When it was admitted. */
  at: Date
  state: 'admitted' | 'settled' | 'failed' | 'unknown'
  admitted_wal: string | null
  admitted_offset: string | null
  principal: string | null
  operation: string | null
  config: string | null
  rule: string | null
  class: string | null
  base_class: string | null
  declared_class: string | null
  conversation_class: string | null
  found_class: string | null
  findings: Record<string, number> | null
  model_asked: string | null
  bytes_in: string | null
  reserved_tokens: string | null
  reserved_micros: string | null
  mode: 'strict' | 'async' | null
  settled_wal: string | null
  settled_offset: string | null
  settled_at: Date | null
  status: number | null
  code: string | null
  target: string | null
  zone: 'local' | 'private' | 'managed' | null
  model: string | null
  attempts: number | null
  bytes_private: string | null
  bytes_managed: string | null
  masked: Record<string, number> | null
  first_token_ms: number | null
  duration_ms: number | null
  input_tokens: string | null
  output_tokens: string | null
  estimated: boolean | null
  cost_micros: string | null
  /** SHA-256 (base64url) of the id that the target gave its answer. */
  answer_hash: string | null
  /** Ids of the budgets that held a reservation for it; null where none did. */
  budgets: string[] | null
}

/** `budget`, `period` and `unit` name one limit in one day or month. Amounts are tokens, or millionths of money. */
interface BudgetKey {
  tenant_id: string
  budget: string
  period: string
  unit: 'tokens' | 'micros'
}

export interface BudgetCounterTable extends BudgetKey {
  spent: ColumnType<string, number, number>
  leased: ColumnType<string, number | undefined, number>
  most: ColumnType<string, number, number>
  grants: ColumnType<string, number | undefined, number>
  recalls: ColumnType<string, number | undefined, number>
  recalled_at: ColumnType<Date | null, undefined, Date>
}

export interface BudgetLeaseTable extends BudgetKey {
  process: string
  amount: ColumnType<string, number, number>
  version: ColumnType<string, number | undefined, number>
  answered: ColumnType<string, number | undefined, number>
}

export interface BudgetProcessTable {
  tenant_id: string
  process: string
  seen_at: Stamp
}

export interface BudgetAlertTable extends BudgetKey {
  share: number
  at: Stamp
}

export interface PrivacyVaultTable {
  tenant_id: string
  conversation_index: Buffer
  principal: string
  dek: Buffer
  minted_sealed: Buffer
  version: number
  created_at: Stamp
  used_at: Stamp
}

export interface EgressBatchTable {
  tenant_id: string
  id: string
  at: Date
  dek: Buffer
  calls_sealed: Buffer
}

export interface EgressTable {
  tenant_id: string
  request: string
  call: Generated<string>
  principal: string
  target: string
  at: Date
  batch: string
  start: number
  outbound_bytes: number
  inbound_bytes: number | null
}

export interface ConversationClassTable {
  tenant_id: string
  /** Blind index of the principal and the client's own id. */
  conversation_index: Buffer
  class: string
  updated_at: Stamp
}

export interface CachePurgeTable {
  tenant_id: string
  /** How often the tenant's kept answers were purged: a process that knows an older number purges its own. */
  purges: string
  at: Stamp
}

export interface DictionaryTable {
  tenant_id: string
  name: string
  version: number
  term_values: number
  term_patterns: number
  characters: number
  dek: Buffer
  /** One line of JSON for each term. */
  terms_sealed: Buffer
  changed_at: Stamp
}

export interface DictionaryChangeTable {
  tenant_id: string
  /** How often the tenant's dictionaries changed: a process that knows an older number reads them again. */
  changes: string
  at: Stamp
}

/** Every table the application role can reach. */
export interface Tables
  extends
    ApprovalTables,
    AuditTables,
    ConversationTables,
    QuestionTables,
    EmbeddingTables,
    KeepingTables,
    SkillTables,
    McpTables,
    SkillReviewTables,
    SourceTables {
  tenant: TenantTable
  tenant_key: TenantKeyTable
  key_state: KeyStateTable
  key_rewrap: KeyRewrapTable
  installation_key: InstallationKeyTable
  collection: CollectionTable
  document: DocumentTable
  acl_set: AclSetTable
  index_segment: SegmentTable
  account: AccountTable
  session: SessionTable
  authorisation: AuthorisationTable
  api_key: ApiKeyTable
  custom_role: CustomRoleTable
  people_group: PeopleGroupTable
  policy_version: PolicyVersionTable
  group_member: GroupMemberTable
  invitation: InvitationTable
  totp: TotpTable
  recovery_code: RecoveryCodeTable
  passkey: PasskeyTable
  used_challenge: UsedChallengeTable
  federated_identity: FederatedIdentityTable
  provisioned_user: ProvisionedUserTable
  provisioned_group: ProvisionedGroupTable
  service_account: ServiceAccountTable
  signing_key: SigningKeyTable
  routing_version: RoutingVersionTable
  request_record: RequestRecordTable
  conversation_class: ConversationClassTable
  privacy_vault: PrivacyVaultTable
  egress_batch: EgressBatchTable
  egress: EgressTable
  cache_purge: CachePurgeTable
  dictionary: DictionaryTable
  dictionary_change: DictionaryChangeTable
  budget_counter: BudgetCounterTable
  budget_lease: BudgetLeaseTable
  budget_process: BudgetProcessTable
  budget_alert: BudgetAlertTable
}
