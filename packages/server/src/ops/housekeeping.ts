import { causeOf } from '../kernel/cause.ts'
import { freeBytes } from '../kernel/disk.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Store } from '../store/store.ts'
import { sweepBlobs } from '../store/sweep.ts'

/** Soon after a start too: a laptop may never be up for an hour. */
const FIRST_SWEEP_MS = 60_000
const SWEEP_EVERY_MS = 3_600_000

export interface HousekeepingOptions {
  readonly store: Store
  readonly data: string
  readonly log: Log
  readonly metrics: Metrics
  /** What a room wants done as well, as often. */
  readonly tidy: () => Promise<void>
}

/** What is done from time to time, and the gauges that cost something to know. Returns what ends it. */
export function keepHouse({ store, data, log, metrics, tidy }: HousekeepingOptions): () => Promise<void> {
  const free = metrics.gauge('freehold_storage_free_bytes').bind({})
  const up = metrics.gauge('freehold_database_up').bind({})
  const blobsUp = metrics.gauge('freehold_blobs_up').bind({})
  metrics.beforeRender(async () => {
    free.set(await freeBytes(data))
    up.set((await store.ping()) ? 1 : 0)
    blobsUp.set((await (store.pingBlobs?.() ?? true)) ? 1 : 0)
  })
  let timer: NodeJS.Timeout | null = null
  let sweeping = Promise.resolve()
  const sweepAfter = (delayMs: number): void => {
    timer = setTimeout(() => (sweeping = sweep()), delayMs)
    timer.unref()
  }
  const sweep = async (): Promise<void> => {
    try {
      const blobs = await sweepBlobs(store)
      if (blobs > 0) log.info('blob.swept', { blobs })
      await tidy()
    } catch (error) {
      const { name, code } = causeOf(error)
      log.warn('blob.sweep_failed', { name, code })
    }
    if (timer !== null) sweepAfter(SWEEP_EVERY_MS)
  }
  sweepAfter(FIRST_SWEEP_MS)
  return async () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    await sweeping
  }
}
