import type { TenantBounds } from '@freehold/contract/tenants.ts'
import { sql } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { Tx } from '../../store/store.ts'

/** What of a tenant is counted, and in which words it is refused. */
const QUOTAS = {
  people: {
    used: sql<{ used: string }>`SELECT count(*) AS used FROM account`,
    refusal: 'Your tenant has as many people as it may have.',
  },
  keys: {
    used: sql<{ used: string }>`SELECT count(*) AS used FROM api_key WHERE revoked_at IS NULL`,
    refusal: 'Your tenant has as many API keys as it may have. Revoke one that nobody needs.',
  },
  storageBytes: {
    used: sql<{ used: string }>`SELECT sum(used) AS used FROM (
      SELECT coalesce(sum(size_bytes), 0) AS used FROM document
      UNION ALL SELECT coalesce(sum(size_bytes), 0) FROM attachment
      UNION ALL SELECT coalesce(sum(size_bytes), 0) FROM artifact_version) AS stored`,
    refusal: 'Your tenant has stored as much as it may. Delete what nobody needs.',
  },
} as const

/**
 * To be called in the transaction that has added what is counted: of two that add at once the second waits for the
 * first. @throws Fault `over_quota`
 */
export async function requireWithinQuota(
  { db, tenant }: Tx,
  name: keyof typeof QUOTAS,
  bounds: TenantBounds | undefined,
): Promise<void> {
  const most = bounds?.[name]
  if (most === undefined) return
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`quota ${name} ${tenant}`}, 0))`.execute(db)
  const { rows } = await QUOTAS[name].used.execute(db)
  const used = Number(rows[0]?.used)
  if (used <= most) return
  throw new Fault(
    'over_quota',
    `${QUOTAS[name].refusal} The bound is ${most}; ask the operator of the platform.`,
  )
}
