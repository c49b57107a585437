import { z } from 'zod'

/** One limit of what may be spent, in the period of now. */
export const budgetView = z.object({
  /** `tenant:`, `key:`, `user:`, `service:`, `group:` or `target:` and whose it is. */
  budget: z.string(),
  limit: z.enum(['tokensPerDay', 'moneyPerDay', 'tokensPerMonth', 'moneyPerMonth']),
  /** `2027-01-31` or `2027-01`, UTC. */
  period: z.string(),
  /** When the next period begins. */
  endsAt: z.string(),
  /** Tokens, or money in the unit of the targets' prices; so are the two below. */
  most: z.number(),
  spent: z.number(),
  /** Held for requests under way, and what other processes hold ready for theirs. */
  reserved: z.number(),
  /** Spent of the most: 1 is all of it. */
  ratio: z.number(),
  /** Shares at which somebody was told, and when. */
  alerts: z.array(z.object({ at: z.string(), share: z.number() })),
})
export const budgetList = z.object({ data: z.array(budgetView), next: z.string().nullable() })
export const budgetPage = z.strictObject({
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
})
