import type { Store, TenantId } from '../store/store.ts'

/**
 * Deletes blobs whose transaction failed. A connection can break after the commit went through, so the row is asked
 * for first; when that cannot be told either, they stay and the sweeper decides later.
 */
export async function discardBlobs(
  store: Store,
  tenant: TenantId,
  written: { readonly segment: string; readonly blobs: readonly string[] },
): Promise<void> {
  const isCommitted = await store
    .withTenant({ tenant }, (tx) =>
      tx.db.selectFrom('index_segment').select('id').where('id', '=', written.segment).executeTakeFirst(),
    )
    .then(
      (row) => row !== undefined,
      () => true,
    )
  if (isCommitted) return
  for (const blob of written.blobs) await store.blobs.delete(tenant, blob)
}
