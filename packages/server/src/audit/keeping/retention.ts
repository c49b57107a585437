import { causeOf } from '../../kernel/cause.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { Store } from '../../store/store.ts'
import type { Kept } from './kept.ts'
import { removeOlder } from './kept.ts'

/** A kind of record, and for how long it is kept. */
export interface Term {
  readonly kept: Kept
  readonly days: () => number
}

interface RetentionParts {
  readonly store: Pick<Store, 'tenants' | 'isSeparate' | 'withTenant'>
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly terms: readonly Term[]
}

/** Removes everything that was kept for its time. One kind that fails does not keep the others. */
export function createRetention({ store, clock, log, metrics, terms }: RetentionParts): () => Promise<void> {
  const removedTotal = metrics.counter('freehold_retention_removed_total')
  const heldBack = metrics.gauge('freehold_retention_held')
  const counted = terms.map((term) => ({
    ...term,
    removed: removedTotal.bind({ type: term.kept.kind }),
    held: heldBack.bind({ type: term.kept.kind }),
  }))
  return async () => {
    for (const { kept, days, removed, held } of counted) {
      try {
        const swept = await removeOlder(store, kept, { days: days(), nowMs: clock.now() })
        removed.inc(swept.removed)
        held.set(swept.held)
        if (swept.removed > 0)
          log.info('retention.removed', { kind: kept.kind, records: swept.removed, held: swept.held })
      } catch (error) {
        const { name, code } = causeOf(error)
        log.warn('retention.failed', { kind: kept.kind, name, code })
      }
    }
  }
}
