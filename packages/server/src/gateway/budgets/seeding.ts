import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { Ask } from './bank.ts'
import { named } from './counter-names.ts'
import { boundsOf } from './period.ts'

/** Any number of ours. Records are added under it shared, a counter is made under it alone: it misses none of them. */
const LOCK = 4_600_500
/** A million rows take about a second to add up, and a statement has less than three. */
const STEP_MS = 86_400_000 / 4

/** From here to the end of the transaction no counter of this tenant is made. */
export async function keepCounters({ db, tenant }: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock_shared(${LOCK}, hashtext(${tenant}))`.execute(db)
}

type Opening = Pick<Ask, 'budget' | 'period' | 'unit' | 'limit'>

/** Makes the counters that are not there yet, with what requests on record have spent already. */
export async function openCounters(
  {
    store,
    tenant,
    nowMs,
  }: { readonly store: Pick<Store, 'withTenant'>; readonly tenant: TenantId; readonly nowMs: number },
  asks: readonly Opening[],
): Promise<void> {
  const missing = await store.withTenant({ tenant }, (tx) => missingOf(tx, asks))
  for (const one of missing) {
    await store.withTenant({ tenant }, async (tx) => {
      await sql`SELECT pg_advisory_xact_lock(${LOCK}, hashtext(${tenant}))`.execute(tx.db)
      if ((await missingOf(tx, [one])).length === 0) return
      const { budget, period, unit, limit } = one
      const spent = await spentOnRecord(tx, one, nowMs)
      await tx.db
        .insertInto('budget_counter')
        .values({ tenant_id: tenant, budget, period, unit, spent, most: limit })
        .execute()
    })
  }
}

async function missingOf({ db }: Tx, asks: readonly Opening[]): Promise<readonly Opening[]> {
  const { rows } = await sql<{ at: string }>`
    SELECT asked.at FROM ROWS FROM (${named(asks)}) WITH ORDINALITY AS asked (budget, period, unit, at)
    LEFT JOIN budget_counter c USING (budget, period, unit) WHERE c.tenant_id IS NULL`.execute(db)
  return rows.flatMap(({ at }) => asks[Number(at) - 1] ?? [])
}

async function spentOnRecord({ db }: Tx, { budget, period, unit }: Opening, nowMs: number): Promise<number> {
  const amount = unit === 'tokens' ? sql`input_tokens + output_tokens` : sql`cost_micros`
  const { fromMs, toMs } = boundsOf(period)
  let spent = 0
  for (let stepMs = fromMs; stepMs < Math.min(toMs, nowMs + STEP_MS); stepMs += STEP_MS) {
    const { rows } = await sql<{ sum: string }>`
      SELECT coalesce(sum(${amount}), 0) AS sum FROM request_record
      WHERE at >= ${new Date(stepMs)} AND at < ${new Date(stepMs + STEP_MS)}
        AND admitted_offset IS NOT NULL AND settled_offset IS NOT NULL AND ${matching(budget)}`.execute(db)
    spent += Number(rows[0]?.sum ?? 0)
  }
  return spent
}

/** Which records a budget is about. */
function matching(budget: string): RawBuilder<unknown> {
  const at = budget.indexOf(':')
  const [kind, name] = [budget.slice(0, at), budget.slice(at + 1)]
  switch (kind) {
    case 'tenant':
      return sql`true`
    case 'target':
      return sql`(target = ${name} OR (target IS NULL AND budgets ? ${budget}))`
    case 'group':
      return sql`budgets ? ${budget}`
    default:
      // A key or a person, with every key that was made with it.
      return sql`principal IN (
        WITH RECURSIVE below (id) AS (
          SELECT ${name}::text UNION SELECT k.id FROM api_key k JOIN below ON k.creator = below.id)
        SELECT id FROM below)`
  }
}
