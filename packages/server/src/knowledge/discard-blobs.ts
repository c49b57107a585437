import { Fault } from '../kernel/fault.ts'
import type { Store, TenantId } from '../store/store.ts'

interface Written {
  readonly segment: string
  readonly blobs: readonly string[]
  /** Why their transaction failed; null when it was not needed. */
  readonly failure: unknown
}

/**
 * Deletes blobs whose transaction failed. A COMMIT that was not answered in time may still land after any question
 * about its rows, so then they stay and the sweeper decides when it is long over. Otherwise the row is asked for, for a
 * connection can break after the commit went through; when that cannot be told either, they stay too.
 */
export async function discardBlobs(
  store: Store,
  tenant: TenantId,
  { segment, blobs, failure }: Written,
): Promise<void> {
  if (failure instanceof Fault && failure.code === 'unavailable') return
  const isCommitted = await store
    .withTenant({ tenant }, (tx) =>
      tx.db.selectFrom('index_segment').select('id').where('id', '=', segment).executeTakeFirst(),
    )
    .then(
      (row) => row !== undefined,
      () => true,
    )
  if (isCommitted) return
  await deleteUnnamed(store, tenant, blobs)
}

const AT_ONCE = 16

/** Deletes blobs that no row names any more. What was committed stays done: where this cannot be, the sweeper follows. */
export async function deleteUnnamed(
  store: Store,
  tenant: TenantId,
  blobs: readonly (string | null)[],
): Promise<void> {
  const left = blobs.filter((blob) => blob !== null)
  const work = async (): Promise<void> => {
    for (let blob = left.pop(); blob !== undefined; blob = left.pop()) await store.blobs.delete(tenant, blob)
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  } catch (error) {
    left.length = 0
    if (!(error instanceof Fault) || error.code !== 'unavailable') throw error
  }
}
