import { z } from 'zod'

const milliseconds = (max: number) => z.int().min(1).max(max)

/** A key that is not known is one mistake, not two. */
const atLeastOne = {
  error: 'must say at least one',
  when: ({ issues }: { readonly issues: readonly unknown[] }) => issues.length === 0,
}

/** Milliseconds, for each call of a rule; what is not said is the target's. */
export const routeTimeouts = z
  .strictObject({
    /** From the call to the first byte of the answer's head. */
    firstByteMs: milliseconds(3_600_000).optional(),
    /** Between two pieces of the answer. */
    idleMs: milliseconds(3_600_000).optional(),
    /** The whole call. */
    totalMs: milliseconds(86_400_000).optional(),
  })
  .refine((timeouts) => Object.keys(timeouts).length > 0, atLeastOne)
export type RouteTimeouts = z.output<typeof routeTimeouts>

/** Of all callers together, in one process. */
export const routeLimits = z
  .strictObject({
    /** Of one request, all its answers together; a request must say how many it wants. For models. */
    maxOutputTokens: z.int().min(1).max(1_000_000_000).optional(),
    maxBodyBytes: z.int().min(1).max(1_000_000_000).optional(),
    /** Requests under way. */
    concurrent: z.int().min(1).max(100_000).optional(),
    /** Requests within any 60 seconds. */
    rpm: z.int().min(1).max(60_000).optional(),
  })
  .refine((limits) => Object.keys(limits).length > 0, atLeastOne)
export type RouteLimits = z.output<typeof routeLimits>
