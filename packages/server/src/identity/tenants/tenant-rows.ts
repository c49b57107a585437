import { Fault } from '../../kernel/fault.ts'
import { isUniqueViolation } from '../../store/database-fault.ts'
import type { TenantId, Tx } from '../../store/store.ts'
import { tenantId } from '../../store/tenant-id.ts'
import type { TenantRecord } from './directory.ts'

/** Every tenant. A transaction of any of them may read the list. */
export async function readTenants({ db }: Pick<Tx, 'db'>): Promise<readonly TenantRecord[]> {
  const rows = await db.selectFrom('tenant').selectAll().orderBy('id').execute()
  return rows.map(({ id, slug, created_at }) => ({
    id: tenantId(id),
    slug,
    createdAt: created_at,
  }))
}

/** A row in a transaction of the home tenant, which alone may write it. @throws Fault `conflict` */
export async function insertTenant(
  { db }: Tx,
  tenant: { readonly id: TenantId; readonly slug: string },
): Promise<void> {
  try {
    await db.insertInto('tenant').values(tenant).execute()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Fault('conflict', 'There is a tenant of this name already. Choose another.', { param: 'slug' })
  }
}
