import type { Metrics } from '../../kernel/metrics.ts'

/** Counts who came back from a provider, and what came of it. */
export function countArrivals(metrics: Metrics): (connection: string, outcome: string) => void {
  const total = metrics.counter('freehold_federated_sign_ins_total')
  return (connection, outcome) => total.bind({ connection, outcome }).inc()
}
