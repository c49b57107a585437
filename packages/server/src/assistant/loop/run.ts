import type { LoopEvent } from '@freehold/contract/loop-events.ts'
import type { Guard } from './guard.ts'
import type { LoopState } from './loop-state.ts'
import type { LoopPorts, LoopTask } from './ports.ts'
import type { TimeLimit } from './time-limit.ts'

/** One run under way, as the parts of the loop share it. */
export interface Run {
  readonly task: LoopTask
  readonly ports: LoopPorts
  readonly guard: Guard
  readonly state: LoopState
  readonly time: TimeLimit
  /** Aborted when the run is stopped. */
  readonly signal: AbortSignal
  /** Events one after the other, each part of the state once it is told. A function makes its event when its turn comes. */
  readonly tell: (event: LoopEvent | (() => LoopEvent)) => Promise<void>
  /** Hears of tools that failed for no reason of theirs. */
  readonly report: (error: unknown, tool: string) => void
}
