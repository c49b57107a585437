import { z } from 'zod'

/** What anyone may know of an installation: enough to show the right first page. */
export const platformView = z.object({
  version: z.string(),
  claimed: z.boolean(),
  /** Whoever asks is somebody: a page need not ask who, and be refused, to learn that nobody is signed in. */
  identified: z.boolean(),
})

export const page = z.strictObject({
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
