import type { usageQuery, usageView } from '@freehold/contract/requests.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { runsTheHouse } from '../../identity/authorise.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import { inUnits } from './requests-view.ts'

const DAY_MS = 86_400_000
const USUAL_DAYS = 30
const MOST_DAYS = 366
/** A million rows take about a second to add up, and a statement has less than three. */
const SPENT_STEP_MS = DAY_MS / 4

const COLUMN = { tenant: 'tenant_id', principal: 'principal', target: 'target', model: 'model' } as const

/** What a request that is still under way reserved: it may yet use all of it. */
const HELD_TOKENS = sql`CASE state WHEN 'admitted' THEN reserved_tokens ELSE input_tokens + output_tokens END`
/** A target stands there, and none was called. */
const CACHED = sql`attempts = 0 AND target IS NOT NULL`
const HELD_MICROS = sql`CASE state WHEN 'admitted' THEN reserved_micros ELSE cost_micros END`

type By = z.output<typeof usageQuery>['by']
type Usage = z.output<typeof usageView>
type UsageQuery = z.output<typeof usageQuery> & { readonly nowMs: number }

/** Admission times: the first one belongs to it, the last one does not. */
interface Span {
  readonly fromMs: number
  readonly toMs: number
}

interface Sums {
  readonly name: string | null
  readonly requests: number
  readonly failed: number
  readonly cached: number
  readonly input: number
  readonly output: number
  readonly micros: number
}

/**
 * Sums over requests that were admitted on the days asked for: the caller's own, or all of the tenant for whoever runs
 * the house. @throws Fault `invalid`
 */
export async function usageOf(tx: Tx, caller: Caller, query: UsageQuery): Promise<Usage> {
  const { by } = query
  const { from, to } = periodOf(query)
  const whole = { fromMs: Date.parse(from), toMs: Date.parse(to) + DAY_MS }
  const sums = new Map<string | null, Sums>()
  for (const day of stepsOf(whole, DAY_MS)) {
    for (const row of await sumsOf(tx, caller, { by, ...day })) {
      sums.set(row.name, added(sums.get(row.name), row))
    }
  }
  const dearestFirst = [...sums.values()].toSorted(
    (a, b) =>
      b.micros - a.micros || b.requests - a.requests || (a.name ?? '').localeCompare(b.name ?? '', 'en'),
  )
  return { by, from, to, data: dearestFirst.map(shown) }
}

function shown({ micros, ...row }: Sums): Usage['data'][number] {
  return { ...row, cost: inUnits(micros) }
}

async function sumsOf(tx: Tx, caller: Caller, query: Span & { readonly by: By }): Promise<readonly Sums[]> {
  const column = COLUMN[query.by]
  const rows = await within(tx, query)
    .select(({ fn }) => [
      `${column} as name` as const,
      fn.countAll<string>().as('requests'),
      sql<string>`count(*) FILTER (WHERE state IN ('failed', 'unknown'))`.as('failed'),
      sql<string>`count(*) FILTER (WHERE ${CACHED})`.as('cached'),
      sum(sql`input_tokens`).as('input'),
      sum(sql`output_tokens`).as('output'),
      sum(sql`cost_micros`).as('micros'),
    ])
    .$if(!runsTheHouse(caller), (rest) => rest.where('principal', '=', caller.principal.id))
    .groupBy(column)
    .execute()
  return rows.map((row) => ({
    name: row.name,
    requests: Number(row.requests),
    failed: Number(row.failed),
    cached: Number(row.cached),
    input: Number(row.input),
    output: Number(row.output),
    micros: Number(row.micros),
  }))
}

function added(known: Sums | undefined, row: Sums): Sums {
  if (known === undefined) return row
  return {
    name: row.name,
    requests: known.requests + row.requests,
    failed: known.failed + row.failed,
    cached: known.cached + row.cached,
    input: known.input + row.input,
    output: known.output + row.output,
    micros: known.micros + row.micros,
  }
}

/** What one principal used, or may still use, on one UTC day. */
export interface Spent {
  readonly tenant: TenantId
  readonly principal: string
  readonly tokens: number
  readonly micros: number
}

/**
 * Of the UTC day that holds `nowMs`, for every tenant: what limits begin with after a start, once everything that was
 * written before is in the database. A principal may come several times: its amounts add up.
 */
export async function spentToday(
  store: Pick<Store, 'tenants' | 'withTenant'>,
  nowMs: number,
): Promise<readonly Spent[]> {
  const fromMs = nowMs - (nowMs % DAY_MS)
  const spent: Spent[] = []
  for (const tenant of await store.tenants()) {
    for (const step of stepsOf({ fromMs, toMs: fromMs + DAY_MS }, SPENT_STEP_MS)) {
      const rows = await store.withTenant({ tenant }, (tx) =>
        within(tx, step)
          .select(['principal', sum(HELD_TOKENS).as('tokens'), sum(HELD_MICROS).as('micros')])
          .groupBy('principal')
          .execute(),
      )
      for (const { principal, tokens, micros } of rows) {
        if (principal !== null)
          spent.push({ tenant, principal, tokens: Number(tokens), micros: Number(micros) })
      }
    }
  }
  return spent
}

function within({ db }: Tx, { fromMs, toMs }: Span) {
  return db.selectFrom('request_record').where('at', '>=', new Date(fromMs)).where('at', '<', new Date(toMs))
}

const sum = (amount: ReturnType<typeof sql>) => sql<string>`coalesce(sum(${amount}), 0)`

/** A statement over a long time would run into the limit that every statement has. */
function stepsOf({ fromMs, toMs }: Span, stepMs: number): readonly Span[] {
  return Array.from({ length: (toMs - fromMs) / stepMs }, (_, n) => ({
    fromMs: fromMs + n * stepMs,
    toMs: fromMs + (n + 1) * stepMs,
  }))
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

function periodOf(query: UsageQuery): { readonly from: string; readonly to: string } {
  const to = query.to ?? dayOf(query.nowMs)
  const from = query.from ?? dayOf(Date.parse(to) - (USUAL_DAYS - 1) * DAY_MS)
  if (from > to) {
    throw new Fault('invalid', `The period begins on ${from}, after its end on ${to}.`, { param: 'from' })
  }
  if (Date.parse(to) - Date.parse(from) >= MOST_DAYS * DAY_MS) {
    throw new Fault('invalid', `At most ${MOST_DAYS} days are added up at once. Ask for fewer.`, {
      param: 'from',
    })
  }
  return { from, to }
}
