import type { Cache } from '../../gateway/cache/cache.ts'
import type { Handlers } from './handlers.ts'

/** Kept answers: how many there are, and forgetting them. */
export function cacheHandlers(
  cache: Pick<Cache, 'view' | 'purge'>,
): Pick<Handlers, 'cache.read' | 'cache.purge'> {
  return {
    'cache.read': async ({ caller }) => cache.view(caller),
    'cache.purge': ({ caller, query, request }) => cache.purge(caller, query, request),
  }
}
