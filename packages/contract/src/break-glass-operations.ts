import { armedView, armInput, breakGlassView, useInput } from './break-glass.ts'
import { sessionView } from './identity.ts'
import type { Operation } from './operation.ts'
import { NO_BODY, SMALL } from './operation-parts.ts'

/** The way in for emergencies. */
export const BREAK_GLASS_OPERATIONS = {
  'break_glass.status': {
    method: 'GET',
    path: '/api/break-glass',
    surface: 'api',
    summary: 'Whether an emergency account is armed, and when one was used',
    input: {},
    output: breakGlassView,
    action: 'break_glass.read',
    fields: {},
    limits: NO_BODY,
  },
  'break_glass.arm': {
    method: 'POST',
    path: '/api/break-glass',
    surface: 'api',
    summary: 'Arm the emergency account; its one-time code is shown once, and an earlier one is void',
    input: { body: armInput },
    output: armedView,
    status: 201,
    action: 'break_glass.write',
    audit: 'break_glass.armed',
    fields: {},
    limits: SMALL,
  },
  'break_glass.disarm': {
    method: 'DELETE',
    path: '/api/break-glass',
    surface: 'api',
    summary: 'Make the code void, and end a session that it opened',
    input: {},
    output: null,
    status: 204,
    action: 'break_glass.write',
    audit: 'break_glass.disarmed',
    fields: {},
    limits: NO_BODY,
  },
  'break_glass.use': {
    method: 'POST',
    path: '/api/break-glass/use',
    surface: 'api',
    summary:
      'Open a short session with every right, with the one-time code and a reason that stands in each of its events',
    input: { body: useInput },
    output: sessionView,
    status: 201,
    action: 'break_glass.use',
    audit: 'break_glass.used',
    fields: { code: 'id', reason: 'text' },
    limits: SMALL,
  },
} as const satisfies Readonly<Record<string, Operation>>
