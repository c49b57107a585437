import type { usageQuery, usageView } from '@freehold/contract/requests.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { seesRequestsOfAll } from '../../identity/authorise.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Tx } from '../../store/store.ts'
import { inUnits } from './requests-view.ts'

export const DAY_MS = 86_400_000
const USUAL_DAYS = 30
const MOST_DAYS = 366
const COLUMN = {
  tenant: sql<string | null>`tenant_id`,
  principal: sql<string | null>`principal`,
  target: sql<string | null>`target`,
  model: sql<string | null>`model`,
  day: sql<string | null>`to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
} as const
/** A target stands there, and none was called. */
export const CACHED = sql`attempts = 0 AND target IS NOT NULL`

type By = z.output<typeof usageQuery>['by']
type Usage = z.output<typeof usageView>
type UsageQuery = z.output<typeof usageQuery> & { readonly nowMs: number }

/** Admission times: the first one belongs to it, the last one does not. */
export interface Span {
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
  const order = by === 'day' ? newestFirst : dearestFirst
  return { by, from, to, data: [...sums.values()].toSorted(order).map(shown) }
}

const dearestFirst = (a: Sums, b: Sums): number =>
  b.micros - a.micros || b.requests - a.requests || (a.name ?? '').localeCompare(b.name ?? '', 'en')
const newestFirst = (a: Sums, b: Sums): number => (b.name ?? '').localeCompare(a.name ?? '', 'en')

function shown({ micros, ...row }: Sums): Usage['data'][number] {
  return { ...row, cost: inUnits(micros) }
}

async function sumsOf(tx: Tx, caller: Caller, query: Span & { readonly by: By }): Promise<readonly Sums[]> {
  const column = COLUMN[query.by]
  const rows = await within(tx, query)
    .select(({ fn }) => [
      column.as('name'),
      fn.countAll<string>().as('requests'),
      sql<string>`count(*) FILTER (WHERE state IN ('failed', 'unknown'))`.as('failed'),
      sql<string>`count(*) FILTER (WHERE ${CACHED})`.as('cached'),
      sum(sql`input_tokens`).as('input'),
      sum(sql`output_tokens`).as('output'),
      sum(sql`cost_micros`).as('micros'),
    ])
    .$if(!seesRequestsOfAll(caller), (rest) => rest.where('principal', '=', caller.principal.id))
    .groupBy('name')
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

export function within({ db }: Tx, { fromMs, toMs }: Span) {
  return db.selectFrom('request_record').where('at', '>=', new Date(fromMs)).where('at', '<', new Date(toMs))
}

const sum = (amount: ReturnType<typeof sql>) => sql<string>`coalesce(sum(${amount}), 0)`

/** A statement over a long time would run into the limit that every statement has. */
export function stepsOf({ fromMs, toMs }: Span, stepMs: number): readonly Span[] {
  return Array.from({ length: (toMs - fromMs) / stepMs }, (_, n) => ({
    fromMs: fromMs + n * stepMs,
    toMs: fromMs + (n + 1) * stepMs,
  }))
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

export function periodOf(query: Pick<UsageQuery, 'from' | 'to' | 'nowMs'>): {
  readonly from: string
  readonly to: string
} {
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
