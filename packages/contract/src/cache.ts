import { z } from 'zod'
import { targetName } from './routing.ts'

/** What is kept of answers, in the process that was asked. */
export const cacheView = z.object({
  /** `cache.maxBytes`; 0: no answer is kept, whatever the rules say. */
  maxBytes: z.int(),
  maxEntryBytes: z.int(),
  entries: z.int(),
  bytes: z.int(),
  /** Requests that were given a kept answer, since the process began. */
  hits: z.int(),
  /** Requests for which there was none. */
  misses: z.int(),
  data: z.array(z.object({ rule: z.string(), target: z.string(), entries: z.int(), bytes: z.int() })),
})

export const cacheQuery = z.strictObject({
  target: targetName.optional(),
  rule: z
    .string()
    .regex(/^(?:file|settings):[1-9]\d{0,3}$/, 'must be the id of a rule, as in file:1 or settings:2')
    .optional(),
})

/** What the process that was asked forgot; the others follow. */
export const cachePurged = z.object({ entries: z.int(), bytes: z.int() })
