import { z } from 'zod'

/** What anyone may know of an installation: enough to show the right first page. */
export const platformView = z.object({ version: z.string(), claimed: z.boolean() })

export const page = z.strictObject({
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
