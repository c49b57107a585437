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
    await add(tx, still, (_, at) => (firsts.has(at) ? null : 0))
    return [...firsts].flatMap(([at, fromMs]) => {
      const one = still[at]
      return one === undefined ? [] : [{ one, fromMs }]
    })
  })
  const open = async (together: typeof spenders): Promise<void> => {
    if (together.length === 0) return
    await store.withTenant({ tenant }, async (tx) => {
      await holdBackRecords(tx)
      const still = await missingOf(
        tx,
        together.map(({ one }) => one),
      )
      const span = { fromMs: Math.min(...together.map(({ fromMs }) => fromMs)), nowMs }
      const spent = await spentOnRecord(tx, still, span)
      await add(tx, still, (_, at) => spent[at] ?? 0)
    })
  }
  await open(spenders.filter(({ one }) => isPrincipal(one)))
  for (const one of spenders) if (!isPrincipal(one.one)) await open([one])
}

const isPrincipal = ({ budget }: Opening): boolean => /^(?:key|user|service):/.test(budget)

async function holdBackRecords({ db, tenant }: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${LOCK}, hashtext(${tenant}))`.execute(db)
}

/** Those of which it says what was spent. */
async function add(
  { db, tenant }: Tx,
  counters: readonly Opening[],
  spentOf: (one: Opening, at: number) => number | null,
): Promise<void> {
  const values = counters.flatMap((one, at) => {
    const spent = spentOf(one, at)
    const { budget, period, unit, limit } = one
    return spent === null ? [] : [{ tenant_id: tenant, budget, period, unit, spent, most: limit }]
  })
  if (values.length > 0) await db.insertInto('budget_counter').values(values).execute()
}

/** What is asked for, and all keys below those that are a principal. */
function askedFor(asks: readonly Opening[]): RawBuilder<unknown> {
  const bounds = asks.map(({ period }) => boundsOf(period))
  return sql`
    asked AS (
      SELECT place, unit, split_part(budget, ':', 1) IN ('key', 'user', 'service') AS is_principal,
        substr(budget, strpos(budget, ':') + 1) AS name, lower, upper
      FROM unnest(${asks.map(({ budget }) => budget)}::text[], ${asks.map(({ unit }) => unit)}::text[],
        ${bounds.map(({ fromMs }) => new Date(fromMs).toISOString())}::timestamptz[],
        ${bounds.map(({ toMs }) => new Date(toMs).toISOString())}::timestamptz[])
        WITH ORDINALITY AS one (budget, unit, lower, upper, place)),
    below (place, id) AS (
      SELECT place, name FROM asked WHERE is_principal
      UNION SELECT place, k.id FROM api_key k JOIN below ON k.creator = below.id)`
}

/** When the first request came that each may be about, by its place; those without any are left out. */
async function firstRecords({ db }: Tx, asks: readonly Opening[]): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ at: string; first: string }>`
    WITH RECURSIVE ${askedFor(asks)},
    found AS (
      SELECT place, first.at FROM asked CROSS JOIN LATERAL (
        SELECT at FROM request_record WHERE at >= lower AND at < upper ORDER BY at LIMIT 1) AS first
      WHERE NOT is_principal
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

interface Span {
  readonly fromMs: number
  readonly nowMs: number
}

/** Of any number of principals, or of one other budget. */
async function spentOnRecord(
  tx: Tx,
  asks: readonly Opening[],
  { fromMs, nowMs }: Span,
): Promise<readonly number[]> {
  const spent = asks.map(() => 0)
  const endMs = Math.min(nowMs + STEP_MS, Math.max(0, ...asks.map(({ period }) => boundsOf(period).toMs)))
  for (let stepMs = fromMs; stepMs < endMs; stepMs += STEP_MS) {
    const { rows } = await sql<{ at: string; sum: string }>`
      WITH RECURSIVE ${askedFor(asks)}
      SELECT place AS at, sum(CASE unit WHEN 'tokens' THEN input_tokens + output_tokens ELSE cost_micros END) AS sum
      FROM asked ${records(asks)} AND r.at >= lower AND r.at < upper
        AND r.at >= ${new Date(stepMs)} AND r.at < ${new Date(stepMs + STEP_MS)}
      WHERE r.admitted_offset IS NOT NULL AND r.settled_offset IS NOT NULL GROUP BY place`.execute(tx.db)
    for (const { at, sum } of rows) spent[Number(at) - 1] = (spent[Number(at) - 1] ?? 0) + Number(sum)
  }
  return spent
}

/** The records that each is about. */
function records([first]: readonly Opening[]): RawBuilder<unknown> {
  const budget = first?.budget ?? ''
  const name = budget.slice(budget.indexOf(':') + 1)
  switch (budget.slice(0, budget.indexOf(':'))) {
    case 'tenant':
      return sql`JOIN request_record r ON true`
    case 'target':
      return sql`JOIN request_record r ON (r.target = ${name} OR (r.target IS NULL AND r.budgets ? ${budget}))`
    case 'group':
      return sql`JOIN request_record r ON r.budgets ? ${budget}`
    default:
      return sql`JOIN below USING (place) JOIN request_record r ON r.principal = below.id`
  }
}
