import { eraseEntries } from '../../audit/erasing.ts'
import type { Store } from '../../store/store.ts'

const DAY_MS = 86_400_000
/** Small enough that a slice takes no lock for long. */
const SLICE = 1000

/** Deletes the records of requests that were admitted more than `days` ago, slice by slice. Returns how many. */
export async function deleteRequestsOlderThan(
  store: Pick<Store, 'tenants' | 'withTenant'>,
  days: number,
  nowMs: number,
): Promise<number> {
  const before = new Date(nowMs - days * DAY_MS)
  let deleted = 0
  for (const tenant of await store.tenants()) {
    for (let slice = SLICE; slice === SLICE; deleted += slice) {
      slice = await store.withTenant({ tenant }, async (tx) => {
        const { db } = tx
        const oldest = db
          .selectFrom('request_record')
          .select('id')
          .where('at', '<', before)
          .orderBy('at')
          .limit(SLICE)
        const gone = await db.deleteFrom('request_record').where('id', 'in', oldest).returning('id').execute()
        await eraseEntries(
          tx,
          gone.map(({ id }) => id),
        )
        return gone.length
      })
    }
  }
  return deleted
}
