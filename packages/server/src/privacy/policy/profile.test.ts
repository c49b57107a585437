import { test } from 'node:test'
import assert from 'node:assert/strict'
import { BUILT_IN_PROFILES } from '@freehold/contract/desensitise.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { ENTITY_TYPES } from '@freehold/contract/privacy.ts'
import { profileNamed } from './profile.ts'

const action = (profile: string, type: EntityType) => profileNamed(profile, {})?.actionFor(type)

test('no profile that is built in lets a secret leave, and only secrets-only lets anything else that no tenant listed leave as it is', () => {
  for (const name of BUILT_IN_PROFILES)
    for (const type of ENTITY_TYPES) {
      if (type === 'SECRET') assert.equal(action(name, type), 'block')
      else if (type === 'CUSTOM_TERM') assert.equal(action(name, type), 'pseudonymise')
      else assert.equal(action(name, type) === 'keep', name === 'secrets-only', `${name} ${type}`)
    }
})

test('hipaa: each identifier of Safe Harbor is a code that says nothing, a year, or gone for good', () => {
  const CODED: readonly EntityType[] = ['PERSON', 'ADDRESS', 'LOCATION', 'ORGANIZATION', 'PHONE', 'EMAIL']
  for (const type of CODED) assert.equal(action('hipaa', type), 'pseudonymise')
  assert.equal(action('hipaa', 'DATE_OF_BIRTH'), 'generalise')
  const GONE: readonly EntityType[] = [
    ...(['US_SSN', 'MEDICAL_ID', 'US_MBI', 'BANK_ACCOUNT', 'BANK_CARD', 'IBAN', 'CRYPTO'] as const),
    ...(['PASSPORT', 'PLATE', 'MAC', 'URL', 'IP', 'GEO', 'CN_RESIDENT_ID', 'UK_NHS', 'FR_NIR'] as const),
  ]
  for (const type of GONE) assert.equal(action('hipaa', type), 'redact', type)
  // What is made from a value is no code in the sense of 164.514(c).
  for (const type of ENTITY_TYPES) assert.notEqual(action('hipaa', type), 'surrogate')
})

test('pipl: health, accounts, whereabouts and the numbers of people do not come back', () => {
  for (const type of ['MEDICAL_ID', 'BANK_CARD', 'BANK_ACCOUNT', 'IBAN', 'CRYPTO', 'GEO'] as const)
    assert.equal(action('pipl', type), 'redact', type)
  for (const type of ['CN_RESIDENT_ID', 'PASSPORT', 'HK_ID', 'MO_ID', 'TW_ID', 'US_SSN'] as const)
    assert.equal(action('pipl', type), 'redact', type)
  for (const type of ['PERSON', 'PHONE', 'CN_USCC', 'TW_UBN'] as const)
    assert.equal(action('pipl', type), 'pseudonymise', type)
})

test('gdpr: numbers of health and of states are gone, the rest is pseudonymised, and firms are no persons', () => {
  for (const type of [
    'MEDICAL_ID',
    'DE_HEALTH_INSURANCE',
    'DE_TAX_ID',
    'IT_FISCAL_CODE',
    'PASSPORT',
  ] as const)
    assert.equal(action('gdpr', type), 'redact', type)
  for (const type of ['PERSON', 'EMAIL', 'IP', 'IBAN', 'DE_VAT_ID', 'FR_SIREN'] as const)
    assert.equal(action('gdpr', type), 'pseudonymise', type)
})
