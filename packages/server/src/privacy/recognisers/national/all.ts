import type { Recogniser } from '../../detect/recogniser.ts'
import { AMERICAS } from './americas.ts'
import { ASIA_PACIFIC } from './asia-pacific.ts'
import { EASTERN_EUROPE } from './eastern-europe.ts'
import { MIDDLE_EAST_AFRICA } from './middle-east-africa.ts'
import { recognisersOf } from './national-id.ts'
import { NORTHERN_EUROPE } from './northern-europe.ts'
import { WESTERN_EUROPE } from './western-europe.ts'

/** Numbers that states give to people and firms, outside of mainland China. */
export const NATIONAL_IDS: readonly Recogniser[] = recognisersOf([
  ...AMERICAS,
  ...WESTERN_EUROPE,
  ...NORTHERN_EUROPE,
  ...EASTERN_EUROPE,
  ...ASIA_PACIFIC,
  ...MIDDLE_EAST_AFRICA,
])
