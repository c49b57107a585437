import type { LoadedConfig } from '../kernel/config/config.ts'
import type { ConfigChange } from '../kernel/config/watch.ts'
import { watchConfig } from '../kernel/config/watch.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { RecordOwn } from './own-events.ts'

export interface ReloadingOptions {
  readonly started: LoadedConfig
  /** @throws ConfigError */
  readonly load: () => LoadedConfig
  readonly log: Log
  readonly metrics: Metrics
  readonly record: RecordOwn
  readonly signal: AbortSignal
}

export interface Reloading {
  /** The same, with where each value comes from. */
  readonly loaded: () => LoadedConfig
  /** What is in force now: the live keys follow the file. */
  readonly config: () => LoadedConfig['config']
  /** Reads the configuration again now. */
  readonly reload: () => Promise<void>
  /** Calls back after each change, when `config` is the new one already. */
  readonly follow: (changed: (change: ConfigChange) => void) => void
}

/** Follows the configuration. Both outcomes are logged, counted and audited. */
export function followConfig({ started, load, log, metrics, record, signal }: ReloadingOptions): Reloading {
  const total = metrics.counter('freehold_config_reload_total')
  const success = metrics.gauge('freehold_config_reload_success').bind({})
  success.set(1)
  const followers: ((change: ConfigChange) => void)[] = []
  let inForce = started
  const { reload } = watchConfig({
    started,
    load,
    signal,
    async apply(next, change) {
      const { changed, needsRestart } = change
      inForce = next
      for (const tell of followers) tell(change)
      if (changed.includes('log.level')) log.setLevel(next.config.log.level)
      log.info('config.applied', {
        changed: changed.length,
        needsRestart: needsRestart.length,
        first: changed[0] ?? null,
      })
      total.bind({ outcome: 'applied' }).inc()
      success.set(1)
      await record('config.reloaded', { outcome: 'applied', changed: [...changed] })
    },
    refused(problems) {
      const [first] = problems
      log.error('config.refused', {
        problems: problems.length,
        file: started.file,
        line: first?.line ?? null,
        path: first?.path ?? null,
      })
      total.bind({ outcome: 'refused' }).inc()
      success.set(0)
      void record('config.reloaded', { outcome: 'refused', changed: [] })
    },
  })
  return {
    loaded: () => inForce,
    config: () => inForce.config,
    reload,
    follow: (changed) => void followers.push(changed),
  }
}
