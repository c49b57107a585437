import type { RouteLimits, RouteTimeouts } from '@freehold/contract/route-bounds.ts'
import type { RouteInput } from '@freehold/contract/routing.ts'
import { saltOf } from './share.ts'

/** What a rule says about its requests besides where they go. */
export interface Bounds {
  readonly rule: string
  /** Stays the same while the rule moves, so that what is under way goes on being counted. */
  readonly key: string
  readonly timeouts: RouteTimeouts | null
  readonly limits: RouteLimits | null
}

/** Null for a rule that says nothing, as most do. */
export function boundsOf(route: RouteInput, rule: string): Bounds | null {
  const { timeouts = null, limits = null } = route
  return timeouts === null && limits === null ? null : { rule, key: saltOf(route), timeouts, limits }
}
