import type { BUILT_IN_PROFILES, MaskingAction, ProfileRules } from '@freehold/contract/desensitise.ts'
import { profilesIn } from '@freehold/contract/desensitise.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'

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

const BUILT_IN: Readonly<Record<(typeof BUILT_IN_PROFILES)[number], ProfileRules>> = {
  strict: {},
  // PIPL article 28: health, financial accounts and whereabouts are sensitive, and do not come back from outside.
  pipl: {
    MEDICAL_ID: 'redact',
    BANK_CARD: 'redact',
    BANK_ACCOUNT: 'redact',
    IBAN: 'redact',
    GEO: 'redact',
    CN_RESIDENT_ID: 'redact',
    PASSPORT: 'redact',
  },
  // Article 9: data concerning health.
  gdpr: { MEDICAL_ID: 'redact' },
  // 45 CFR 164.514(b)(2): dates only as years, no numbers of accounts, records or vehicles.
  hipaa: {
    DATE_OF_BIRTH: 'generalise',
    MEDICAL_ID: 'redact',
    BANK_ACCOUNT: 'redact',
    BANK_CARD: 'redact',
    IBAN: 'redact',
    PLATE: 'redact',
    PASSPORT: 'redact',
    GEO: 'redact',
    IP: 'redact',
    MAC: 'redact',
  },
  'secrets-only': { default: 'keep' },
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

const moreOf = (one: MaskingAction, other: MaskingAction): MaskingAction =>
  SEVERITY[other] > SEVERITY[one] ? other : one

function singleProfile(name: string, own: Readonly<Record<string, ProfileRules>>): Profile | null {
  const said = Object.hasOwn(own, name) ? own[name] : RULES.get(name)
  if (said === undefined) return null
  const usual = said.default ?? UNSAID.default
  return { name, actionFor: (type) => said[type] ?? (type === 'SECRET' ? UNSAID.SECRET : usual) }
}

const RULES = new Map<string, ProfileRules>(Object.entries(BUILT_IN))
