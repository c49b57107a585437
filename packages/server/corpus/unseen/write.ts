// Writes labelled rows that nothing was learned from: node packages/server/corpus/unseen/write.ts <set> <half> [seed] > rows.jsonl
import { join } from 'node:path'
import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Draw, Example, Language } from '../fill-frames.ts'
import { fillFrame, readFrames } from '../fill-frames.ts'
import { Random } from '../random.ts'
import { IDENTIFIERS } from './identifiers.ts'
import { namesOf, peopleOf } from './people.ts'
import { laterValues, thirdValues } from './later.ts'
import { housesOf, placesOf } from './places.ts'

const TYPES: Readonly<Record<string, EntityType>> = {
  ...Object.fromEntries(
    [
      'PERSON',
      'FIRST',
      'LAST',
      'ABROAD',
      'FIRST_ABROAD',
      'LAST_ABROAD',
      'SURNAME',
      'WORDNAME',
      'NICK',
      'FOREIGN',
      'CHINESE',
    ].map((slot) => [slot, 'PERSON' as const]),
  ),
  ADDRESS: 'ADDRESS',
  ADDRESS_ABROAD: 'ADDRESS',
  LOCATION: 'LOCATION',
  ORG: 'ORGANIZATION',
  EMAIL: 'EMAIL',
  CARD: 'BANK_CARD',
  IBAN: 'IBAN',
  SSN: 'US_SSN',
  IP: 'IP',
  IP_SIX: 'IP',
  CNID: 'CN_RESIDENT_ID',
  USCC: 'CN_USCC',
  PHONE_CN: 'PHONE',
  LANDLINE: 'PHONE',
  PHONE_ABROAD: 'PHONE',
  PHONE_PLUS: 'PHONE',
  PLATE: 'PLATE',
  PLATE_ABROAD: 'PLATE',
  PASSPORT: 'PASSPORT',
  PASSPORT_US: 'PASSPORT',
  PASSPORT_UK: 'PASSPORT',
  PASSPORT_DE: 'PASSPORT',
  PASSPORT_CN: 'PASSPORT',
  HKPASS: 'PASSPORT',
}

const valuesOf = (lang: string, half: 0 | 1): ReadonlyMap<string, Draw> =>
  new Map([
    ...IDENTIFIERS,
    ...(lang === 'zh' ? [...namesOf(half), ...housesOf(half)] : [...peopleOf(half), ...placesOf(half)]),
  ])

const FOLDER = join(import.meta.dirname, 'frames')
export const UNSEEN_SETS: readonly string[] = [...readFrames(FOLDER).keys()].toSorted()

/** Rows of one set from every other frame, each filled so many times. */
export function unseenRows(
  set: string,
  { half, rounds = 3, seed = 77 }: { readonly half: 0 | 1; readonly rounds?: number; readonly seed?: number },
): readonly Example[] {
  const lang = /zh|decoys/.test(set) ? 'zh' : 'en'
  const random = new Random(seed + half)
  const values = set.endsWith('-later')
    ? laterValues()
    : set.endsWith('-third')
      ? thirdValues(half)
      : valuesOf(lang, half)
  const language: Language = { lang, types: TYPES, tails: {}, values }
  const frames = (readFrames(FOLDER).get(set) ?? []).filter((_, at) => at % 2 === half)
  return frames.flatMap((frame) =>
    Array.from({ length: /\{[A-Z]/.test(frame) ? rounds : 1 }, () =>
      fillFrame(frame, language, () => random.next()),
    ),
  )
}

if (import.meta.main) {
  const [set = '', half = '0', seed = '77'] = process.argv.slice(2)
  for (const row of unseenRows(set, { half: half === '1' ? 1 : 0, seed: Number(seed) }))
    process.stdout.write(`${JSON.stringify(row)}\n`)
}
