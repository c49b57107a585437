import type { Metrics } from '../../kernel/metrics.ts'
import type { TenantDirectory } from './directory.ts'

/** How many tenants there are, and how many of them are shut; none is named. */
export function countTenants(metrics: Metrics, directory: () => TenantDirectory): void {
  const tenants = metrics.gauge('freehold_tenants')
  metrics.beforeRender(() => {
    const { all } = directory()
    const suspended = all.filter(({ suspendedAt }) => suspendedAt !== null).length
    tenants.bind({ standing: 'open' }).set(all.length - suspended)
    tenants.bind({ standing: 'suspended' }).set(suspended)
  })
}
