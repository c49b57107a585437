import { eachTenant } from './each-tenant.ts'
import type { Store, TenantId } from './store.ts'

/** Long enough for any write to have committed the row that names its object. */
export const UNREFERENCED_AGE_MS = 3_600_000

/**
 * Deletes objects that no row names: of writes that did not commit, and of rows that are gone.
 * Returns how many were deleted.
 */
export async function sweepBlobs(store: Store, olderThanMs = UNREFERENCED_AGE_MS): Promise<number> {
  let deleted = 0
  await eachTenant(store, async (tenant) => {
    const old: string[] = []
    // Listed before the rows are read: an object written later is younger than the age and not in the list.
    for await (const { key, ageMs } of store.blobs.list(tenant)) if (ageMs >= olderThanMs) old.push(key)
    if (old.length === 0) return
    const named = await referencedKeys(store, tenant)
    for (const key of old.filter((candidate) => !named.has(candidate))) {
      await store.blobs.delete(tenant, key)
      deleted += 1
    }
  })
  return deleted
}

async function referencedKeys(store: Store, tenant: TenantId): Promise<ReadonlySet<string>> {
  const rows = await store.withTenant({ tenant }, async ({ db }) => [
    ...(await db.selectFrom('document').select('blob_key').where('blob_key', 'is not', null).execute()),
    ...(await db.selectFrom('index_segment').select('blob_key').execute()),
    ...(await db
      .selectFrom('conversation')
      .select('bodies_blob as blob_key')
      .where('bodies_blob', 'is not', null)
      .execute()),
    ...(await db.selectFrom('attachment').select('blob_key').execute()),
    ...(await db.selectFrom('embedding_lot').select('blob_key').execute()),
  ])
  return new Set(rows.map((row) => row.blob_key).filter((key) => key !== null))
}
