import { z } from 'zod'
import type { Operation } from './operation.ts'
import { MIB, NO_BODY } from './operation-parts.ts'
import { byConversation, egressView, preview, previewInput } from './privacy-preview.ts'

/** What leaves, what left, and what is kept to put it back. */
export const DESENSITISE_OPERATIONS = {
  'privacy.preview': {
    method: 'POST',
    path: '/api/privacy/preview',
    surface: 'api',
    summary: 'What would leave for a target, masked; nothing is sent or kept',
    readOnly: 'a request is too long and too private for a URL',
    input: { body: previewInput },
    output: preview,
    action: 'privacy.preview',
    fields: { 'messages[].content': 'prompt', model: 'id', target: 'id', desensitise: 'id' },
    limits: { bodyBytes: 8 * MIB },
  },
  'privacy.forget': {
    method: 'DELETE',
    path: '/api/privacy/conversations/{name}',
    surface: 'api',
    summary:
      'Forget what stands for what in a conversation of yours; placeholders that are still about stay placeholders',
    input: { params: byConversation },
    output: null,
    status: 204,
    action: 'privacy.forget',
    audit: 'privacy.forgotten',
    fields: { name: 'id' },
    limits: NO_BODY,
  },
  'egress.read': {
    method: 'GET',
    path: '/api/requests/{id}/egress',
    surface: 'api',
    summary: 'What left for managed targets in one request, and what came back, as it went over the wire',
    input: { params: z.strictObject({ id: z.string().regex(/^req_[\da-f]{24}$/) }) },
    output: egressView,
    action: 'egress.read',
    operatorAudit: 'egress.read',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
