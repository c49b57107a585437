import type { cachePurged, cacheQuery, cacheView } from '@freehold/contract/cache.ts'
import type { z } from 'zod'
import type { Caller } from '../../identity/caller.ts'
import { causeOf } from '../../kernel/cause.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import { boundOnce } from '../../kernel/metrics.ts'
import type { Store, TenantId } from '../../store/store.ts'
import { AnswerCache } from './answer-cache.ts'
import { KeptAnswers } from './kept-answers.ts'
import { Purges } from './purges.ts'

export interface CacheOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly bounds: () => { readonly maxBytes: number; readonly maxEntryBytes: number }
}

/** Answers that are kept in this process for requests that come again. */
export interface Cache {
  readonly around: AnswerCache['around']
  /** Counts and sizes of the caller's tenant. */
  view(caller: Pick<Caller, 'tenant'>): z.output<typeof cacheView>
  /** @throws Fault where the database does not answer: then other processes could not learn of it */
  purge(
    caller: Caller,
    filter: z.output<typeof cacheQuery>,
    request: string,
  ): Promise<z.output<typeof cachePurged>>
  /** Of a tenant whose keys are gone. */
  forget(tenant: TenantId): void
  /** To be called with the version of each routing that comes into force. */
  routed(version: string): void
  /** Forgets everything. */
  close(): Promise<void>
}

/** Opens the cache, which holds nothing until a rule keeps answers. */
export function openCache({ store, clock, log, metrics, bounds }: CacheOptions): Cache {
  const evictions = boundOnce((reason) => metrics.counter('freehold_cache_evictions_total').bind({ reason }))
  const kept = new KeptAnswers({
    nowMs: () => clock.now(),
    maxBytes: () => bounds().maxBytes,
    dropped: (reason, entries) => evictions(reason).inc(entries),
  })
  const tallies = countedLookups(metrics)
  const purges = new Purges({
    store,
    kept,
    onFollowed: (entries) => log.info('cache.purged', { entries }),
    onRefreshFailed(error) {
      const { name, code } = causeOf(error)
      log.warn('cache.refresh_failed', { name, code })
    },
  })
  const answers = new AnswerCache({
    kept,
    bounds,
    counted: (tenant, result) => tallies.count(tenant, result),
    onKept: () => purges.watch(),
  })
  const [entries, bytes] = [
    metrics.gauge('freehold_cache_entries').bind({}),
    metrics.gauge('freehold_cache_bytes').bind({}),
  ]
  metrics.beforeRender(() => {
    entries.set(kept.size)
    bytes.set(kept.bytes)
  })
  let version: string | null = null
  return {
    around: (steps) => answers.around(steps),
    view({ tenant }) {
      const data = kept.listOf(tenant)
      return {
        ...bounds(),
        entries: data.reduce((sum, one) => sum + one.entries, 0),
        bytes: data.reduce((sum, one) => sum + one.bytes, 0),
        ...tallies.of(tenant),
        data: [...data],
      }
    },
    purge: (caller, filter, request) => purges.purge(caller, filter, request),
    forget: (tenant) => void kept.purge(tenant),
    routed(next) {
      if (next !== version) kept.clear('rules')
      version = next
    },
    async close() {
      await purges.close()
      kept.clear('purged')
    },
  }
}

interface Tally {
  hits: number
  misses: number
}

/** Hits and misses: of the process for the metrics, of each tenant for its own operator. */
function countedLookups(metrics: Metrics) {
  const hits = metrics.counter('freehold_cache_hits_total').bind({})
  const misses = metrics.counter('freehold_cache_misses_total').bind({})
  const tallies = new Map<TenantId, Tally>()
  return {
    count(tenant: TenantId, result: 'hit' | 'miss'): void {
      const tally = tallies.get(tenant) ?? { hits: 0, misses: 0 }
      tallies.set(tenant, tally)
      if (result === 'hit') {
        tally.hits += 1
        hits.inc()
      } else {
        tally.misses += 1
        misses.inc()
      }
    },
    of: (tenant: TenantId): Tally => tallies.get(tenant) ?? { hits: 0, misses: 0 },
  }
}
