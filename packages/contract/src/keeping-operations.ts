import { z } from 'zod'
import { erasureInput, erasureView, holdInput, holdView } from './keeping.ts'
import type { Operation } from './operation.ts'
import { byUuid, list, NO_BODY, SMALL } from './operation-parts.ts'
import { page } from './platform.ts'

/** One line of JSON for each thing that is held. */
const line = z.looseObject({})

/** What is held of people, and what must be kept. */
export const KEEPING_OPERATIONS = {
  'person.export': {
    method: 'POST',
    path: '/api/people/{id}/export',
    surface: 'api',
    summary: 'Everything that is held of a person, as lines of JSON',
    input: { params: byUuid },
    output: line,
    text: 'application/x-ndjson',
    action: 'person.export',
    audit: 'person.exported',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
  'person.export_own': {
    method: 'POST',
    path: '/api/session/export',
    surface: 'api',
    summary: 'Everything that is held of you, as lines of JSON',
    input: {},
    output: line,
    text: 'application/x-ndjson',
    action: 'person.export_own',
    audit: 'person.exported',
    fields: {},
    limits: NO_BODY,
  },
  'person.erase': {
    method: 'POST',
    path: '/api/people/{id}/erase',
    surface: 'api',
    summary:
      'Erase a person: the account, and whose everything else was. With dryRun only count; asked again, how far it is',
    input: { params: byUuid, body: erasureInput },
    output: erasureView,
    action: 'person.erase',
    audit: 'person.erasure_started',
    fields: { id: 'id', reason: 'text' },
    limits: SMALL,
  },
  'hold.list': {
    method: 'GET',
    path: '/api/holds',
    surface: 'api',
    summary: 'List legal holds, lifted ones too',
    input: { query: page },
    output: list(holdView),
    action: 'hold.read',
    fields: {},
    limits: NO_BODY,
  },
  'hold.add': {
    method: 'POST',
    path: '/api/holds',
    surface: 'api',
    summary:
      'Hold what is kept of a person, a collection, a time or everything: it neither runs out nor is erased',
    input: { body: holdInput },
    output: holdView,
    status: 201,
    action: 'hold.write',
    audit: 'hold.added',
    fields: { reason: 'text', person: 'id', collection: 'id' },
    limits: SMALL,
  },
  'hold.lift': {
    method: 'DELETE',
    path: '/api/holds/{id}',
    surface: 'api',
    summary: 'Lift a legal hold; it stays on the list',
    input: { params: byUuid },
    output: holdView,
    action: 'hold.write',
    audit: 'hold.lifted',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
