import { askedInput, askedView, decisionInput, decisionView } from './authorisations.ts'
import type { Operation } from './operation.ts'
import { SMALL } from './operation-parts.ts'

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
} as const satisfies Readonly<Record<string, Operation>>
