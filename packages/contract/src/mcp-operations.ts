import { z } from 'zod'
import { KIB, NO_BODY } from './operation-parts.ts'
import type { Operation } from './operation.ts'

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
