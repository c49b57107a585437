import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { routeInput } from './routing.ts'
import { shadowOutcome, shadowSide } from './shadow.ts'

/** Rules that are tried on requests that were made already. */
export const dryRunInput = z.strictObject({
  /** In the place of those of the settings; those of the file stay before them. */
  routes: z.array(routeInput).max(500),
  /** How many of the newest requests are looked at. */
  limit: z.int().min(1).max(2000).default(500),
})

export const dryRunView = z.object({
  /** Requests that were read, and those of them that could be compared: for services, and for names of models that no rule or target knows, nobody can. */
  looked: z.int(),
  compared: z.int(),
  /** When the oldest of them was made; null where there was none. */
  since: z.string().nullable(),
  /** By what the rules would change, against those in force today. */
  counts: z.record(shadowOutcome, z.int()),
  /** The newest that would be treated otherwise. */
  differing: z.array(
    z.object({
      request: z.string(),
      at: z.string(),
      principal: z.string(),
      class: dataClass,
      model: z.string(),
      outcome: shadowOutcome,
      was: shadowSide,
      wouldBe: shadowSide,
    }),
  ),
})
export type DryRunView = z.output<typeof dryRunView>
