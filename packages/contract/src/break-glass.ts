import { z } from 'zod'
import { reason } from './keeping.ts'

export const armInput = z.strictObject({
  /** How long the session lasts that it opens. */
  minutes: z.int().min(5).max(480).default(60),
})
/** The only answer that ever holds the code. */
export const armedView = z.object({ id: z.string(), code: z.string(), minutes: z.int() })

export const useInput = z.strictObject({
  code: z.string().min(1).max(128),
  /** Stands in every event of the session. */
  reason: reason.refine(
    (text) => text.length >= 20,
    'must say in 20 characters or more what the emergency is',
  ),
})

const useView = z.object({
  id: z.string(),
  reason: z.string(),
  usedAt: z.string(),
  endsAt: z.string(),
  /** The session is still open. */
  isOpen: z.boolean(),
})
export const breakGlassView = z.object({
  /** Null: none is armed. */
  armed: z.object({ id: z.string(), armedAt: z.string(), creator: z.string(), minutes: z.int() }).nullable(),
  /** Newest first. */
  uses: z.array(useView),
})

/** What whoever looks after people is told with their own session while somebody is in. */
export const breakGlassNotice = z.object({ id: z.string(), reason: z.string(), endsAt: z.string() })
