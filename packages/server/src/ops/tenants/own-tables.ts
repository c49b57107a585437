import type { Tables } from '../../store/tables.ts'

/** What goes with a tenant, children before parents. Every table with tenant_id stands here or among those that stay. */
export const GOES: readonly (keyof Tables)[] = [
  'group_member',
  'totp',
  'recovery_code',
  'passkey',
  'federated_identity',
  'authorisation',
  'approval',
  'tool_grant',
  'share',
  'attachment',
  'artifact_version',
  'run_event',
  'run',
  'message',
  'conversation',
  'project',
  'note',
  'session',
  'provisioned_user',
  'provisioned_group',
  'service_account',
  'legal_hold',
  'erasure',
  'break_glass',
  'policy_version',
  'invitation',
  'used_challenge',
  'api_key',
  'account',
  'people_group',
  'custom_role',
  'source_item',
  'mcp_tool',
  'mcp_connection',
  'source',
  'skill_review',
  'workflow_step',
  'workflow_run',
  'skill_fixture',
  'skill_exception',
  'skill_figure',
  'skill_item',
  'skill_secret',
  'skill',
  'skill_version',
  'skill_change',
  'skill_policy',
  'embedded_document',
  'embedding_lot',
  'embedding_state',
  'collection_question',
  'document',
  'index_segment',
  'collection',
  'acl_set',
  'egress',
  'egress_batch',
  'privacy_vault',
  'conversation_class',
  'request_record',
  'routing_version',
  'dictionary',
  'dictionary_change',
  'cache_purge',
  'budget_alert',
  'budget_lease',
  'budget_process',
  'budget_counter',
  'signing_key',
  'audit_pending',
  'audit_staged',
  'audit_event',
  'key_rewrap',
  'tenant_key',
]

/** Of a leaf its entry stays, which holds commitments, without the salts that open them; the key is the home tenant's. */
export const STAYS: readonly (keyof Tables)[] = ['audit_leaf', 'audit_key']

/** A table that is handed out: its plain columns, and what is sealed in it opened, in the order of its key. */
interface HandedOut {
  readonly table: keyof Tables
  /** With tenant_id it is the primary key. */
  readonly key: readonly string[]
  /** Columns that are opened; rows of a table that has some are few at a time. */
  readonly sealed?: readonly string[]
  /** What is sealed in it was packed before. */
  readonly isPacked?: true
  /** The table whose rows have the data key, and the column that names the row; absent: its own. */
  readonly under?: { readonly table: keyof Tables; readonly column: string }
  /** What of a row is sealed may lie in an object instead, for its own room to find. */
  readonly isAway?: true
}

/** Without what only serves to come in: secrets, their hashes, passwords, authenticator apps, passkeys, signing keys. */
export const HANDED_OUT: readonly HandedOut[] = [
  { table: 'account', key: ['id'], sealed: ['name_sealed'] },
  { table: 'custom_role', key: ['name'] },
  { table: 'people_group', key: ['id'], sealed: ['name_sealed'] },
  { table: 'group_member', key: ['group_id', 'account_id'] },
  { table: 'federated_identity', key: ['id'], sealed: ['identity_sealed'] },
  { table: 'provisioned_user', key: ['account_id'], sealed: ['resource_sealed'] },
  { table: 'provisioned_group', key: ['group_id'], sealed: ['resource_sealed'] },
  { table: 'service_account', key: ['id'], sealed: ['name_sealed'] },
  { table: 'policy_version', key: ['version'], sealed: ['document_sealed'] },
  { table: 'legal_hold', key: ['id'], sealed: ['reason_sealed'] },
  { table: 'break_glass', key: ['id'], sealed: ['reason_sealed'] },
  { table: 'api_key', key: ['id'], sealed: ['name_sealed'] },
  { table: 'acl_set', key: ['id'] },
  { table: 'collection', key: ['id'], sealed: ['name_sealed'] },
  { table: 'document', key: ['id'], sealed: ['meta_sealed', 'text_sealed'] },
  { table: 'collection_question', key: ['id'], sealed: ['body_sealed'] },
  { table: 'project', key: ['id'], sealed: ['name_sealed'] },
  { table: 'note', key: ['id'], sealed: ['text_sealed'] },
  { table: 'conversation', key: ['id'], sealed: ['meta_sealed'] },
  {
    table: 'message',
    key: ['id'],
    sealed: ['body_sealed'],
    under: { table: 'conversation', column: 'conversation_id' },
    isAway: true,
  },
  { table: 'attachment', key: ['id'], sealed: ['meta_sealed', 'content_sealed'] },
  {
    table: 'artifact_version',
    key: ['id'],
    sealed: ['body_sealed'],
    under: { table: 'conversation', column: 'conversation_id' },
  },
  { table: 'run', key: ['id'] },
  { table: 'share', key: ['id'], sealed: ['snapshot_sealed'] },
  { table: 'approval', key: ['id'], sealed: ['question_sealed'] },
  { table: 'tool_grant', key: ['id'], sealed: ['scope_sealed'] },
  // How sources get in stays here.
  { table: 'source', key: ['id'] },
  // What their servers are opened with stays here.
  { table: 'skill_version', key: ['digest'], sealed: ['bundle_sealed', 'report_sealed'] },
  { table: 'skill', key: ['name'], sealed: ['settings_sealed'] },
  { table: 'skill_item', key: ['id'], sealed: ['item_sealed'] },
  { table: 'skill_policy', key: ['level'] },
  { table: 'skill_review', key: ['id'], sealed: ['report_sealed', 'reason_sealed'] },
  { table: 'mcp_tool', key: ['id'], sealed: ['definition_sealed'] },
  { table: 'workflow_run', key: ['id'], sealed: ['input_sealed', 'output_sealed', 'fault_sealed'] },
  {
    table: 'workflow_step',
    key: ['id'],
    sealed: ['output_sealed', 'fault_sealed'],
    under: { table: 'workflow_run', column: 'run_id' },
  },
  { table: 'skill_fixture', key: ['id'], sealed: ['exchange_sealed'] },
  { table: 'skill_exception', key: ['id'], sealed: ['reason_sealed'] },
  { table: 'dictionary', key: ['name'], sealed: ['terms_sealed'] },
  { table: 'privacy_vault', key: ['conversation_index'], sealed: ['minted_sealed'] },
  { table: 'request_record', key: ['id'] },
  { table: 'egress', key: ['request', 'call'] },
  { table: 'egress_batch', key: ['id'], sealed: ['calls_sealed'], isPacked: true },
  { table: 'budget_counter', key: ['budget', 'period', 'unit'] },
  { table: 'audit_event', key: ['id'], sealed: ['private_sealed'] },
]
