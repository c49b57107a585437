import type { BUILT_IN_PROFILES, MaskingAction, ProfileRules } from '@freehold/contract/desensitise.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'

/** What is done with each type of value before it leaves. */
export interface Profile {
  readonly name: string
  readonly actionFor: (type: EntityType) => MaskingAction
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
  // What the tenant lists itself is a secret of its own.
  'secrets-only': { default: 'keep', CUSTOM_TERM: 'pseudonymise' },
}

/** The profile of that name: the house's own before one that is built in; null where there is none. */
export function profileNamed(name: string, own: Readonly<Record<string, ProfileRules>>): Profile | null {
  const said = Object.hasOwn(own, name) ? own[name] : RULES.get(name)
  if (said === undefined) return null
  const usual = said.default ?? UNSAID.default
  return { name, actionFor: (type) => said[type] ?? (type === 'SECRET' ? UNSAID.SECRET : usual) }
}

const RULES = new Map<string, ProfileRules>(Object.entries(BUILT_IN))
