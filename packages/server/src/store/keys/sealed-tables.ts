import { sql } from 'kysely'
import type { Tables } from '../tables.ts'

/** How values of a key column are compared in one statement. */
const ARRAYS = {
  uuid: sql`uuid[]`,
  text: sql`text[]`,
  integer: sql`integer[]`,
  bytea: sql`bytea[]`,
} as const

/** A table whose rows have a wrapped data key, and the column that names the row in it. */
export interface SealedTable {
  readonly table: keyof Tables
  /** With tenant_id it is the primary key. */
  readonly key: string
  readonly type: keyof typeof ARRAYS
}

/**
 * Every table with a column `dek`: whoever adds one adds a line, or a rotation would pass it over. New lines go to the
 * end, because a walk remembers the number of the table that it is at.
 */
export const SEALED_TABLES: readonly SealedTable[] = [
  { table: 'collection', key: 'id', type: 'uuid' },
  { table: 'index_segment', key: 'id', type: 'uuid' },
  { table: 'document', key: 'id', type: 'uuid' },
  { table: 'account', key: 'id', type: 'uuid' },
  { table: 'api_key', key: 'id', type: 'text' },
  { table: 'signing_key', key: 'id', type: 'text' },
  { table: 'routing_version', key: 'version', type: 'integer' },
  { table: 'dictionary', key: 'name', type: 'text' },
  { table: 'privacy_vault', key: 'conversation_index', type: 'bytea' },
  { table: 'egress_batch', key: 'id', type: 'uuid' },
  { table: 'session', key: 'id', type: 'uuid' },
  { table: 'people_group', key: 'id', type: 'uuid' },
  { table: 'invitation', key: 'id', type: 'uuid' },
  { table: 'totp', key: 'account_id', type: 'uuid' },
  { table: 'passkey', key: 'id', type: 'uuid' },
  { table: 'audit_event', key: 'id', type: 'uuid' },
  { table: 'audit_key', key: 'id', type: 'text' },
  { table: 'federated_identity', key: 'id', type: 'uuid' },
  { table: 'provisioned_user', key: 'account_id', type: 'uuid' },
  { table: 'provisioned_group', key: 'group_id', type: 'uuid' },
  { table: 'legal_hold', key: 'id', type: 'uuid' },
  { table: 'break_glass', key: 'id', type: 'uuid' },
  { table: 'service_account', key: 'id', type: 'uuid' },
  { table: 'policy_version', key: 'version', type: 'integer' },
  { table: 'authorisation', key: 'id', type: 'uuid' },
  { table: 'approval', key: 'id', type: 'uuid' },
  { table: 'tool_grant', key: 'id', type: 'uuid' },
  { table: 'conversation', key: 'id', type: 'uuid' },
  { table: 'project', key: 'id', type: 'uuid' },
  { table: 'share', key: 'id', type: 'uuid' },
  { table: 'note', key: 'id', type: 'uuid' },
  { table: 'source', key: 'id', type: 'uuid' },
  { table: 'attachment', key: 'id', type: 'uuid' },
  { table: 'embedding_lot', key: 'id', type: 'uuid' },
  { table: 'skill_version', key: 'digest', type: 'text' },
  { table: 'skill', key: 'name', type: 'text' },
  { table: 'skill_secret', key: 'id', type: 'uuid' },
  { table: 'skill_item', key: 'id', type: 'uuid' },
  { table: 'workflow_run', key: 'id', type: 'uuid' },
  { table: 'skill_fixture', key: 'id', type: 'uuid' },
  { table: 'skill_exception', key: 'id', type: 'uuid' },
  { table: 'mcp_tool', key: 'id', type: 'uuid' },
  { table: 'mcp_connection', key: 'id', type: 'uuid' },
  { table: 'skill_review', key: 'id', type: 'uuid' },
  { table: 'collection_question', key: 'id', type: 'uuid' },
]

export type KeyValue = string | number | Buffer

/** The value as places of ciphertexts name the row. */
export const rowName = (value: KeyValue): string =>
  Buffer.isBuffer(value) ? value.toString('hex') : String(value)

/** The value of which `rowName` made this. */
export const keyValue = (name: string, { type }: SealedTable): KeyValue =>
  type === 'bytea' ? Buffer.from(name, 'hex') : type === 'integer' ? Number(name) : name

export const arrayOf = (values: readonly (KeyValue | Uint8Array)[], type: keyof typeof ARRAYS) =>
  sql`${values}::${ARRAYS[type]}`
