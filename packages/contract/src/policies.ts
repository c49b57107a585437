import { z } from 'zod'
import type { Action } from './actions.ts'
import { ACTIONS } from './actions.ts'
import { dataClass } from './data-class.ts'
import { policyProblem } from './policy-problems.ts'
import { targetName } from './routing.ts'

/** Of one version, at most. */
export const MOST_POLICIES = 500
const MOST_CHARACTERS = 200_000

// The table is closed, so its keys are exactly these; Object.keys only says string.
const ACTION_NAMES = Object.keys(ACTIONS) as readonly Action[]

const policyText = z.string().max(MOST_CHARACTERS)
const basedOn = z.int().min(0).optional()

/** A policy by its name, and the line at which it begins. */
const policyPlace = z.object({ name: z.string(), line: z.int() })

export const policiesView = z.object({
  /** Counts the changes; 0: there never was one. */
  version: z.int(),
  at: z.string().nullable(),
  actor: z.string().nullable(),
  text: z.string(),
  policies: z.array(policyPlace),
  /** Names in it that nobody has at this moment. */
  warnings: z.array(policyProblem),
  /** What roles and scopes allow by themselves, as Cedar. */
  baseline: z.string(),
  /** What the policies may speak of, as a Cedar schema. */
  schema: z.string(),
})
export const policiesPut = z.strictObject({ text: policyText, version: basedOn })
export const policiesCheck = z.strictObject({ text: policyText })

const principalSeen = z.object({
  kind: z.enum(['user', 'service', 'key']),
  id: z.string(),
  name: z.string().nullable(),
})
export const policiesChecked = z.object({
  /** Whether it could be put in force. */
  valid: z.boolean(),
  problems: z.array(policyProblem),
  warnings: z.array(policyProblem),
  policies: z.array(policyPlace),
  /** Whose answers it would change, by action, where no resource is named; at most 200 of them. */
  changes: z.array(
    z.object({ principal: principalSeen, loses: z.array(z.string()), gains: z.array(z.string()) }),
  ),
})

export const policyVersions = z.object({
  data: z.array(z.object({ version: z.int(), at: z.string(), actor: z.string(), policies: z.int() })),
  next: z.string().nullable(),
})
export const policyVersionParams = z.strictObject({
  version: z.coerce.number().int().min(0).max(2_147_483_647),
})
export const policyVersionView = policiesView.pick({ version: true, at: true, actor: true, text: true })

export const policyQuestion = z.strictObject({
  action: z.enum(ACTION_NAMES, 'must be an action, such as model.use'),
  /** Id of a person, a service account or a key; absent: everybody. */
  principal: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'must be the id of a person, of a service account or of a key')
    .optional(),
  /** Absent: the operation itself. */
  resource: z
    .strictObject({
      /** Of documents; with `class` one of its documents. */
      collection: z.uuid().optional(),
      target: z.union([z.literal('local'), targetName]).optional(),
      service: targetName.optional(),
      /** Of the document, or of what is sent to the target. */
      class: dataClass.optional(),
    })
    .refine(
      ({ collection, target, service }) =>
        [collection, target, service].filter((one) => one !== undefined).length <= 1,
      'names one of collection, target and service',
    )
    .default({}),
  /** As if these were in force. */
  text: policyText.optional(),
})
export const policyAnswer = z.object({
  decisions: z.array(
    z.object({
      principal: principalSeen,
      allowed: z.boolean(),
      /** What roles and scopes do not give; null where they do. */
      missing: z.string().nullable(),
      /** Those that forbid it. */
      policies: z.array(policyPlace),
    }),
  ),
  /** How many people, service accounts and keys there are besides. */
  more: z.int(),
})
export type PolicyAnswer = z.output<typeof policyAnswer>
