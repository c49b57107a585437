import { z } from 'zod'
import { NATIONAL_ID_TYPES } from './national-ids.ts'

/** What the desensitiser finds: types of personal data and secrets, by the names that Presidio uses where it has one. */
export const ENTITY_TYPES = [
  'PERSON',
  'ADDRESS',
  'LOCATION',
  'ORGANIZATION',
  'EMAIL',
  'PHONE',
  'CN_RESIDENT_ID',
  'CN_USCC',
  'PASSPORT',
  'PLATE',
  'BANK_CARD',
  'IBAN',
  'BANK_ACCOUNT',
  'IP',
  'MAC',
  'URL',
  'CRYPTO',
  'DATE_OF_BIRTH',
  'MEDICAL_ID',
  'GEO',
  'SECRET',
  ...NATIONAL_ID_TYPES,
] as const
export const entityType = z.enum(ENTITY_TYPES)
export type EntityType = z.infer<typeof entityType>
