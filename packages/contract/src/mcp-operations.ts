import { z } from 'zod'
import { KIB, NO_BODY, SMALL } from './operation-parts.ts'
import type { Operation } from './operation.ts'
import { skillName } from './skill-permissions.ts'

/** One message of JSON-RPC 2.0, as the Model Context Protocol sends it. What is in `params` is the protocol's. */
const message = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().max(256).optional(),
  params: z.looseObject({}).optional(),
})
/** RFC 9728 section 2, as far as there is something to say. */
const resourceMetadata = z.looseObject({
  resource: z.url(),
  resource_name: z.string(),
  authorization_servers: z.array(z.url()),
  scopes_supported: z.array(z.string()),
  bearer_methods_supported: z.array(z.string()),
})

/** The platform as a server of the Model Context Protocol. */
export const MCP_OPERATIONS = {
  'mcp.call': {
    method: 'POST',
    path: '/mcp',
    surface: 'mcp',
    summary:
      'Model Context Protocol (2026-07-28, and back to 2025-06-18): tools and skills of the caller; with GET and DELETE for sessions of 2025',
    input: { body: message },
    output: message,
    text: 'text/event-stream',
    action: 'mcp.use',
    audit: 'mcp.tool_called',
    fields: { params: 'prompt' },
    limits: { bodyBytes: 1024 * KIB },
  },
  'mcp.resource_metadata': {
    method: 'GET',
    path: '/.well-known/oauth-protected-resource/mcp',
    surface: 'mcp',
    summary: 'Where clients of /mcp get an access token (RFC 9728)',
    input: {},
    output: resourceMetadata,
    action: 'platform.read',
    fields: {},
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>

const byName = z.strictObject({ name: skillName })
const definition = z.object({
  name: z.string(),
  description: z.string(),
  inputSchema: z.record(z.string(), z.unknown()),
  outputSchema: z.record(z.string(), z.unknown()).optional(),
})
/** What the server of a skill says of its tools, beside what was approved of them. */
const toolReview = z.object({
  unchanged: z.array(z.string()),
  changes: z.array(
    z.object({
      tool: z.string(),
      kind: z.enum(['new', 'changed']),
      /** Null: not called before, or only its pin was kept. */
      before: definition.nullable(),
      now: definition,
      fields: z.array(z.enum(['description', 'inputSchema', 'outputSchema'])),
      /** What to approve. */
      pin: z.string(),
      /** Characters that nobody sees, by where they stand. */
      hidden: z.array(z.object({ place: z.string(), characters: z.array(z.string()) })),
    }),
  ),
  gone: z.array(z.string()),
})
const pin = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest in lower-case hexadecimal')
const connectionView = z.object({
  state: z.enum(['connected', 'needs_authorisation', 'expired', 'failed']),
  reason: z.string().nullable(),
  server: z.string(),
  issuer: z.string().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  changedAt: z.iso.datetime(),
})
const wayBack = z.object({
  state: z.string().max(200),
  code: z.string().max(4096).optional(),
  iss: z.string().max(500).optional(),
  error: z.string().max(200).optional(),
})

/** What an administrator agrees on with the MCP server of a skill. */
export const MCP_SKILL_OPERATIONS = {
  'skill_tools.review': {
    method: 'POST',
    path: '/api/skills/{name}/tools/review',
    surface: 'api',
    summary: 'Ask the MCP server of a skill what its tools are, and see what of it nobody approved',
    readOnly: 'It asks the server and keeps nothing.',
    input: { params: byName },
    output: toolReview,
    action: 'skill.manage',
    fields: { name: 'id' },
    limits: NO_BODY,
  },
  'skill_tools.approve': {
    method: 'POST',
    path: '/api/skills/{name}/tools/approve',
    surface: 'api',
    summary: 'Let tools of an MCP server be called that are as the review showed them',
    input: { params: byName, body: z.strictObject({ pins: z.array(pin).min(1).max(256) }) },
    output: z.object({ approved: z.array(z.string()) }),
    action: 'skill.manage',
    audit: 'mcp.tools_approved',
    fields: { name: 'id', pins: 'id' },
    limits: SMALL,
  },
  'skill_connection.begin': {
    method: 'POST',
    path: '/api/skills/{name}/connection',
    surface: 'api',
    summary: 'Begin to connect a skill to its MCP server with OAuth; the browser goes to `location` next',
    input: { params: byName },
    output: z.object({ location: z.string().nullable() }),
    action: 'skill.manage',
    audit: 'mcp.connection_begun',
    fields: { name: 'id' },
    limits: NO_BODY,
  },
  'skill_connection.read': {
    method: 'GET',
    path: '/api/skills/{name}/connection',
    surface: 'api',
    summary: 'See how a skill is connected to its MCP server',
    input: { params: byName },
    output: connectionView,
    action: 'skill.manage',
    fields: { name: 'id' },
    limits: NO_BODY,
  },
  'skill_connection.remove': {
    method: 'DELETE',
    path: '/api/skills/{name}/connection',
    surface: 'api',
    summary: 'Forget the tokens of a skill for its MCP server',
    input: { params: byName },
    output: null,
    status: 204,
    action: 'skill.manage',
    audit: 'mcp.connection_removed',
    fields: { name: 'id' },
    limits: NO_BODY,
  },
  'skill_connection.finish': {
    method: 'GET',
    path: '/api/skills/connected',
    surface: 'api',
    summary: 'Come back from the authorisation server of an MCP server',
    input: { query: wayBack },
    output: null,
    status: 302,
    changesByGet: 'The authorisation server sends the browser here, and a browser that is sent does a GET.',
    action: 'session.open',
    audit: 'mcp.connected',
    fields: { state: 'id', code: 'id', iss: 'id', error: 'id' },
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
