import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import type { Clock } from '../../packages/server/src/kernel/clock.ts'
import { loadConfig } from '../../packages/server/src/kernel/config/config.ts'
import { createLog } from '../../packages/server/src/kernel/log.ts'
import { createMetrics } from '../../packages/server/src/kernel/metrics.ts'
import type { DocumentParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import { createParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import type { Knowledge } from '../../packages/server/src/knowledge/knowledge.ts'
import { createKnowledge } from '../../packages/server/src/knowledge/knowledge.ts'
import { openSearchModels } from '../../packages/server/src/knowledge/open-search-models.ts'
import type { Retrieval } from '../../packages/server/src/knowledge/retrieval.ts'
import { inThisThread } from '../../packages/server/src/knowledge/search-engine.ts'
import type { Division } from '../../packages/server/src/knowledge/shards/division.ts'
import type { Store, TenantId } from '../../packages/server/src/store/store.ts'

/** A clock whose hands the test turns. */
export function handClock(): Clock & { advance(ms: number): void } {
  let now = Date.now()
  return {
    now: () => now,
    advance(ms) {
      now += ms
    },
  }
}

export function callerOf(tenant: TenantId, ceiling: DataClass = 'restricted', id = 'tester'): Caller {
  return {
    tenant,
    principal: { kind: 'key', id, name: null },
    groups: [],
    roles: ['member'],
    scopes: null,
    baseClass: 'internal',
    classCeiling: ceiling,
    budgets: [],
  }
}

export interface Replica {
  readonly knowledge: Knowledge
  readonly parser: DocumentParser
  readonly clock: ReturnType<typeof handClock>
  readonly reported: readonly unknown[]
}

/** What a search has where no model is configured. */
function withoutModels(store: Store, retrieval: Retrieval, clock: Clock) {
  const { knowledge: settings } = loadConfig({ env: {} }).config
  return openSearchModels(
    {
      store,
      clock,
      log: createLog({ level: 'error', write: () => {} }),
      metrics: createMetrics({ seriesCap: 100 }),
      settings: () => settings,
      isAlone: true,
      retrieval,
    },
    [],
  )
}

/** One replica over a store: its own index, parser and clock. */
export function replica(
  store: Store,
  parser?: DocumentParser,
  around: (retrieval: Retrieval) => Retrieval = (retrieval) => retrieval,
  division?: Division,
): Replica {
  const own = parser ?? createParser(() => ({ memoryMb: 512, timeoutMs: 60_000 }))
  const clock = handClock()
  const reported: unknown[] = []
  const retrieval = around(inThisThread())
  const knowledge = createKnowledge({
    store,
    parser: own,
    division,
    retrieval,
    ...withoutModels(store, retrieval, clock),
    clock,
    limits: () => ({ maxFileBytes: 50_000_000 }),
    report: (error) => reported.push(error),
  })
  return { knowledge, parser: own, clock, reported }
}
