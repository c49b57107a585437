import { z } from 'zod'

/** The error body that OpenAI clients know; every refusal of the platform has this shape. */
export const faultBody = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
  }),
})
export type FaultBody = z.infer<typeof faultBody>
