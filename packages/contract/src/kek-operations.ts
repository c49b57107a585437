import {
  kekQuery,
  kekRotated,
  kekRotation,
  kekShredded,
  kekShredding,
  kekStatus,
  rootRotated,
  rootRotation,
} from './kek.ts'
import type { Operation } from './operation.ts'
import { NO_BODY, SMALL } from './operation-parts.ts'

/** The keys under which everything is encrypted. */
export const KEK_OPERATIONS = {
  'kek.status': {
    method: 'GET',
    path: '/api/kek',
    surface: 'api',
    summary: 'Root key and tenants’ keys: versions, ages, what wraps what; never a key',
    input: { query: kekQuery },
    output: kekStatus,
    action: 'kek.read',
    fields: { tenant: 'id', after: 'id' },
    limits: NO_BODY,
  },
  'kek.rotate': {
    method: 'POST',
    path: '/api/kek/rotate',
    surface: 'api',
    summary: 'Make the next version of a tenant’s key and wrap its data keys under it',
    input: { body: kekRotation },
    output: kekRotated,
    action: 'kek.write',
    audit: 'tenant_key.rotated',
    fields: { tenant: 'id' },
    limits: SMALL,
  },
  'kek.rotate-root': {
    method: 'POST',
    path: '/api/kek/rotate-root',
    surface: 'api',
    summary: 'Move to the root key keys.next: every tenant’s key is wrapped under it',
    input: { body: rootRotation },
    output: rootRotated,
    action: 'kek.write',
    audit: 'root_key.move_started',
    fields: { to: 'id' },
    limits: SMALL,
  },
  'kek.shred': {
    method: 'POST',
    path: '/api/kek/shred',
    surface: 'api',
    summary: 'Destroy all keys of a tenant for good: nothing of it can be read any more',
    input: { body: kekShredding },
    output: kekShredded,
    action: 'kek.write',
    audit: 'tenant_key.shredded',
    fields: { tenant: 'id', confirm: 'id' },
    limits: SMALL,
  },
} as const satisfies Readonly<Record<string, Operation>>
