import { z } from 'zod'
import { dataClass } from './data-class.ts'
import { routeInput, routeView } from './routing.ts'

/** What the rules on trial would have made of a request, beside what was made of it. */
export const SHADOW_OUTCOMES = [
  'same',
  /** Other targets or models, or another order. */
  'other_target',
  /** The same targets, but another desensitising. */
  'other_handling',
  'would_refuse',
  /** It was refused. */
  'would_answer',
  /** A managed target might have got it and could not, or would have been tried sooner. */
  'would_leave',
  /** The other way round. */
  'would_stay',
  /** The two could not be compared. */
  'failed',
] as const
export const shadowOutcome = z.enum(SHADOW_OUTCOMES)
export type ShadowOutcome = z.infer<typeof shadowOutcome>

export const shadowPut = z.strictObject({
  routes: z.array(routeInput).max(500),
  version: z.int().min(0).optional(),
})
/** The version that was looked at: nothing else is promoted. */
export const shadowPromote = z.strictObject({ version: z.int().min(0) })

/** What becomes of a request by one list of rules. */
export const shadowSide = z.object({
  rule: z.string().nullable(),
  /** In the order in which they would be tried. */
  targets: z.array(z.string()),
  /** The code of the refusal. */
  refused: z.string().nullable(),
})
/** A request that the rules on trial would have treated otherwise. No content. */
export const shadowDifference = z.object({
  request: z.string(),
  at: z.string(),
  class: dataClass,
  outcome: shadowOutcome,
  was: shadowSide,
  wouldBe: shadowSide,
})
export type ShadowDifference = z.output<typeof shadowDifference>

export const shadowState = z.object({
  /** Of the settings. */
  version: z.int(),
  /** Null: no rules are on trial. */
  shadow: z
    .object({
      /** With the ids that they would have in the place of the rules of the settings. */
      routes: z.array(routeView),
      /** When this process began to count. */
      since: z.string(),
      /** Requests of this process. */
      counts: z.record(shadowOutcome, z.int()),
      /** The newest of each outcome, newest first. */
      differing: z.array(shadowDifference),
    })
    .nullable(),
})
