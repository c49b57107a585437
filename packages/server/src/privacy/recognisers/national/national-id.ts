import type { NationalIdType } from '@freehold/contract/national-ids.ts'
import type { Recogniser, Verdict } from '../../detect/recogniser.ts'
import { CERTAIN, MISTYPED } from '../../detect/recogniser.ts'
import { isUniform } from './checksums.ts'
import { createCues } from './cues.ts'
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

/** Makes of the rows what the scanner runs. */
export function recognisersOf(rows: readonly NationalId[]): readonly Recogniser[] {
  const { said, isCued } = createCues(rows.map(({ cues }) => cues))
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
      if (!isSaid && !isAlone) return null
      const compact = candidate.value.replace(/[^A-Za-z\dÑñ&]/g, '').toUpperCase()
      const isRight = !isUniform(compact) && check(compact)
      if (isSaid) return isRight ? CERTAIN : MISTYPED
      return isRight ? ALONE : null
    },
  }))
}
