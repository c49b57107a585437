import { z } from 'zod'
import { modelName, targetInput } from './routing.ts'

const askedTest = {
  /** Also sends a fixed harmless text to a model and lets it answer with one token: it costs what that costs. */
  call: z.boolean().default(false),
  /** For the call; otherwise the first that the target offers. */
  model: modelName.optional(),
}
export const savedTargetTest = z.strictObject(askedTest)
export const targetTest = z.strictObject({ target: targetInput, ...askedTest })

/** In the order in which they are tried. */
export const TEST_STEPS = [
  'address',
  'connection',
  'certificate',
  'authentication',
  'models',
  'call',
] as const
export type TestStep = (typeof TEST_STEPS)[number]

export const targetTestResult = z.object({
  target: z.string(),
  zone: z.enum(['private', 'managed']),
  /** No step failed. */
  ok: z.boolean(),
  steps: z.array(
    z.object({
      step: z.enum(TEST_STEPS),
      /** `warning`: it works, and yet something may be wrong. */
      state: z.enum(['ok', 'warning', 'failed', 'skipped']),
      message: z.string(),
      ms: z.number().nullable(),
    }),
  ),
  certificate: z.object({ subject: z.string(), issuer: z.string(), expiresAt: z.string() }).nullable(),
  /** What the target says that it offers. */
  models: z.array(z.string()),
  /** Id of the record of the call; null where none was sent. */
  request: z.string().nullable(),
})
export type TargetTestResult = z.output<typeof targetTestResult>
