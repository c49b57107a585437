import { z } from 'zod'
import {
  dictionaryInput,
  dictionaryList,
  dictionaryName,
  dictionaryPage,
  dictionaryRead,
  dictionaryView,
} from './dictionaries.ts'
import type { Operation } from './operation.ts'
import { MIB, NO_BODY } from './operation-parts.ts'

const byName = z.strictObject({ name: dictionaryName })

/** Terms of a tenant's own that the desensitiser finds. */
export const DICTIONARY_OPERATIONS = {
  'dictionary.list': {
    method: 'GET',
    path: '/api/privacy/dictionaries',
    surface: 'api',
    summary: 'The dictionaries of your tenant: names and sizes, no terms',
    input: {},
    output: dictionaryList,
    action: 'dictionary.read',
    fields: {},
    limits: NO_BODY,
  },
  'dictionary.read': {
    method: 'GET',
    path: '/api/privacy/dictionaries/{name}',
    surface: 'api',
    summary: 'A dictionary and its terms, page by page',
    input: { params: byName, query: dictionaryPage },
    output: dictionaryRead,
    action: 'dictionary.read',
    operatorAudit: 'dictionary.read',
    fields: { name: 'id' },
    limits: NO_BODY,
  },
  'dictionary.put': {
    method: 'PUT',
    path: '/api/privacy/dictionaries/{name}',
    surface: 'api',
    summary:
      'Create or replace a dictionary: JSON, or CSV with a head (value,pattern,type,case_sensitive,whole_word)',
    input: { params: byName, body: dictionaryInput, csv: { maxBytes: 16 * MIB } },
    output: dictionaryView,
    action: 'dictionary.write',
    audit: 'dictionary.put',
    stores: true,
    fields: { name: 'id', 'entries[].value': 'text', 'entries[].pattern': 'text' },
    limits: { bodyBytes: 1 * MIB },
  },
  'dictionary.delete': {
    method: 'DELETE',
    path: '/api/privacy/dictionaries/{name}',
    surface: 'api',
    summary: 'Delete a dictionary',
    input: { params: byName },
    output: null,
    status: 204,
    action: 'dictionary.write',
    audit: 'dictionary.deleted',
    fields: { name: 'id' },
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
