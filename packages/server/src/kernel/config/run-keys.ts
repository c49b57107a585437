import { z } from 'zod'
import { row } from './key-row.ts'

/** What the making of one answer may take. */
export const RUN_KEYS = {
  'conversations.runCost': row({
    schema: z.number().positive().max(1e9).optional(),
    meaning:
      "What the making of one answer may cost at most, all its calls of models together, in the unit of the targets' prices; absent, only budgets bound it.",
    expects: 'a number above 0',
    reload: 'live',
  }),
} as const
