import { z } from 'zod'
import { remark } from './remark.ts'

/** The error body that OpenAI clients know; every refusal of the platform has this shape. */
export const faultBody = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
    /** The message by its code, where it has one: screens say it in their own language. */
    remark: remark.optional(),
  }),
})
export type FaultBody = z.infer<typeof faultBody>
