import { z } from 'zod'
import { claimInput, keyCreated, keyInput, keyView, sessionInput, sessionView } from './identity.ts'
import { page } from './platform.ts'
import type { Operation } from './operation.ts'
import { list, NO_BODY, SMALL } from './operation-parts.ts'

/** Any text may be asked for and is no key, but for what no database can be asked for. */
const byKey = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(256)
    .regex(/^\P{Cc}+$/u, 'must have no control characters'),
})

/** Who comes in: claim, sessions, keys. */
export const IDENTITY_OPERATIONS = {
  'owner.claim': {
    method: 'POST',
    path: '/api/claim',
    surface: 'api',
    summary: 'Claim the owner account with the one-time link',
    input: { body: claimInput },
    output: sessionView,
    status: 201,
    action: 'owner.claim',
    audit: 'owner.claimed',
    fields: { name: 'text', token: 'id' },
    limits: SMALL,
  },
  'session.open': {
    method: 'POST',
    path: '/api/session',
    surface: 'api',
    summary: 'Sign in',
    input: { body: sessionInput },
    output: sessionView,
    status: 201,
    action: 'session.open',
    audit: 'session.opened',
    fields: { name: 'text', tenant: 'id' },
    limits: SMALL,
  },
  'session.read': {
    method: 'GET',
    path: '/api/session',
    surface: 'api',
    summary: 'Who am I',
    input: {},
    output: sessionView,
    action: 'session.read',
    fields: {},
    limits: NO_BODY,
  },
  'session.close': {
    method: 'DELETE',
    path: '/api/session',
    surface: 'api',
    summary: 'Sign out',
    input: {},
    output: null,
    status: 204,
    action: 'session.close',
    audit: 'session.closed',
    fields: {},
    limits: NO_BODY,
  },
  'key.create': {
    method: 'POST',
    path: '/api/keys',
    surface: 'api',
    summary: 'Create an API key; it is shown once',
    input: { body: keyInput },
    output: keyCreated,
    status: 201,
    action: 'key.write',
    audit: 'key.created',
    fields: { name: 'text' },
    limits: SMALL,
  },
  'key.list': {
    method: 'GET',
    path: '/api/keys',
    surface: 'api',
    summary: 'List API keys',
    input: { query: page },
    output: list(keyView),
    action: 'key.read',
    fields: {},
    limits: NO_BODY,
  },
  'key.revoke': {
    method: 'DELETE',
    path: '/api/keys/{id}',
    surface: 'api',
    summary: 'Revoke an API key',
    input: { params: byKey },
    output: null,
    status: 204,
    action: 'key.write',
    audit: 'key.revoked',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
