import { z } from 'zod'

/** Where a request is processed: in the program itself, in the private zone, or by a managed service. */
export const ZONES = ['local', 'private', 'managed'] as const
export const zone = z.enum(ZONES)
export type Zone = z.infer<typeof zone>
