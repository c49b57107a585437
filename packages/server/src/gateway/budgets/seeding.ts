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

/**
 * Makes the counters that are not there yet, with what requests on record have spent already. Most are of somebody of
 * whom nothing is on record in that day or month: those are made together, however many they are.
 */
export async function openCounters(
  {
    store,
    tenant,
    nowMs,
  }: { readonly store: Pick<Store, 'withTenant'>; readonly tenant: TenantId; readonly nowMs: number },
  asks: readonly Opening[],
): Promise<void> {
  const missing = await store.withTenant({ tenant }, (tx) => missingOf(tx, asks))
  if (missing.length === 0) return
  const spenders = await store.withTenant({ tenant }, async (tx) => {
    await holdBackRecords(tx)
    const still = await missingOf(tx, missing)
    const firsts = await firstRecords(tx, still)
    const blank = still.filter((_, at) => !firsts.has(at))
    await add(tx, blank, 0)
    return [...firsts].flatMap(([at, fromMs]) => {
      const one = still[at]
      return one === undefined ? [] : [{ one, fromMs }]
    })
  })
  for (const { one, fromMs } of spenders) {
    await store.withTenant({ tenant }, async (tx) => {
      await holdBackRecords(tx)
      if ((await missingOf(tx, [one])).length === 0) return
      await add(tx, [one], await spentOnRecord(tx, one, { fromMs, nowMs }))
    })
  }
}

async function holdBackRecords({ db, tenant }: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${LOCK}, hashtext(${tenant}))`.execute(db)
}

async function add({ db, tenant }: Tx, counters: readonly Opening[], spent: number): Promise<void> {
  if (counters.length === 0) return
  const values = counters.map(({ budget, period, unit, limit }) => ({
    tenant_id: tenant,
    budget,
    period,
    unit,
    spent,
    most: limit,
  }))
  await db.insertInto('budget_counter').values(values).execute()
}

/** When the first request came that each may be about, by its place; those without any are left out. */
async function firstRecords({ db }: Tx, asks: readonly Opening[]): Promise<ReadonlyMap<number, number>> {
  const bounds = asks.map(({ period }) => boundsOf(period))
  const { rows } = await sql<{ at: string; first: string }>`
    WITH RECURSIVE asked AS (
      SELECT place, split_part(budget, ':', 1) IN ('key', 'user') AS is_one,
        substr(budget, strpos(budget, ':') + 1) AS name, lower, upper
      FROM unnest(${asks.map(({ budget }) => budget)}::text[],
        ${bounds.map(({ fromMs }) => new Date(fromMs).toISOString())}::timestamptz[],
        ${bounds.map(({ toMs }) => new Date(toMs).toISOString())}::timestamptz[])
        WITH ORDINALITY AS one (budget, lower, upper, place)),
    below (place, id) AS (
      SELECT place, name FROM asked WHERE is_one
      UNION SELECT place, k.id FROM api_key k JOIN below ON k.creator = below.id),
    found AS (
      SELECT place, first.at FROM asked CROSS JOIN LATERAL (
        SELECT at FROM request_record WHERE at >= lower AND at < upper ORDER BY at LIMIT 1) AS first
      WHERE NOT is_one
      UNION ALL SELECT place, first.at FROM below JOIN asked USING (place) CROSS JOIN LATERAL (
        SELECT at FROM request_record r WHERE r.principal = below.id AND at >= lower AND at < upper
        ORDER BY at LIMIT 1) AS first)
    SELECT place AS at, floor(extract(epoch FROM min(at)) * 1000) AS first FROM found GROUP BY place`.execute(
    db,
  )
  return new Map(rows.map(({ at, first }) => [Number(at) - 1, Number(first)]))
}

async function missingOf({ db }: Tx, asks: readonly Opening[]): Promise<readonly Opening[]> {
  const { rows } = await sql<{ at: string }>`
    SELECT asked.at FROM ROWS FROM (${named(asks)}) WITH ORDINALITY AS asked (budget, period, unit, at)
    LEFT JOIN budget_counter c USING (budget, period, unit) WHERE c.tenant_id IS NULL`.execute(db)
  return rows.flatMap(({ at }) => asks[Number(at) - 1] ?? [])
}

async function spentOnRecord(
  { db }: Tx,
  { budget, period, unit }: Opening,
  { fromMs, nowMs }: { readonly fromMs: number; readonly nowMs: number },
): Promise<number> {
  const amount = unit === 'tokens' ? sql`input_tokens + output_tokens` : sql`cost_micros`
  const { toMs } = boundsOf(period)
  let spent = 0
  for (let stepMs = fromMs; stepMs < Math.min(toMs, nowMs + STEP_MS); stepMs += STEP_MS) {
    const end = new Date(Math.min(toMs, stepMs + STEP_MS))
    const { rows } = await sql<{ sum: string }>`
      SELECT coalesce(sum(${amount}), 0) AS sum FROM request_record
      WHERE at >= ${new Date(stepMs)} AND at < ${end}
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
