import type { Metrics } from '../../kernel/metrics.ts'
import type { TenantDatabases } from '../../store/open.ts'
import type { TenantDirectory } from './directory.ts'

/** How many tenants there are, and how many of them are shut, and whose own databases are away; none is named. */
export function countTenants(
  metrics: Metrics,
  directory: () => TenantDirectory,
  databases: Pick<TenantDatabases, 'standing'>,
): void {
  const own = metrics.gauge('freehold_tenant_databases')
  const tenants = metrics.gauge('freehold_tenants')
  metrics.beforeRender(() => {
    const { all } = directory()
    const suspended = all.filter(({ suspendedAt }) => suspendedAt !== null).length
    tenants.bind({ standing: 'open' }).set(all.length - suspended)
    tenants.bind({ standing: 'suspended' }).set(suspended)
    const { up, down } = databases.standing()
    own.bind({ standing: 'up' }).set(up)
    own.bind({ standing: 'down' }).set(down)
  })
}
