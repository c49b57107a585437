/** What these columns hold says nothing of what people wrote: ids, times, sizes, counts, classes and words of ours. */
export const PLAIN_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  schema_checksum: ['name', 'sha256', 'applied_at'],
  kysely_migration: ['name', 'timestamp'],
  kysely_migration_lock: ['id', 'is_locked'],
  tenant: ['id', 'home', 'created_at'],
  tenant_key: ['tenant_id', 'purpose', 'version', 'root_key', 'created_at'],
  collection: ['tenant_id', 'id', 'origin', 'created_at'],
  index_segment: [
    'tenant_id',
    'id',
    'collection_id',
    'blob_key',
    'size_bytes',
    'passages',
    'sequence',
    'created_at',
  ],
  document: [
    'tenant_id',
    'id',
    'collection_id',
    'blob_key',
    'class',
    'size_bytes',
    'text_length',
    'passages',
    'segment_id',
    'created_at',
  ],
  account: ['tenant_id', 'id', 'role', 'created_at'],
  session: ['tenant_id', 'id', 'account_id', 'created_at', 'seen_at', 'expires_at'],
  api_key: [
    'tenant_id',
    'id',
    'creator',
    'scopes',
    'class',
    'ceiling',
    'created_at',
    'expires_at',
    'last_used_at',
    'revoked_at',
  ],
  audit_event: ['tenant_id', 'id', 'at', 'action', 'actor', 'subject', 'request', 'detail'],
}

/**
 * Whether a column's name promises that its bytes are opaque: `*_sealed`, `dek` and `wrapped` are ciphertext, `*_index`
 * a blind index (HMAC), `*_hash` the SHA-256 of a random secret.
 */
export function isOpaqueColumn(column: string): boolean {
  return /(_sealed|_index|_hash)$/.test(column) || column === 'dek' || column === 'wrapped'
}
