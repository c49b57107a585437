import type { OpenTo } from './shares.ts'

/** What the configuration says of conversations. */
export interface AssistantLimits {
  readonly enabled: boolean
  readonly model: string
  readonly temporaryHours: number
  readonly runsAtOnce: number
  readonly openShares: OpenTo
  /** What one run may cost, in the unit of the targets' prices; undefined: no limit of its own. */
  readonly runCost?: number | undefined
}
