import { z } from 'zod'
import { DEFAULT_SCOPES } from './actions.ts'
import { dataClass } from './data-class.ts'
import { accountName, scope } from './identity.ts'
import { limits } from './limits.ts'
import { givenRole } from './people.ts'

const scopes = z.array(scope).min(1).max(16)

/** A program that acts in its own name. */
export const serviceAccountInput = z.strictObject({
  name: accountName,
  role: givenRole.default('member'),
  /** What it may do at most of what its role allows. */
  scopes: scopes.default([...DEFAULT_SCOPES]),
  class: dataClass.default('internal'),
  ceiling: dataClass.default('restricted'),
  limits: limits.default({}),
})

/** What is left out stays as it is. */
export const serviceAccountChange = z
  .strictObject({
    name: accountName.optional(),
    role: givenRole.optional(),
    scopes: scopes.optional(),
    class: dataClass.optional(),
    ceiling: dataClass.optional(),
    limits: limits.optional(),
    disabled: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'name at least one thing to change')

export const serviceAccountView = z.object({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  scopes: z.array(z.string()),
  class: dataClass,
  ceiling: dataClass,
  limits,
  createdAt: z.string(),
  /** When it was disabled; null while it is open. */
  disabledAt: z.string().nullable(),
})
