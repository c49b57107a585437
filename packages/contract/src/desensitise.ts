import { z } from 'zod'
import { ENTITY_TYPES } from './privacy.ts'

/** What can be done with a value before it leaves for a managed target. */
export const MASKING_ACTIONS = ['pseudonymise', 'generalise', 'keep-part', 'redact', 'block', 'keep'] as const
export const maskingAction = z.enum(MASKING_ACTIONS)
export type MaskingAction = z.infer<typeof maskingAction>

/** Profiles that are always there. */
export const BUILT_IN_PROFILES = ['strict', 'pipl', 'gdpr', 'hipaa', 'secrets-only'] as const

export const profileName = z
  .string()
  .regex(/^[a-z][a-z\d-]{0,63}$/, 'must be small letters, digits and -, at most 64, a letter first')
  .refine((name) => name !== 'none', 'is not free: none means that nothing is masked')

const written = z.enum([...MASKING_ACTIONS, 'surrogate']).superRefine((action, context) => {
  if (action === 'surrogate') {
    context.addIssue({
      code: 'custom',
      message: 'surrogate is not built yet: use pseudonymise, which restores as well',
    })
  }
})

/** One action for each type, and one for those that are not named. */
export const profileInput = z.strictObject({
  default: written.optional(),
  ...Object.fromEntries(ENTITY_TYPES.map((type) => [type, written.optional()])),
})
