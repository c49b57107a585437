import { approvalDecided, approvalInput, approvalPage, approvalView, toolGrantView } from './approvals.ts'
import type { Operation } from './operation.ts'
import { byUuid, list, NO_BODY, SMALL } from './operation-parts.ts'
import { page } from './platform.ts'

/** What the caller's own runs may do. */
export const APPROVAL_OPERATIONS = {
  'approval.list': {
    method: 'GET',
    path: '/api/approvals',
    surface: 'api',
    summary: 'List the calls of tools in your runs that wait for your approval, oldest first',
    input: { query: approvalPage },
    output: list(approvalView),
    action: 'approval.read',
    fields: {},
    limits: NO_BODY,
  },
  'approval.decide': {
    method: 'POST',
    path: '/api/approvals/{id}',
    surface: 'api',
    summary: 'Approve exactly this call, this and others like it, or deny it',
    input: { params: byUuid, body: approvalInput },
    output: approvalDecided,
    action: 'approval.decide',
    audit: 'approval.decided',
    fields: { id: 'id' },
    limits: SMALL,
  },
  'tool_grant.list': {
    method: 'GET',
    path: '/api/tool-grants',
    surface: 'api',
    summary: 'List the tools that you have said `always` to',
    input: { query: page },
    output: list(toolGrantView),
    action: 'approval.read',
    fields: {},
    limits: NO_BODY,
  },
  'tool_grant.revoke': {
    method: 'DELETE',
    path: '/api/tool-grants/{id}',
    surface: 'api',
    summary: 'Be asked again',
    input: { params: byUuid },
    output: null,
    status: 204,
    action: 'approval.decide',
    audit: 'tool_grant.revoked',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
