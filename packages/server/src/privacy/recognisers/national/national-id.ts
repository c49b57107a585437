import type { NationalIdType } from '@freehold/contract/national-ids.ts'
import type { Candidate, Recogniser, Verdict } from '../../detect/recogniser.ts'
import { CERTAIN, MISTYPED, SAID } from '../../detect/recogniser.ts'
import { isUniform } from './checksums.ts'
import { ANY_ID_WORDS, createCues, plain } from './cues.ts'
import { firstRuns } from './first-runs.ts'

/** How one number is written, checked and spoken of. */
export interface NationalId {
  readonly type: NationalIdType
  /** What it can begin with; the rest of the pattern allows the signs between its groups. */
  readonly starts: RegExp
  /** Between characters that belong to no number or word. */
  readonly form: string
  /** Of the value without its signs, in capitals. */
  readonly check: (compact: string) => boolean
  /** Written so, it acts by itself: always, never (a short checksum fits too many numbers), or with these signs in it. */
  readonly alone: boolean | RegExp
  /** Words that tell it, whole ones, in the language of the country, in English and in Chinese. */
  readonly cues: string
}

/** Letters that a space or another sign parts from the digits, so that the first word may have none. */
const APART = /^(?:\(\?:)?[A-Z]{2,3}[ -]|\][ -]|\] \?/

/** The checksum is right and the form is its own, yet nobody says what it is. */
const ALONE: Verdict = { score: 0.85 }
const BEFORE = String.raw`(?<![A-Za-z0-9_+]|\d[-./])`
const AFTER = String.raw`(?![A-Za-z0-9_]|[-./]\d)`

/** `national_id`, `taxNumber`: of whatever country. */
const ANY_ID = new RegExp(`^(?:${ANY_ID_WORDS.join('|')})(?: ?(?:no|nr|num|number|code|value))?s?$`, 'iu')
const ANY_ID_BEFORE = new RegExp(
  String.raw`(?<![\p{L}\d])(?:${ANY_ID_WORDS.join('|')})(?:[ _-]?(?:no|nr|num|number|code|value))?\\?["']?\s?[:=]\s?\\?["']?$`,
  'iu',
)
const KEY_REACH = 48
/** A check that lets all of these through is none. */
const DRAWN = ['73194628', '284915736', '5926183740', '81463927501', '392857164203', '4817263950182']

function isAnyId({ text, start, context }: Candidate): boolean {
  if (context.key !== null && ANY_ID.test(plain(context.key).trim())) return true
  return ANY_ID_BEFORE.test(text.slice(Math.max(0, start - KEY_REACH), start))
}

/** Makes of the rows what the scanner runs. */
export function recognisersOf(rows: readonly NationalId[]): readonly Recogniser[] {
  const { said, isCued } = createCues(rows.map(({ cues }) => cues))
  const isChecked = rows.map(({ check }) => !DRAWN.every(check))
  return rows.map(({ type, starts, form, check, alone }, row) => ({
    id: type.toLowerCase().replaceAll('_', '-'),
    type,
    starts,
    anchor: APART.test(form) ? 'word' : 'number',
    runs: firstRuns(form),
    ...(alone === false ? { saidAround: said[row] } : {}),
    pattern: new RegExp(`${BEFORE}(?:${form})${AFTER}`, 'iy'),
    judge(candidate) {
      const isSaid = isCued(row, candidate)
      const isAlone = alone === true || (alone !== false && alone.test(candidate.value))
      const isAny = !isSaid && !isAlone && isChecked[row] === true && isAnyId(candidate)
      if (!isSaid && !isAlone && !isAny) return null
      const compact = candidate.value.replace(/[^A-Za-z\dÑñ&]/g, '').toUpperCase()
      const isRight = !isUniform(compact) && check(compact)
      if (isSaid) return isRight ? CERTAIN : MISTYPED
      if (!isRight) return null
      return isAny ? SAID : ALONE
    },
  }))
}
