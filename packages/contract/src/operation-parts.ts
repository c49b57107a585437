import { z } from 'zod'

export const KIB = 1024
export const MIB = 1024 * KIB
export const SMALL = { bodyBytes: 64 * KIB }
export const NO_BODY = { bodyBytes: 0 }
export const byUuid = z.strictObject({ id: z.uuid() })

/** A page of a longer list; `next` continues it. */
export const list = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), next: z.string().nullable() })
