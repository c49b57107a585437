import { APPROVAL_OPERATIONS } from './approval-operations.ts'
import { ATTACHMENT_OPERATIONS } from './attachment-operations.ts'
import { AUDIT_OPERATIONS } from './audit-operations.ts'
import { AUTHORISATION_OPERATIONS } from './authorisation-operations.ts'
import { BREAK_GLASS_OPERATIONS } from './break-glass-operations.ts'
import { CACHE_OPERATIONS } from './cache-operations.ts'
import { CONVERSATION_OPERATIONS } from './conversation-operations.ts'
import { DATA_OPERATIONS } from './data-operations.ts'
import { DICTIONARY_OPERATIONS } from './dictionary-operations.ts'
import { DESENSITISE_OPERATIONS } from './desensitise-operations.ts'
import { FACTOR_OPERATIONS } from './factor-operations.ts'
import { FEDERATION_OPERATIONS } from './federation-operations.ts'
import { IDENTITY_OPERATIONS } from './identity-operations.ts'
import { ISSUER_OPERATIONS } from './issuer-operations.ts'
import { KEEPING_OPERATIONS } from './keeping-operations.ts'
import { KEK_OPERATIONS } from './kek-operations.ts'
import { KNOWLEDGE_OPERATIONS } from './knowledge-operations.ts'
import { MCP_OPERATIONS, MCP_SKILL_OPERATIONS } from './mcp-operations.ts'
import { NOTE_OPERATIONS } from './note-operations.ts'
import { PEOPLE_OPERATIONS } from './people-operations.ts'
import { PLATFORM_OPERATIONS } from './platform-operations.ts'
import { POLICY_OPERATIONS } from './policy-operations.ts'
import { PRIVACY_OPERATIONS } from './privacy-operations.ts'
import { PROBE_OPERATIONS } from './probe-operations.ts'
import { QUESTION_OPERATIONS } from './question-operations.ts'
import { ROUTING_OPERATIONS } from './routing-operations.ts'
import { RUN_OPERATIONS } from './run-operations.ts'
import { SCIM_OPERATIONS } from './scim-operations.ts'
import { SERVICE_ACCOUNT_OPERATIONS } from './service-account-operations.ts'
import { SHELF_OPERATIONS } from './shelf-operations.ts'
import { SHADOW_OPERATIONS } from './shadow-operations.ts'
import { SKILL_OPERATIONS } from './skill-operations.ts'
import { SKILL_REVIEW_OPERATIONS } from './skill-review-operations.ts'
import { SKILL_SHOP_OPERATIONS } from './skill-shop-operations.ts'
import { SOCKET_OPERATIONS } from './socket-operations.ts'
import { SOURCE_OPERATIONS } from './source-operations.ts'
import { TENANT_OPERATIONS } from './tenant-operations.ts'

/** The one route table. Names and paths are public contracts. */
export const OPERATIONS = {
  ...DATA_OPERATIONS,
  ...PROBE_OPERATIONS,
  ...ISSUER_OPERATIONS,
  ...MCP_OPERATIONS,
  ...MCP_SKILL_OPERATIONS,
  ...PLATFORM_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...IDENTITY_OPERATIONS,
  ...PEOPLE_OPERATIONS,
  ...SERVICE_ACCOUNT_OPERATIONS,
  ...AUTHORISATION_OPERATIONS,
  ...POLICY_OPERATIONS,
  ...FACTOR_OPERATIONS,
  ...KEEPING_OPERATIONS,
  ...SKILL_REVIEW_OPERATIONS,
  ...BREAK_GLASS_OPERATIONS,
  ...FEDERATION_OPERATIONS,
  ...SCIM_OPERATIONS,
  ...KNOWLEDGE_OPERATIONS,
  ...QUESTION_OPERATIONS,
  ...APPROVAL_OPERATIONS,
  ...CONVERSATION_OPERATIONS,
  ...ATTACHMENT_OPERATIONS,
  ...RUN_OPERATIONS,
  ...SHELF_OPERATIONS,
  ...NOTE_OPERATIONS,
  ...SOURCE_OPERATIONS,
  ...SKILL_OPERATIONS,
  ...SKILL_SHOP_OPERATIONS,
  ...KEK_OPERATIONS,
  ...ROUTING_OPERATIONS,
  ...CACHE_OPERATIONS,
  ...PRIVACY_OPERATIONS,
  ...DESENSITISE_OPERATIONS,
  ...DICTIONARY_OPERATIONS,
  ...SHADOW_OPERATIONS,
  ...SOCKET_OPERATIONS,
  ...TENANT_OPERATIONS,
} as const

export type OperationId = keyof typeof OPERATIONS
