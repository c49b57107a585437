import type { budgetList, budgetPage, budgetView } from '@freehold/contract/budgets.ts'
import { SPENDING, SPENDING_NAMES } from '@freehold/contract/limits.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { seesRequestsOfAll } from '../../identity/authorise.ts'
import type { Budget, Caller } from '../../identity/caller.ts'
import { causeOf } from '../../kernel/cause.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import { eachTenant } from '../../store/each-tenant.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { CounterName } from './bank.ts'
import type { Charge, charge } from './charging.ts'
import { percentOf } from './charging.ts'
import { DatabaseBank } from './database-bank.ts'
import { amountOf, boundsOf, inUnitsOf, limitNamed, periodAt } from './period.ts'
import { Purses } from './purses.ts'
import { openCounters } from './seeding.ts'

const DAY_MS = 86_400_000
const FAILURE_EVERY_MS = 10_000

type View = z.output<typeof budgetView>
export type BudgetPage = z.output<typeof budgetPage>

export interface BudgetsOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** UUID of this process's records. */
  readonly process: string
  readonly isAlone: boolean
}

/** Money and tokens that all processes on one database spend together. */
export interface Budgets {
  readonly bank: Pick<DatabaseBank, 'giveBack'>
  readonly purses: Purses
  /** What of a charge this process has a lease for. */
  heldFor(tenant: TenantId, charge: Charge): number
  /** Hears what records have just been charged. */
  charged(told: Awaited<ReturnType<typeof charge>>): void
  /** Those that bound the caller, or all of the tenant for whoever runs the house. @throws Fault `invalid` */
  list(
    caller: Caller,
    asked: BudgetPage & { readonly further: readonly Budget[] },
  ): Promise<z.output<typeof budgetList>>
  /** The last thing, when everything is on record: what is held and not spent. */
  giveBack(): Promise<void>
}

/** Opens the counters in the database. `bank.giveBack` is to be called before anything is spent. */
export function openBudgets(options: BudgetsOptions): Budgets {
  const { store, clock, log, metrics } = options
  const bank = new DatabaseBank(options)
  const failed = failureLog(log)
  const purses = new Purses({ bank, clock, onFailed: failed })
  const alerts = metrics.counter('freehold_budget_alerts_total')
  showRatios(purses, metrics, clock)
  return {
    bank,
    purses,
    heldFor: (tenant, charge) => purses.find(tenant, charge)?.heldFor(charge.amount) ?? 0,
    charged(told) {
      for (const one of told.charged) purses.find(one.tenant, one)?.recorded(one)
      for (const { budget, period, unit, share } of told.alerts) {
        const limit = limitNamed(unit, period)
        log.warn('budget.alert', { budget, limit, period, percent: percentOf(share) })
        alerts.bind({ budget: kindOf(budget), limit }).inc()
      }
    },
    async list(caller, { further, after, limit }) {
      const from = after === undefined ? null : readCursor(after)
      const known = [...caller.budgets, ...(seesRequestsOfAll(caller) ? further : [])]
      const names = known.flatMap((budget) => countersOf(budget, clock.now()))
      await openCounters({ store, tenant: caller.tenant, nowMs: clock.now() }, names)
      const only = seesRequestsOfAll(caller) ? null : known
      const rows = await store.withTenant(caller, (tx) =>
        viewsOf(tx, { nowMs: clock.now(), purses, only, from, limit: limit + 1 }),
      )
      const limits = new Map(names.map((name) => [keyOf(name), name.limit]))
      const data = rows.slice(0, limit)
      const last = rows.length > limit ? data.at(-1) : undefined
      return {
        data: data.map((one) => bounded(one, limits)).map(shown),
        next: last === undefined ? null : cursorOf(last),
      }
    },
    async giveBack() {
      // A request that is cut off may have cost something: the next start finds out.
      if (purses.all().some(({ reserved }) => reserved !== 0)) return
      await bank.giveBack().catch(failed)
    },
  }
}

const CURSOR = /^(\w+:\S+) (\d{4}-\d\d(?:-\d\d)?) (tokens|micros)$/
const cursorOf = ({ budget, period, unit }: CounterName): string => `${budget} ${period} ${unit}`

function readCursor(after: string): readonly [budget: string, period: string, unit: string] {
  const [, budget, period, unit] = CURSOR.exec(after) ?? []
  if (budget !== undefined && period !== undefined && unit !== undefined) return [budget, period, unit]
  throw new Fault('invalid', '`after` is not the `next` of an earlier page.', { param: 'after' })
}

const kindOf = (budget: string): string => budget.slice(0, budget.indexOf(':'))
const keyOf = ({ unit, period, budget }: CounterName): string => `${unit} ${period} ${budget}`

/** A database that is away fails many visits; the log hears of it now and then. */
function failureLog(log: Log): (error: unknown) => void {
  let nextMs = 0
  return (error) => {
    const nowMs = performance.now()
    if (nowMs < nextMs) return
    nextMs = nowMs + FAILURE_EVERY_MS
    const { name, code } = causeOf(error instanceof Error ? (error.cause ?? error) : error)
    log.warn('budget.failed', { name, code })
  }
}

/** Of each kind of budget and limit the one that is used most: no label names a user or a key. */
function showRatios(purses: Purses, metrics: Metrics, clock: Clock): void {
  const gauge = metrics.gauge('freehold_budget_used_ratio')
  const known = new Set<string>()
  metrics.beforeRender(() => {
    const ratios = new Map([...known].map((key) => [key, 0]))
    const nowMs = clock.now()
    for (const purse of purses.all()) {
      if (purse.endMs <= nowMs) continue
      const key = `${kindOf(purse.budget)} ${purse.limitName}`
      ratios.set(key, Math.max(ratios.get(key) ?? 0, purse.spent / purse.limit))
    }
    for (const [key, ratio] of ratios) {
      const [budget = '', limit = ''] = key.split(' ')
      gauge.bind({ budget, limit }).set(ratio)
      known.add(key)
    }
  })
}

function countersOf({ id, limits }: Budget, nowMs: number): readonly (CounterName & { limit: number })[] {
  const day = Math.floor(nowMs / DAY_MS)
  return SPENDING_NAMES.flatMap((name) => {
    const limit = limits[name]
    const { unit, span } = SPENDING[name]
    if (limit === undefined) return []
    return [{ budget: id, period: periodAt(span, day), unit, limit: amountOf(unit, limit) }]
  })
}

interface Counted extends CounterName {
  readonly spent: number
  readonly reserved: number
  readonly most: number
  readonly alerts: View['alerts']
}

interface Viewing {
  readonly nowMs: number
  readonly purses: Purses
  /** Null: all of the tenant. */
  readonly only: readonly Budget[] | null
  /** The last one that was seen. */
  readonly from: ReturnType<typeof readCursor> | null
  readonly limit: number
}

async function viewsOf(tx: Tx, { nowMs, purses, only, from, limit }: Viewing): Promise<readonly Counted[]> {
  const day = Math.floor(nowMs / DAY_MS)
  const periods = [periodAt('day', day), periodAt('month', day)]
  const ids = only?.map(({ id }) => id) ?? []
  if (only !== null && ids.length === 0) return []
  const rows = await tx.db
    .selectFrom('budget_counter')
    .select(['budget', 'period', 'unit', 'spent', 'leased', 'most'])
    .where('period', 'in', periods)
    .$if(only !== null, (query) => query.where('budget', 'in', ids))
    .$if(from !== null, (query) =>
      query.where(sql<boolean>`(budget, period, unit) > (${from?.[0]}, ${from?.[1]}, ${from?.[2]})`),
    )
    .orderBy('budget')
    .orderBy('period')
    .orderBy('unit')
    .limit(limit)
    .execute()
  const told = await tx.db
    .selectFrom('budget_alert')
    .select(['budget', 'period', 'unit', 'share', 'at'])
    .where('period', 'in', periods)
    .orderBy('share')
    .execute()
  const alertsOf = Map.groupBy(told, keyOf)
  return rows.map((row) => {
    const { budget, period, unit } = row
    const free = purses.find(tx.tenant, row)?.free ?? 0
    return {
      budget,
      period,
      unit,
      spent: Number(row.spent),
      reserved: Math.max(0, Number(row.leased) - Math.max(0, free)),
      most: Number(row.most),
      alerts: (alertsOf.get(keyOf(row)) ?? []).map(({ at, share }) => ({ at: at.toISOString(), share })),
    }
  })
}

/** The limit of now, also where nothing was spent since it was changed. */
function bounded(counted: Counted, limits: ReadonlyMap<string, number>): Counted {
  return { ...counted, most: limits.get(keyOf(counted)) ?? counted.most }
}

function shown({ budget, period, unit, spent, reserved, most, alerts }: Counted): View {
  return {
    budget,
    limit: limitNamed(unit, period),
    period,
    endsAt: new Date(boundsOf(period).toMs).toISOString(),
    most: inUnitsOf(unit, most),
    spent: inUnitsOf(unit, spent),
    reserved: inUnitsOf(unit, reserved),
    ratio: spent / most,
    alerts,
  }
}

/** Deletes what was counted in days and months that ended more than `days` ago. */
export async function deleteBudgetsOlderThan(
  store: Pick<Store, 'tenants' | 'isSeparate' | 'withTenant'>,
  days: number,
  nowMs: number,
): Promise<void> {
  const before = periodAt('day', Math.floor(nowMs / DAY_MS) - days)
  await eachTenant(store, async (tenant) => {
    // A month sorts before each of its days, so that one is kept until all of its days may go.
    await store.withTenant({ tenant }, ({ db }) =>
      db.deleteFrom('budget_counter').where('period', '<', before.slice(0, 7)).execute(),
    )
  })
}
