import { Fault } from '../kernel/fault.ts'
import type { Store, TenantId } from './store.ts'

type Tenants = Pick<Store, 'tenants' | 'isSeparate'>

/**
 * Does what is done for one tenant after the other. One whose own database is away keeps nobody else waiting: it is
 * passed over, and returned, for whoever comes again.
 */
export async function eachTenant(
  store: Tenants,
  work: (tenant: TenantId) => Promise<void>,
): Promise<readonly TenantId[]> {
  const away: TenantId[] = []
  for (const tenant of await store.tenants()) if (!(await isDone(store, tenant, work))) away.push(tenant)
  return away
}

/** Whether it was done: not where the tenant has a database of its own that is away. @throws what else goes wrong */
export async function isDone(
  store: Pick<Store, 'isSeparate'>,
  tenant: TenantId,
  work: (tenant: TenantId) => Promise<void>,
): Promise<boolean> {
  try {
    await work(tenant)
    return true
  } catch (error) {
    if (isOwnAway(store, tenant, error)) return false
    throw error
  }
}

/** Whether this went wrong because the tenant's own database is away. */
export const isOwnAway = (store: Pick<Store, 'isSeparate'>, tenant: TenantId, error: unknown): boolean =>
  error instanceof Fault && error.code === 'unavailable' && store.isSeparate(tenant)
