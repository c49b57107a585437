import type { Metrics } from '../../kernel/metrics.ts'

/** Counts what a directory does with accounts. */
export function countProvisioned(metrics: Metrics): (outcome: string) => void {
  const total = metrics.counter('freehold_provisioned_users_total')
  return (outcome) => total.bind({ outcome }).inc()
}
