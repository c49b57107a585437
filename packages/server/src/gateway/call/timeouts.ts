import type { RouteTimeouts } from '@freehold/contract/route-bounds.ts'
import type { CallTimeouts } from './upstream-call.ts'

/** Those of the rule before those of the target. */
export const timeoutsWith = (target: CallTimeouts, rule: RouteTimeouts | null): CallTimeouts =>
  rule === null
    ? target
    : {
        firstByteMs: rule.firstByteMs ?? target.firstByteMs,
        idleMs: rule.idleMs ?? target.idleMs,
        totalMs: rule.totalMs ?? target.totalMs,
      }
