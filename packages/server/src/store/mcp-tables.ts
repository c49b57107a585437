import type { MaybeStamp, Stamp } from './identity-tables.ts'

interface McpToolTable {
  tenant_id: string
  id: string
  skill: string
  tool: string
  pin: string
  dek: Buffer
  /** JSON of the definition. */
  definition_sealed: Buffer
  approved_at: Stamp
}

interface McpConnectionTable {
  tenant_id: string
  id: string
  skill: string
  state: 'connected' | 'needs_authorisation' | 'expired' | 'failed'
  reason: string | null
  dek: Buffer
  /** JSON: tokens, registrations and where the server is. */
  kept_sealed: Buffer
  sent_hash: Buffer | null
  sent_at: MaybeStamp
  expires_at: MaybeStamp
  changed_at: Stamp
}

export interface McpTables {
  mcp_tool: McpToolTable
  mcp_connection: McpConnectionTable
}
