import { tenantBounds } from '@freehold/contract/tenants.ts'
import type { TenantBounds } from '@freehold/contract/tenants.ts'
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import { isUniqueViolation } from '../../store/database-fault.ts'
import type { TenantId, Tx } from '../../store/store.ts'
import type { TenantTable } from '../../store/tables.ts'
import { tenantId } from '../../store/tenant-id.ts'
import type { TenantRecord } from './directory.ts'

/** Every tenant. A transaction of any of them may read the list. */
export async function readTenants({ db }: Pick<Tx, 'db'>): Promise<readonly TenantRecord[]> {
  const rows = await db.selectFrom('tenant').selectAll().orderBy('id').execute()
  return rows.map(recordOf)
}

/** Bounds that this version does not know could not be kept: until it does, the tenant is shut. */
function recordOf({ id, slug, created_at: createdAt, ...row }: Selectable<TenantTable>): TenantRecord {
  const parsed = tenantBounds.safeParse(row.bounds)
  const suspendedAt = row.suspended_at ?? (parsed.success ? null : createdAt)
  return { id: tenantId(id), slug, createdAt, suspendedAt, bounds: parsed.data ?? {} }
}

/** What of it changes, in a transaction of the home tenant. */
export async function changeTenant(
  { db }: Tx,
  id: TenantId,
  change: { readonly suspended?: boolean; readonly bounds?: TenantBounds },
): Promise<void> {
  await db
    .updateTable('tenant')
    .set({
      ...(change.suspended !== undefined && {
        suspended_at: change.suspended ? sql<Date>`clock_timestamp()` : null,
      }),
      ...(change.bounds !== undefined && { bounds: JSON.stringify(change.bounds) }),
    })
    .where('id', '=', id)
    .execute()
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
