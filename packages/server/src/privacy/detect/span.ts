import type { EntityType } from '@freehold/contract/privacy.ts'

/** A place in a text where something was found. UTF-16 offsets into the text as it came, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly type: EntityType
  /** From 0 to 1. */
  readonly score: number
  /** The id of the recogniser, rule or model that found it. */
  readonly source: string
}

/** From this score on something is done about a span; below it, it is only shown. */
export const ACTING_SCORE = 0.5
