import type { Operation } from './operation.ts'
import { byUuid, NO_BODY } from './operation-parts.ts'
import { runEventsQuery, runView } from './runs.ts'

/** The making of answers: it belongs to the server and goes on without whoever watches it. */
export const RUN_OPERATIONS = {
  'run.read': {
    method: 'GET',
    path: '/api/runs/{id}',
    surface: 'api',
    summary: 'What has become of a run',
    input: { params: byUuid },
    output: runView,
    action: 'run.read',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
  'run.events': {
    method: 'GET',
    path: '/api/runs/{id}/events',
    surface: 'api',
    summary: 'Follow a run: its numbered events as server-sent events, from `after` or `last-event-id` on',
    input: { params: byUuid, query: runEventsQuery },
    output: null,
    status: 200,
    text: 'text/event-stream',
    action: 'run.read',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
  'run.stop': {
    method: 'POST',
    path: '/api/runs/{id}/stop',
    surface: 'api',
    summary: 'Stop a run; answered when the model has been let go',
    input: { params: byUuid },
    output: runView,
    action: 'run.write',
    audit: 'run.stopped',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
  'run.continue': {
    method: 'POST',
    path: '/api/runs/{id}/continue',
    surface: 'api',
    summary: 'Go on with a run that was interrupted or failed',
    input: { params: byUuid },
    output: runView,
    action: 'run.write',
    audit: 'run.started',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
