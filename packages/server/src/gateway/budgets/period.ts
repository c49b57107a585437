import type { SpendingName } from '@freehold/contract/limits.ts'
import { SPENDING, SPENDING_NAMES } from '@freehold/contract/limits.ts'

const DAY_MS = 86_400_000
/** Money is counted in millionths, so that sums are exact. */
const MICROS = 1e6

export type Unit = (typeof SPENDING)[SpendingName]['unit']
export type Span = (typeof SPENDING)[SpendingName]['span']

/** The UTC day or month that holds a day, which is counted from 1970: `2027-01-31`, `2027-01`. */
export function periodAt(span: Span, day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, span === 'day' ? 10 : 7)
}

/** When it begins, and when the next one does. */
export function boundsOf(period: string): { readonly fromMs: number; readonly toMs: number } {
  const fromMs = Date.parse(period)
  if (period.length > 7) return { fromMs, toMs: fromMs + DAY_MS }
  const from = new Date(fromMs)
  return { fromMs, toMs: Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1) }
}

/** Which limit a counter is about. */
export function limitNamed(unit: Unit, period: string): SpendingName {
  const span = period.length > 7 ? 'day' : 'month'
  const found = SPENDING_NAMES.find((name) => SPENDING[name].unit === unit && SPENDING[name].span === span)
  if (found === undefined) throw new Error('every unit has a limit for each span')
  return found
}

/** Whole tokens, or whole millionths; what is too little for one is one. */
export function amountOf(unit: Unit, limit: number): number {
  return unit === 'tokens' ? limit : Math.max(1, Math.round(limit * MICROS))
}

/** As `amountOf`, the other way round. */
export function inUnitsOf(unit: Unit, amount: number): number {
  return unit === 'tokens' ? amount : amount / MICROS
}
