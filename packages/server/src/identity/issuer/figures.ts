import type { Metrics } from '../../kernel/metrics.ts'

/** Counts what came of requests of applications to sign somebody in. */
export function countAuthorisations(metrics: Metrics): (outcome: string) => void {
  const total = metrics.counter('freehold_oidc_authorisations_total')
  return (outcome) => total.bind({ outcome }).inc()
}
