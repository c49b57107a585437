import type { Operation } from './operation.ts'
import { byUuid, list, NO_BODY, SMALL } from './operation-parts.ts'
import { page } from './platform.ts'
import { tenantCreated, tenantInput, tenantInvitation, tenantInvited, tenantView } from './tenants.ts'

/** Tenants beside the home one, for the operator of the platform. */
export const TENANT_OPERATIONS = {
  'tenant.list': {
    method: 'GET',
    path: '/api/tenants',
    surface: 'api',
    summary: 'List tenants',
    input: { query: page },
    output: list(tenantView),
    action: 'tenant.read',
    fields: {},
    limits: NO_BODY,
  },
  'tenant.create': {
    method: 'POST',
    path: '/api/tenants',
    surface: 'api',
    summary: 'Make a tenant with keys of its own, and the one-time link for its first owner',
    input: { body: tenantInput },
    output: tenantCreated,
    status: 201,
    action: 'tenant.write',
    audit: 'tenant.created',
    fields: { slug: 'id', owner: 'text' },
    limits: SMALL,
  },
  'tenant.read': {
    method: 'GET',
    path: '/api/tenants/{id}',
    surface: 'api',
    summary: 'Show one tenant',
    input: { params: byUuid },
    output: tenantView,
    action: 'tenant.read',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
  'tenant.invite': {
    method: 'POST',
    path: '/api/tenants/{id}/invitation',
    surface: 'api',
    summary: 'Make the link for the first owner anew; the one before is void',
    input: { params: byUuid, body: tenantInvitation },
    output: tenantInvited,
    status: 201,
    action: 'tenant.write',
    audit: 'tenant.invited',
    fields: { id: 'id', owner: 'text' },
    limits: SMALL,
  },
} as const satisfies Readonly<Record<string, Operation>>
