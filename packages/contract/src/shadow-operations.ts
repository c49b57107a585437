import type { Operation } from './operation.ts'
import { MIB, NO_BODY, SMALL } from './operation-parts.ts'
import { routeList } from './routing.ts'
import { shadowPromote, shadowPut, shadowState } from './shadow.ts'

/** Rules on trial: compared with those in force on every request, never acted upon. */
export const SHADOW_OPERATIONS = {
  'shadow.read': {
    method: 'GET',
    path: '/api/routes/shadow',
    surface: 'api',
    summary: 'The rules on trial, and what they would have changed since they were set',
    input: {},
    output: shadowState,
    action: 'routing.read',
    fields: {},
    limits: NO_BODY,
  },
  'shadow.set': {
    method: 'POST',
    path: '/api/routes/shadow',
    surface: 'api',
    summary: 'Put rules on trial in the place of those of the settings; nothing is done by them',
    input: { body: shadowPut },
    output: shadowState,
    action: 'routing.write',
    audit: 'shadow.set',
    fields: {},
    limits: { bodyBytes: 1 * MIB },
  },
  'shadow.remove': {
    method: 'DELETE',
    path: '/api/routes/shadow',
    surface: 'api',
    summary: 'End the trial',
    input: {},
    output: null,
    status: 204,
    action: 'routing.write',
    audit: 'shadow.removed',
    fields: {},
    limits: NO_BODY,
  },
  'shadow.promote': {
    method: 'POST',
    path: '/api/routes/shadow/promote',
    surface: 'api',
    summary: 'Make the rules on trial the rules of the settings',
    input: { body: shadowPromote },
    output: routeList,
    action: 'routing.write',
    audit: 'shadow.promoted',
    fields: {},
    limits: SMALL,
  },
} as const satisfies Readonly<Record<string, Operation>>
