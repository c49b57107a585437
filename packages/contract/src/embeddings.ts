import { z } from 'zod'
import { dataClass } from './data-class.ts'

/** How far the vectors of a tenant's passages are. */
export const embeddingsView = z.object({
  /** As it is configured; null: nothing is embedded. */
  model: z.string().nullable(),
  state: z.enum(['off', 'working', 'resting', 'failing']),
  documents: z.number().int(),
  passages: z.number().int(),
  /** Those that have vectors of the configured model. */
  embedded: z.object({ documents: z.number().int(), passages: z.number().int() }),
  /** Passages without a vector because of what stands in them. */
  withheld: z.number().int(),
  /** Classes of which nothing is embedded, because no target may have them. */
  held: z.array(dataClass),
  /** Code of what ended the last attempt; null: nothing did. */
  fault: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  /** Not tried again before. */
  retryAt: z.string().nullable(),
})
