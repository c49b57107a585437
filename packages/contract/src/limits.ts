import { z } from 'zod'

const tokens = z.int().min(1).max(1e12).optional()
/** In the unit of the targets' prices. */
const money = z.number().positive().max(1e9).optional()
const spending = {
  /** Tokens in and out within one UTC day. */
  tokensPerDay: tokens,
  /** Money within one UTC day. */
  moneyPerDay: money,
  /** Tokens in and out within one calendar month, UTC. */
  tokensPerMonth: tokens,
  /** Money within one calendar month, UTC. */
  moneyPerMonth: money,
}

/** What may be spent at most. */
export const spendingLimits = z.strictObject(spending)
export type SpendingLimits = z.infer<typeof spendingLimits>

/** What one key, or whoever is counted together, may use at most. A limit that is absent does not bound anything. */
export const limits = z.strictObject({
  /** Requests within any 60 seconds. */
  rpm: z.int().min(1).max(60_000).optional(),
  /** Requests under way at the same time. */
  concurrent: z.int().min(1).max(100_000).optional(),
  ...spending,
})
export type Limits = z.infer<typeof limits>
export const LIMIT_NAMES = [
  'rpm',
  'concurrent',
  'tokensPerDay',
  'moneyPerDay',
  'tokensPerMonth',
  'moneyPerMonth',
] as const satisfies readonly (keyof Limits)[]

/** The limits of what is spent: the unit that each counts, and the time after which it begins anew. */
export const SPENDING = {
  tokensPerDay: { unit: 'tokens', span: 'day' },
  moneyPerDay: { unit: 'micros', span: 'day' },
  tokensPerMonth: { unit: 'tokens', span: 'month' },
  moneyPerMonth: { unit: 'micros', span: 'month' },
} as const satisfies Readonly<
  Record<keyof SpendingLimits, { readonly unit: 'tokens' | 'micros'; readonly span: 'day' | 'month' }>
>
export type SpendingName = keyof typeof SPENDING
// The table is closed, so its keys are exactly these; Object.keys only says string.
export const SPENDING_NAMES = Object.keys(SPENDING) as readonly SpendingName[]
