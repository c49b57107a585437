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
  /** What a tenant's dictionaries list without another type. */
  'CUSTOM_TERM',
  ...NATIONAL_ID_TYPES,
] as const
export const entityType = z.enum(ENTITY_TYPES)
export type EntityType = z.infer<typeof entityType>

/** Characters (UTF-16) of one text that is looked at. */
export const LONGEST_DETECTED = 1_048_576
const offset = z.int().min(0)

/** A text, and the language it is mostly in, as a tag such as `zh` or `en-GB`. */
export const detectInput = z.strictObject({
  text: z.string().max(LONGEST_DETECTED),
  language: z.string().max(35).nullish(),
  /** What is less sure is left out. Unless it is given, only what is acted on is told. */
  minScore: z.number().min(0).max(1).optional(),
})

/** Where personal data and secrets stand: UTF-16 offsets, end exclusive, in the order of the text and not overlapping. */
export const detected = z.object({
  entities: z.array(z.object({ type: entityType, start: offset, end: offset, score: z.number() })),
})
