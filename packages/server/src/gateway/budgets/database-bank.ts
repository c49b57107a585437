import { sql } from 'kysely'
import type { Clock } from '../../kernel/clock.ts'
import { eachTenant } from '../../store/each-tenant.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { Answer, Ask, Bank, CounterName, LostChange, News } from './bank.ts'
import { LostVisit } from './bank.ts'
import { named } from './counter-names.ts'
import type { Outcome, StoredCounter, StoredLease } from './standing.ts'
import { outcomeOf } from './standing.ts'
import { openCounters } from './seeding.ts'

/** A process says that it lives so often, and counts as lost after so long. */
const BEAT_MS = 1000
const LOST_AFTER = sql`interval '5 seconds'`
const TIGHT_FOR = sql`interval '2 seconds'`

export interface DatabaseBankOptions {
  readonly store: Pick<Store, 'tenants' | 'isSeparate' | 'withTenant'>
  /** UUID that stays the same from one start to the next. */
  readonly process: string
  /** No other process can reach this database. */
  readonly isAlone: boolean
  readonly clock: Clock
}

/** Counters in PostgreSQL, for all processes that share it. */
export class DatabaseBank implements Bank {
  readonly isAlone: boolean
  readonly #store: DatabaseBankOptions['store']
  readonly #process: string
  readonly #clock: Clock
  readonly #beats = new Map<TenantId, number>()
  /** Counters that were found here; those of past periods are forgotten with the rest. */
  #found = new Set<string>()

  constructor({ store, process, isAlone, clock }: DatabaseBankOptions) {
    this.#clock = clock
    this.#store = store
    this.#process = process
    this.isAlone = isAlone
  }

  /**
   * Gives back what an earlier process of this name held: once all its records are in the database, that was idle.
   * To be called before the first visit, and after the last.
   */
  async giveBack(): Promise<void> {
    await eachTenant(this.#store, (tenant) =>
      this.#store.withTenant({ tenant }, (tx) => dropLeases(tx, this.#process)),
    )
  }

  async visit(tenant: TenantId, asks: readonly Ask[]): Promise<readonly Answer[]> {
    await this.#open(tenant, asks)
    let planned: readonly LostChange[] | null = null
    try {
      return await this.#store.withTenant({ tenant }, async (tx) => {
        const counters = await lockedCounters(tx, asks)
        const leases = await leasesOf(tx, this.#process, asks)
        const outcomes = asks.map((ask) => {
          const counter = counters.get(keyOf(ask))
          if (!counter) throw new Error('a counter is gone that was there a moment ago')
          return outcomeOf(ask, counter, leases.get(keyOf(ask)) ?? [])
        })
        const answers = outcomes.map(({ answer }) => answer)
        planned = answers
        await writeOutcomes(tx, this.#process, { asks, outcomes })
        if (this.#isBeatDue(tenant)) await beat(tx, this.#process)
        return answers
      })
    } catch (error) {
      this.#found.clear()
      throw planned === null ? error : new LostVisit(planned, error)
    }
  }

  async news(tenant: TenantId): Promise<News> {
    return this.#store.withTenant({ tenant }, async (tx) => {
      if (this.#isBeatDue(tenant)) await beat(tx, this.#process)
      const { rows } = await sql<{ others: number; recalled: [string, string, 'tokens' | 'micros'][] }>`
        SELECT
          (SELECT count(*)::int FROM budget_process
            WHERE process <> ${this.#process}::uuid AND seen_at > clock_timestamp() - ${LOST_AFTER}) AS others,
          (SELECT coalesce(jsonb_agg(jsonb_build_array(budget, period, unit)), '[]')
            FROM budget_lease l JOIN budget_counter c USING (tenant_id, budget, period, unit)
            WHERE l.process = ${this.#process}::uuid AND c.recalls > l.answered AND l.amount <> 0) AS recalled`.execute(
        tx.db,
      )
      const recalled = rows[0]?.recalled ?? []
      return {
        others: rows[0]?.others ?? 0,
        recalled: recalled.map(([budget, period, unit]) => ({ budget, period, unit })),
      }
    })
  }

  async #open(tenant: TenantId, asks: readonly Ask[]): Promise<void> {
    const placeOf = (name: CounterName): string => `${tenant} ${keyOf(name)}`
    const strange = asks.filter((ask) => !this.#found.has(placeOf(ask)))
    if (strange.length === 0) return
    await openCounters({ store: this.#store, tenant, nowMs: this.#clock.now() }, strange)
    if (this.#found.size > 100_000) this.#found = new Set()
    for (const ask of strange) this.#found.add(placeOf(ask))
  }

  #isBeatDue(tenant: TenantId): boolean {
    const nowMs = performance.now()
    if (nowMs - (this.#beats.get(tenant) ?? Number.NEGATIVE_INFINITY) < BEAT_MS) return false
    this.#beats.set(tenant, nowMs)
    return true
  }
}

const keyOf = ({ budget, period, unit }: CounterName): string => `${unit} ${period} ${budget}`

/** Locked in one order everywhere, so that no two transactions wait for each other. */
async function lockedCounters(
  tx: Tx,
  names: readonly CounterName[],
): Promise<ReadonlyMap<string, StoredCounter>> {
  type Row = CounterName & Record<'spent' | 'leased' | 'grants' | 'recalls', string> & { tight: boolean }
  const { rows } = await sql<Row>`
    SELECT budget, period, unit, c.spent, c.leased, c.grants, c.recalls,
      coalesce(c.recalled_at > clock_timestamp() - ${TIGHT_FOR}, false) AS tight
    FROM budget_counter c JOIN ${named(names)} AS asked (budget, period, unit) USING (budget, period, unit)
    ORDER BY budget, period, unit FOR UPDATE OF c`.execute(tx.db)
  return new Map(
    rows.map((row) => [
      keyOf(row),
      {
        spent: Number(row.spent),
        leased: Number(row.leased),
        grants: Number(row.grants),
        recalls: Number(row.recalls),
        isTight: row.tight,
      },
    ]),
  )
}

/** Read in a statement of its own: only what began after the counters were locked sees what was committed before. */
async function leasesOf(
  tx: Tx,
  process: string,
  names: readonly CounterName[],
): Promise<ReadonlyMap<string, readonly StoredLease[]>> {
  type Row = CounterName &
    Record<'amount' | 'version' | 'answered', string> & { mine: boolean; live: boolean }
  const { rows } = await sql<Row>`
    SELECT budget, period, unit, l.amount, l.version, l.answered, l.process = ${process}::uuid AS mine,
      coalesce(p.seen_at > clock_timestamp() - ${LOST_AFTER}, false) AS live
    FROM budget_lease l JOIN ${named(names)} AS asked (budget, period, unit) USING (budget, period, unit)
      LEFT JOIN budget_process p ON p.process = l.process
    WHERE l.amount <> 0 OR l.process = ${process}::uuid`.execute(tx.db)
  const leases = new Map<string, StoredLease[]>()
  for (const row of rows) {
    const lease = {
      isMine: row.mine,
      isLive: row.live,
      amount: Number(row.amount),
      version: Number(row.version),
      answered: Number(row.answered),
    }
    const same = leases.get(keyOf(row))
    if (same) same.push(lease)
    else leases.set(keyOf(row), [lease])
  }
  return leases
}

async function writeOutcomes(
  tx: Tx,
  process: string,
  { asks, outcomes }: { readonly asks: readonly Ask[]; readonly outcomes: readonly Outcome[] },
): Promise<void> {
  const written = asks.flatMap((ask, at) => {
    const outcome = outcomes[at]
    return outcome?.isWritten ? [{ ask, outcome }] : []
  })
  if (written.length === 0) return
  const numbers = (of: (one: (typeof written)[number]) => number) => sql`${written.map(of)}::bigint[]`
  await sql`
    WITH given AS (SELECT * FROM ROWS FROM (${named(written.map(({ ask }) => ask))}, unnest(
        ${numbers(({ outcome }) => outcome.answer.change)}, ${numbers(({ ask }) => ask.limit)},
        ${numbers(({ outcome }) => (outcome.answer.admitted > 0 ? 1 : 0))},
        ${numbers(({ outcome }) => (outcome.isRecalled ? 1 : 0))}, ${numbers(({ outcome }) => outcome.answered)}))
      AS one (budget, period, unit, change, most, let_in, recalled, answered)),
    counter AS (
      UPDATE budget_counter c SET leased = c.leased + change, most = given.most, grants = c.grants + let_in,
        recalls = c.recalls + recalled,
        recalled_at = CASE recalled WHEN 0 THEN c.recalled_at ELSE clock_timestamp() END
      FROM given WHERE (c.budget, c.period, c.unit) = (given.budget, given.period, given.unit))
    INSERT INTO budget_lease (tenant_id, budget, period, unit, process, amount, version, answered)
    SELECT ${tx.tenant}::uuid, budget, period, unit, ${process}::uuid, change, 1, answered FROM given
    ON CONFLICT (tenant_id, budget, period, unit, process) DO UPDATE SET
      amount = budget_lease.amount + excluded.amount, version = budget_lease.version + 1,
      answered = excluded.answered`.execute(tx.db)
}

async function beat(tx: Tx, process: string): Promise<void> {
  await sql`
    INSERT INTO budget_process (tenant_id, process, seen_at) VALUES (${tx.tenant}::uuid, ${process}::uuid, clock_timestamp())
    ON CONFLICT (tenant_id, process) DO UPDATE SET seen_at = excluded.seen_at`.execute(tx.db)
}

async function dropLeases(tx: Tx, process: string): Promise<void> {
  await sql`
    SELECT FROM budget_counter c JOIN budget_lease l USING (tenant_id, budget, period, unit)
    WHERE l.process = ${process}::uuid ORDER BY budget, period, unit FOR UPDATE OF c`.execute(tx.db)
  await sql`
    WITH gone AS (DELETE FROM budget_process WHERE process = ${process}::uuid),
    idle AS (DELETE FROM budget_lease WHERE process = ${process}::uuid RETURNING budget, period, unit, amount)
    UPDATE budget_counter c SET leased = c.leased - idle.amount
    FROM idle WHERE (c.budget, c.period, c.unit) = (idle.budget, idle.period, idle.unit)`.execute(tx.db)
}
