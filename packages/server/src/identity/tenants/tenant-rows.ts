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

/** Every tenant that was not removed. A transaction of any of them may read the list. */
export async function readTenants({ db }: Pick<Tx, 'db'>): Promise<readonly TenantRecord[]> {
  const rows = await db
    .selectFrom('tenant')
    .selectAll()
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map(recordOf)
}

/** Bounds that this version does not know could not be kept: until it does, the tenant is shut. */
function recordOf({ id, slug, created_at: createdAt, ...row }: Selectable<TenantTable>): TenantRecord {
  const parsed = tenantBounds.safeParse(row.bounds)
  const suspendedAt = row.suspended_at ?? (parsed.success ? null : createdAt)
  const { deletes_at: deletesAt, isolation } = row
  return { id: tenantId(id), slug, createdAt, suspendedAt, deletesAt, isolation, bounds: parsed.data ?? {} }
}

/** What of it changes, in a transaction of the home tenant. */
export async function changeTenant(
  { db }: Tx,
  id: TenantId,
  change: {
    readonly suspended?: boolean
    readonly bounds?: TenantBounds
    /** Null: it is to stay. */
    readonly graceDays?: number | null
  },
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('tenant')
    .set({
      ...(change.suspended !== undefined && {
        // Who is shut already was shut then.
        suspended_at: change.suspended ? sql<Date>`coalesce(suspended_at, clock_timestamp())` : null,
      }),
      ...(change.graceDays !== undefined && {
        deletes_at:
          change.graceDays === null
            ? null
            : sql<Date>`clock_timestamp() + ${change.graceDays} * interval '1 day'`,
      }),
      ...(change.bounds !== undefined && { bounds: JSON.stringify(change.bounds) }),
    })
    .where('id', '=', id)
    // What was begun is not stopped: its keys may be gone already.
    .where((of) => of.or([of('deletes_at', 'is', null), of('deletes_at', '>', sql<Date>`clock_timestamp()`)]))
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return
  throw new Fault('conflict', 'This tenant is being removed.', { param: 'id' })
}

/** A row in a transaction of the home tenant, which alone may write it. @throws Fault `conflict` */
export async function insertTenant(
  { db }: Tx,
  tenant: Pick<TenantRecord, 'id' | 'isolation'> & { readonly slug: string },
): Promise<void> {
  try {
    await db.insertInto('tenant').values(tenant).execute()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Fault('conflict', 'There is a tenant of this name already. Choose another.', { param: 'slug' })
  }
}
