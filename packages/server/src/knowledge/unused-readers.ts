import { sql } from 'kysely'
import { eachTenant } from '../store/each-tenant.ts'
import type { Store } from '../store/store.ts'
import { UNREFERENCED_AGE_MS } from '../store/sweep.ts'

const SWEPT_AT_ONCE = 1000

/**
 * Deletes sets of readers that neither a document nor a collection names any more. The newest of a tenant stays, so
 * that no number is given twice. Returns how many went.
 */
export async function sweepReaders(store: Store, olderThanMs = UNREFERENCED_AGE_MS): Promise<number> {
  let deleted = 0
  await eachTenant(store, async (tenant) => {
    deleted += await store.withTenant({ tenant }, async ({ db }) => {
      // Whoever is about to name one holds it, and it is left for the next time; from here on nobody else can.
      const { rows } = await sql<{ id: number }>`
        SELECT id FROM acl_set
        WHERE created_at <= clock_timestamp() - make_interval(secs => ${olderThanMs / 1000}::double precision)
          AND id < (SELECT max(newest.id) FROM acl_set newest) AND ${IS_UNUSED}
        ORDER BY id LIMIT ${SWEPT_AT_ONCE} FOR UPDATE OF acl_set SKIP LOCKED`.execute(db)
      if (rows.length === 0) return 0
      // Asked again, because somebody may have been done with naming one before it was held.
      const { numAffectedRows = 0n } = await sql`
        DELETE FROM acl_set WHERE id = ANY (${rows.map(({ id }) => id)}::integer[]) AND ${IS_UNUSED}`.execute(
        db,
      )
      return Number(numAffectedRows)
    })
  })
  return deleted
}

const IS_UNUSED = sql`
  NOT EXISTS (SELECT FROM document WHERE document.tenant_id = acl_set.tenant_id AND document.acl_set = acl_set.id)
  AND NOT EXISTS (SELECT FROM collection WHERE collection.tenant_id = acl_set.tenant_id AND collection.acl_set = acl_set.id)`
