import type { EntityType } from '@freehold/contract/privacy.ts'
import { ENTITY_TYPES } from '@freehold/contract/privacy.ts'
import type { TypeMap } from '../../kernel/config/detector-keys.ts'

/**
 * What other detectors call our types: Presidio, and the labels of common models. Types that are not here and are none
 * of ours (DATE_TIME, NRP, TITLE) are ignored unless the configuration says what they are.
 */
const KNOWN: ReadonlyMap<string, EntityType> = new Map<string, EntityType>([
  ...ENTITY_TYPES.map((type) => [type, type] as const),
  ['PER', 'PERSON'],
  ['NAME', 'PERSON'],
  ['ORG', 'ORGANIZATION'],
  ['LOC', 'LOCATION'],
  ['GPE', 'LOCATION'],
  ['FAC', 'LOCATION'],
  ['STREET_ADDRESS', 'ADDRESS'],
  ['EMAIL_ADDRESS', 'EMAIL'],
  ['PHONE_NUMBER', 'PHONE'],
  ['CREDIT_CARD', 'BANK_CARD'],
  ['IBAN_CODE', 'IBAN'],
  ['US_BANK_NUMBER', 'BANK_ACCOUNT'],
  ['IP_ADDRESS', 'IP'],
  ['MAC_ADDRESS', 'MAC'],
  ['US_PASSPORT', 'PASSPORT'],
  ['UK_PASSPORT', 'PASSPORT'],
  ['IT_PASSPORT', 'PASSPORT'],
  ['IN_PASSPORT', 'PASSPORT'],
  ['MEDICAL_LICENSE', 'MEDICAL_ID'],
  ['MEDICAL_RECORD_NUMBER', 'MEDICAL_ID'],
  ['IN_VEHICLE_REGISTRATION', 'PLATE'],
])

/** The type of ours that is meant; null: it is none. */
export function typeOf(name: string, own: TypeMap): EntityType | null {
  const said = Object.hasOwn(own, name) ? own[name] : undefined
  if (said === 'ignore') return null
  return said ?? KNOWN.get(name) ?? null
}
