import { cues } from '../detect/cues.ts'
import type { Candidate, Recogniser, Verdict } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY, MISTYPED, runsOf } from '../detect/recogniser.ts'
import { isDay } from './digits.ts'

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECK_DIGITS = '10X98765432'
/** The first two digits of GB/T 2260, and those of residents of Hong Kong, Macau and Taiwan and of foreigners. */
const PROVINCE = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)/
const CUES = cues(
  [
    'id',
    'identity',
    'id ?(?:card|no|number|num)',
    'identity ?card',
    'resident',
    'sfz',
    'idcard',
    'id_?no',
    'cert(?:ificate)? ?(?:no|id|number)',
  ],
  ['身份证', '身份證', '证件号', '證件號', '身份号', '居民证'],
)

/** Whether 18 characters have its form: a province, a day of birth. */
export function hasResidentIdForm(id: string): boolean {
  const year = Number(id.slice(6, 10))
  return (
    /^\d{17}[\dX]$/.test(id) &&
    PROVINCE.test(id) &&
    year >= 1850 &&
    year < 2100 &&
    isDay(Number(id.slice(10, 12)), Number(id.slice(12, 14)))
  )
}

/** What the first seventeen digits end with. */
export const residentIdCheck = (id: string): string =>
  CHECK_DIGITS.charAt(WEIGHTS.reduce((sum, weight, i) => sum + weight * Number(id[i]), 0) % 11)

const passes = (id: string): boolean => residentIdCheck(id) === id[17]

/** Letters right before it are a label such as `ID` or the `G` of a pupil's number, or it is a piece of something longer. */
const isPiece = ({ text, start }: Candidate): boolean => {
  const glued = /[A-Za-z]{1,12}$/.exec(text.slice(Math.max(0, start - 12), start))?.[0]
  return glued !== undefined && !/^(?:id|no|sfz|idcard|idno|[GL])$/i.test(glued)
}

/** Identity number of residents of China, GB 11643-1999: region, birth date, sequence, check digit. */
export const CN_RESIDENT_ID: Recogniser = {
  id: 'cn-resident-id',
  type: 'CN_RESIDENT_ID',
  starts: /[1-9]/,
  anchor: 'digits',
  runs: runsOf(6, 10, 12, 14, 17, 18),
  pattern:
    /(?<!\d[.-]?)[1-9]\d{5}[ -]?(?:18|19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])[ -]?(?:[0-2]\d|3[01])[ -]?\d{3}[ -]?[\dXx](?![A-Za-z\d])/y,
  judge(candidate): Verdict | null {
    const id = candidate.value.replaceAll(/[ -]/g, '').toUpperCase()
    if (!hasResidentIdForm(id) || isPiece(candidate)) return null
    return passes(id) ? CERTAIN : MISTYPED
  },
}

/** The same in groups of four, as card numbers are written; others than cards only by their check digit. */
export const CN_RESIDENT_ID_GROUPED: Recogniser = {
  id: 'cn-resident-id-grouped',
  type: 'CN_RESIDENT_ID',
  starts: /[1-9]/,
  anchor: 'digits',
  runs: runsOf(4),
  pattern: /(?<![A-Za-z\d]|\d[ .-])[1-9]\d{3}([ -])\d{4}\1\d{4}\1\d{4}\1\d[\dXx](?![A-Za-z\d]|[ -]\d)/y,
  judge({ value }) {
    const id = value.replaceAll(/[ -]/g, '').toUpperCase()
    return hasResidentIdForm(id) && passes(id) ? CERTAIN : null
  },
}

/** The form until 1999: 15 digits without a check digit, so only where words say that it is one. */
export const CN_RESIDENT_ID_15: Recogniser = {
  id: 'cn-resident-id-15',
  type: 'CN_RESIDENT_ID',
  starts: /[1-8]/,
  anchor: 'digits',
  runs: runsOf(15),
  saidBefore: CUES,
  pattern: /(?<!\d[.-]?)[1-8]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}(?![A-Za-z\d])/y,
  judge(candidate) {
    const { value } = candidate
    const isForm = PROVINCE.test(value) && isDay(Number(value.slice(8, 10)), Number(value.slice(10, 12)))
    return isForm && !isPiece(candidate) && CUES.before(candidate) ? LIKELY : null
  },
}
