import { cachePurged, cacheQuery, cacheView } from './cache.ts'
import type { Operation } from './operation.ts'
import { NO_BODY } from './operation-parts.ts'

/** Answers that are kept for requests that come again. */
export const CACHE_OPERATIONS = {
  'cache.read': {
    method: 'GET',
    path: '/api/cache',
    surface: 'api',
    summary: 'What the cache of this process holds for your tenant: counts and sizes, never content',
    input: {},
    output: cacheView,
    action: 'cache.read',
    fields: {},
    limits: NO_BODY,
  },
  'cache.purge': {
    method: 'DELETE',
    path: '/api/cache',
    surface: 'api',
    summary:
      'Forget kept answers of your tenant, in every process: all of them, or those of a rule or target',
    input: { query: cacheQuery },
    output: cachePurged,
    action: 'cache.purge',
    audit: 'cache.purged',
    fields: { target: 'id', rule: 'id' },
    limits: NO_BODY,
  },
} as const satisfies Readonly<Record<string, Operation>>
