import type { Lineage } from '../../identity/lineage.ts'
import type { CallerLimits } from '../limits.ts'
import type { Spent } from '../records/usage.ts'

/** Tells the limits what was spent today before this start: by keys, by those above them, and by tenants. */
export function restoreSpending(
  limits: Pick<CallerLimits, 'restore'>,
  spent: readonly Spent[],
  lineageOf: Lineage,
): void {
  const sums = new Map<string, { tokens: number; micros: number }>()
  for (const { tenant, principal, tokens, micros } of spent) {
    for (const budget of [`tenant:${tenant}`, ...lineageOf(tenant, principal).map((id) => `key:${id}`)]) {
      const sum = sums.get(budget) ?? { tokens: 0, micros: 0 }
      sum.tokens += tokens
      sum.micros += micros
      sums.set(budget, sum)
    }
  }
  for (const [budget, sum] of sums) limits.restore(budget, sum)
}
