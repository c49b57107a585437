import { sql } from 'kysely'
import { append } from '../../audit/audit.ts'
import type { TenantId, Tx } from '../../store/store.ts'
import type { CounterName } from './bank.ts'
import { named } from './counter-names.ts'
import type { Unit } from './period.ts'
import { limitNamed } from './period.ts'

/** What the records of one batch add to one counter. */
export interface Charge extends CounterName {
  readonly amount: number
}

/** `held`: what of the amount the process has a lease for. */
export interface HeldCharge extends Charge {
  readonly held: number
}

export interface Charged extends CounterName {
  readonly tenant: TenantId
  readonly held: number
  readonly spent: number
  readonly most: number
}

/** A share of a budget that was reached, told once over all processes. */
export interface Alert extends Charged {
  readonly share: number
}

/**
 * Counts what records cost, in the transaction that brings them: so what is spent is what is on record, and what a
 * process held for it is held no longer. Says what the counters stand at and which shares were reached.
 */
export async function charge(
  tx: Tx,
  process: string,
  { charges, alertAt }: { readonly charges: readonly HeldCharge[]; readonly alertAt: readonly number[] },
): Promise<{ readonly charged: readonly Charged[]; readonly alerts: readonly Alert[] }> {
  // In the order of everybody who locks counters.
  await sql`
    SELECT FROM budget_counter c JOIN ${named(charges)} AS one (budget, period, unit) USING (budget, period, unit)
    ORDER BY budget, period, unit FOR UPDATE OF c`.execute(tx.db)
  const { rows } = await sql<CounterName & { held: string; spent: string; most: string }>`
    WITH given AS (SELECT * FROM ROWS FROM (${named(charges)}, unnest(
        ${charges.map(({ amount }) => amount)}::bigint[], ${charges.map(({ held }) => held)}::bigint[]))
      AS one (budget, period, unit, amount, held)),
    lease AS (
      UPDATE budget_lease l SET amount = l.amount - held FROM given
      WHERE l.process = ${process}::uuid AND (l.budget, l.period, l.unit) = (given.budget, given.period, given.unit)
      RETURNING given.budget, given.period, given.unit, held)
    UPDATE budget_counter c SET spent = c.spent + amount, leased = c.leased - coalesce(lease.held, 0)
    FROM given LEFT JOIN lease USING (budget, period, unit)
    WHERE (c.budget, c.period, c.unit) = (given.budget, given.period, given.unit)
    RETURNING c.budget, c.period, c.unit, given.held, c.spent, c.most`.execute(tx.db)
  const charged = rows.map(({ budget, period, unit, held, spent, most }) => ({
    tenant: tx.tenant,
    budget,
    period,
    unit,
    held: Number(held),
    spent: Number(spent),
    most: Number(most),
  }))
  const reached: Alert[] = []
  for (const one of charged)
    for (const share of new Set(alertAt)) if (one.spent >= one.most * share) reached.push({ ...one, share })
  return { charged, alerts: reached.length === 0 ? [] : await firstAlerts(tx, reached) }
}

/** The shares that nobody has told of yet, written down with their audit events. */
async function firstAlerts(tx: Tx, reached: readonly Alert[]): Promise<readonly Alert[]> {
  const { rows } = await sql<{ budget: string; period: string; unit: Unit; share: number }>`
    INSERT INTO budget_alert (tenant_id, budget, period, unit, share)
    SELECT ${tx.tenant}::uuid, budget, period, unit, share
    FROM ROWS FROM (${named(reached)}, unnest(${reached.map(({ share }) => share)}::double precision[]))
      AS one (budget, period, unit, share)
    ON CONFLICT DO NOTHING RETURNING budget, period, unit, share`.execute(tx.db)
  const isNew = (one: Alert): boolean =>
    rows.some(
      (row) =>
        row.budget === one.budget &&
        row.period === one.period &&
        row.unit === one.unit &&
        row.share === one.share,
    )
  const alerts = reached.filter(isNew)
  for (const { budget, period, unit, share } of alerts) {
    await append(tx, {
      action: 'budget.alert',
      actor: 'system',
      subject: budget,
      detail: { limit: limitNamed(unit, period), period, percent: percentOf(share) },
    })
  }
  return alerts
}

/** `0.8` is 80. */
export const percentOf = (share: number): number => Math.round(share * 1000) / 10
