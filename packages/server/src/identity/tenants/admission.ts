import { Fault } from '../../kernel/fault.ts'
import type { TenantId } from '../../store/store.ts'
import { suspendedFault } from '../../store/keys/tenant-keys.ts'
import type { TenantDirectory, TenantRecord } from './directory.ts'

/**
 * The record of a tenant that its callers may come in to. `address`: of the other end of the connection; absent where
 * that was let in before, or is the operator's own socket.
 * @throws Fault `suspended`, `wrong_network`, `unavailable` where this process has not heard of the tenant yet
 */
export function requireOpen(
  directory: TenantDirectory,
  tenant: TenantId,
  address: string | undefined,
): TenantRecord {
  const record = directory.of(tenant)
  if (record === undefined) {
    throw new Fault('unavailable', 'This tenant is not known here yet. Try again in a moment.')
  }
  if (record.suspendedAt !== null) throw suspendedFault()
  if (directory.away.has(tenant)) throw awayFault()
  if (address !== undefined && record.bounds.sources !== undefined && !directory.isFrom(tenant, address)) {
    throw new Fault(
      'wrong_network',
      'This tenant is not used from your network. Ask the operator of the platform.',
    )
  }
  return record
}

/** What is said of a tenant whose own database is away, and where it may be one that a credential is of. */
export const awayFault = (): Fault =>
  new Fault('unavailable', 'The database of this tenant does not answer at the moment. Try again shortly.', {
    retryAfterS: 3,
  })
