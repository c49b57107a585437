import { askedInput, askedView, authorisationView, decisionInput, decisionView } from './authorisations.ts'
import type { Operation } from './operation.ts'
import { byUuid, list, NO_BODY, SMALL } from './operation-parts.ts'

/** People who are signed in to an application elsewhere with their account here. */
export const AUTHORISATION_OPERATIONS = {
  'authorisation.read': {
    method: 'POST',
    path: '/api/authorisations/asked',
    surface: 'api',
    summary: 'What an application asks of whoever is to be signed in to it',
    input: { body: askedInput },
    output: askedView,
    readOnly: 'What was asked for stands in the ticket, which has no place in an address.',
    action: 'application.enter',
    fields: { ticket: 'id' },
    limits: SMALL,
  },
  'authorisation.decide': {
    method: 'POST',
    path: '/api/authorisations',
    surface: 'api',
    summary: 'Let an application know who one is, or not; the answer says where the browser goes',
    input: { body: decisionInput },
    output: decisionView,
    action: 'application.enter',
    audit: 'authorisation.decided',
    fields: { ticket: 'id' },
    limits: SMALL,
  },
  'authorisation.list': {
    method: 'GET',
    path: '/api/authorisations',
    surface: 'api',
    summary: 'List the programs that act in your name until you end it, the one used last first',
    input: {},
    output: list(authorisationView),
    action: 'session.list',
    fields: {},
    limits: NO_BODY,
  },
  'authorisation.revoke': {
    method: 'DELETE',
    path: '/api/authorisations/{id}',
    surface: 'api',
    summary: 'End that a program acts in your name',
    input: { params: byUuid },
    output: null,
    status: 204,
    action: 'session.end',
    audit: 'authorisation.revoked',
    fields: { id: 'id' },
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
