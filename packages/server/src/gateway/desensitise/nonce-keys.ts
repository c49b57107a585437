import type { KeyObject } from 'node:crypto'
import { createSecretKey } from 'node:crypto'
import type { Store, TenantId } from '../../store/store.ts'

/** Keys of the tenants' own for the placeholders of conversations without a name; each is read once. */
export function createNonceKeys(store: Store): (tenant: TenantId) => Promise<KeyObject> {
  const known = new Map<TenantId, Promise<KeyObject>>()
  return (tenant) => {
    const before = known.get(tenant)
    if (before !== undefined) return before
    const read = store.withTenant({ tenant }, async ({ keys }) =>
      createSecretKey(keys.blind('placeholder.nonce', '')),
    )
    known.set(tenant, read)
    // The next request asks again.
    read.catch(() => known.delete(tenant))
    return read
  }
}
