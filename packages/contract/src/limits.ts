import { z } from 'zod'

/** What one key, or one tenant, may use at most. A limit that is absent does not bound anything. */
export const limits = z.strictObject({
  /** Requests within any 60 seconds. */
  rpm: z.int().min(1).max(60_000).optional(),
  /** Requests under way at the same time. */
  concurrent: z.int().min(1).max(100_000).optional(),
  /** Tokens in and out within one UTC day. */
  tokensPerDay: z.int().min(1).max(1e12).optional(),
  /** Money within one UTC day, in the unit of the targets' prices. */
  moneyPerDay: z.number().positive().max(1e9).optional(),
})
export type Limits = z.infer<typeof limits>
export const LIMIT_NAMES = [
  'rpm',
  'concurrent',
  'tokensPerDay',
  'moneyPerDay',
] as const satisfies readonly (keyof Limits)[]
