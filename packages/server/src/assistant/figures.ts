import type { Metrics } from '../kernel/metrics.ts'

/** What is counted of runs. */
export interface RunFigures {
  began(): void
  ended(outcome: 'completed' | 'stopped' | 'failed' | 'interrupted' | 'lost'): void
  /** So many events were stored. */
  told(events: number): void
}

export function runFigures(metrics: Metrics, followers: () => number): RunFigures {
  const running = metrics.gauge('freehold_runs_running').bind({})
  const runs = metrics.counter('freehold_runs_total')
  const events = metrics.counter('freehold_run_events_total').bind({})
  const following = metrics.gauge('freehold_run_followers').bind({})
  metrics.beforeRender(() => following.set(followers()))
  return {
    began: () => running.inc(),
    ended(outcome) {
      running.dec()
      runs.bind({ outcome }).inc()
    },
    told: (count) => events.inc(count),
  }
}
