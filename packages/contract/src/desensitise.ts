import { z } from 'zod'
import type { DataClass } from './data-class.ts'
import { dataClass } from './data-class.ts'
import type { EntityType } from './privacy.ts'
import { ENTITY_TYPES } from './privacy.ts'

/** What can be done with a value before it leaves for a managed target. */
export const MASKING_ACTIONS = [
  'pseudonymise',
  'surrogate',
  'generalise',
  'keep-part',
  'redact',
  'block',
  'keep',
] as const
export type MaskingAction = (typeof MASKING_ACTIONS)[number]

/** Profiles that are always there; a configuration may put its own in their place. */
export const BUILT_IN_PROFILES = ['strict', 'pipl', 'gdpr', 'hipaa', 'secrets-only'] as const

/** What a rule without a profile of its own is masked by. */
export const USUAL_PROFILE = 'strict'

export const profileName = z
  .string()
  .regex(/^[a-z][a-z\d-]{0,63}$/, 'must be small letters, digits and -, at most 64, a letter first')

/** What a rule says by which nothing is masked. */
export const UNMASKED = 'none'
const BETWEEN = '+'

/** Several profiles as one, of which the most is done about each value: `gdpr+hipaa`; `none` where none says anything. */
export function profilesTogether(names: readonly (string | null | undefined)[]): string {
  const all = names.flatMap((name) => profilesIn(name ?? UNMASKED))
  return all.length === 0 ? UNMASKED : [...new Set(all)].join(BETWEEN)
}

/** Those of which it is made up. */
export const profilesIn = (together: string): readonly string[] =>
  together === UNMASKED ? [] : together.split(BETWEEN)

/** The key of what is not named. */
const UNNAMED = 'default'
const KINDS = [UNNAMED, ...ENTITY_TYPES] as const

/** Actions by type, and one for those that are not named. */
export type ProfileRules = Readonly<Partial<Record<EntityType | typeof UNNAMED, MaskingAction | undefined>>>
/** The class that a value of each type raises a request to, and one for those that are not named. */
export type FoundClasses = Readonly<Partial<Record<EntityType | typeof UNNAMED, DataClass | undefined>>>

const byKind = <S extends z.ZodType>(value: S) =>
  z.strictObject(Object.fromEntries(KINDS.map((kind) => [kind, value.optional()])))

export const profileInput = byKind(z.enum(MASKING_ACTIONS))
export const foundInput = byKind(dataClass)

/** What a value raises a request to where nobody says anything else. */
const USUAL_FOUND: DataClass = 'confidential'

export const foundClassOf = (found: FoundClasses, type: EntityType): DataClass =>
  found[type] ?? found[UNNAMED] ?? USUAL_FOUND
