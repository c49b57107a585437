import type { BUILT_IN_PROFILES, MaskingAction, ProfileRules } from '@freehold/contract/desensitise.ts'
import { profilesIn } from '@freehold/contract/desensitise.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { ACCOUNTS, HEALTH_NUMBERS, NUMBERS_OF_PEOPLE } from './type-groups.ts'

/** What is done with each type of value before it leaves. */
export interface Profile {
  readonly name: string
  readonly actionFor: (type: EntityType) => MaskingAction
}

/** The less of a value leaves, and the less comes back, the more. Of several that are said the most is done. */
export const SEVERITY: Readonly<Record<MaskingAction, number>> = {
  block: 6,
  redact: 5,
  generalise: 4,
  'keep-part': 3,
  pseudonymise: 2,
  surrogate: 1,
  keep: 0,
}

/** Whatever is not said: values come back in the answer, and a secret stops the request. */
const UNSAID = { default: 'pseudonymise', SECRET: 'block' } as const satisfies ProfileRules

const redacted = (...types: readonly EntityType[]): ProfileRules =>
  Object.fromEntries(types.map((type) => [type, 'redact']))

const BUILT_IN: Readonly<Record<(typeof BUILT_IN_PROFILES)[number], ProfileRules>> = {
  strict: {},
  /**
   * PIPL article 28 names health, financial accounts and whereabouts; GB/T 35273 counts the numbers of identity documents
   * among what is sensitive as well. Faith, biometrics and children are nothing that has a form.
   */
  pipl: redacted(...HEALTH_NUMBERS, ...ACCOUNTS, ...NUMBERS_OF_PEOPLE, 'GEO'),
  /** Article 9: data concerning health, of which a number is all that has a form. Article 87: national numbers. */
  gdpr: redacted(...HEALTH_NUMBERS, ...NUMBERS_OF_PEOPLE),
  /**
   * 45 CFR 164.514(b)(2)(i). Names (A), places below a state (B), telephone, fax and mail addresses (D to F) get a code that
   * says nothing of them, as (c) allows; of the dates (C) the year stays; numbers of any kind (G to M, R), URLs (N) and IP
   * addresses (O) have no use outside. Surrogates are made from the value, which (c) forbids.
   */
  hipaa: {
    ...redacted(...HEALTH_NUMBERS, ...ACCOUNTS, ...NUMBERS_OF_PEOPLE, 'PLATE', 'MAC', 'URL', 'IP', 'GEO'),
    DATE_OF_BIRTH: 'generalise',
  },
  // What the tenant lists itself is a secret of its own.
  'secrets-only': { default: 'keep', CUSTOM_TERM: 'pseudonymise' },
}

/**
 * The profile of that name: the house's own before one that is built in; null where there is none. Of several together,
 * `gdpr+hipaa`, the most is done about each type.
 */
export function profileNamed(name: string, own: Readonly<Record<string, ProfileRules>>): Profile | null {
  const all = profilesIn(name).map((one) => singleProfile(one, own))
  const found = all.filter((one) => one !== null)
  const [first, ...rest] = found
  if (first === undefined || found.length < all.length) return null
  if (rest.length === 0) return first
  return {
    name,
    actionFor: (type) => rest.map((one) => one.actionFor(type)).reduce(moreOf, first.actionFor(type)),
  }
}

/** The same one for the same name, as long as the house says the same. */
export function createProfiles(
  own: () => Readonly<Record<string, ProfileRules>>,
): (name: string) => Profile | null {
  let saidBy = own()
  const known = new Map<string, Profile>()
  return (name) => {
    if (saidBy !== own()) {
      saidBy = own()
      known.clear()
    }
    const before = known.get(name)
    if (before !== undefined) return before
    const profile = profileNamed(name, saidBy)
    if (profile !== null) known.set(name, profile)
    return profile
  }
}

const moreOf = (one: MaskingAction, other: MaskingAction): MaskingAction =>
  SEVERITY[other] > SEVERITY[one] ? other : one

function singleProfile(name: string, own: Readonly<Record<string, ProfileRules>>): Profile | null {
  const said = Object.hasOwn(own, name) ? own[name] : RULES.get(name)
  if (said === undefined) return null
  const usual = said.default ?? UNSAID.default
  return { name, actionFor: (type) => said[type] ?? (type === 'SECRET' ? UNSAID.SECRET : usual) }
}

const RULES = new Map<string, ProfileRules>(Object.entries(BUILT_IN))
