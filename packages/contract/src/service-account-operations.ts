import type { Operation } from './operation.ts'
import { byUuid, list, NO_BODY, SMALL } from './operation-parts.ts'
import { page } from './platform.ts'
import { serviceAccountChange, serviceAccountInput, serviceAccountView } from './service-accounts.ts'

/** Programs that act in their own name. */
export const SERVICE_ACCOUNT_OPERATIONS = {
  'service_account.create': {
    method: 'POST',
    path: '/api/service-accounts',
    surface: 'api',
    summary: 'Make a service account, which has nothing to come in with until a key is made for it',
    input: { body: serviceAccountInput },
    output: serviceAccountView,
    status: 201,
    action: 'people.write',
    audit: 'service_account.created',
    fields: { name: 'text' },
    limits: SMALL,
  },
  'service_account.list': {
    method: 'GET',
    path: '/api/service-accounts',
    surface: 'api',
    summary: 'List service accounts',
    input: { query: page },
    output: list(serviceAccountView),
    action: 'people.read',
    fields: {},
    limits: NO_BODY,
  },
  'service_account.read': {
    method: 'GET',
    path: '/api/service-accounts/{id}',
    surface: 'api',
    summary: 'Show one service account',
    input: { params: byUuid },
    output: serviceAccountView,
    action: 'people.read',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
  'service_account.change': {
    method: 'PATCH',
    path: '/api/service-accounts/{id}',
    surface: 'api',
    summary: 'Change what a service account may do, or disable it, which ends what it has open',
    input: { params: byUuid, body: serviceAccountChange },
    output: serviceAccountView,
    action: 'people.write',
    audit: 'service_account.changed',
    fields: { id: 'id', name: 'text' },
    limits: SMALL,
  },
  'service_account.delete': {
    method: 'DELETE',
    path: '/api/service-accounts/{id}',
    surface: 'api',
    summary: 'Delete a service account; its keys are revoked',
    input: { params: byUuid },
    output: null,
    status: 204,
    action: 'people.write',
    audit: 'service_account.deleted',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
