import { cues, NUMBER_OF_A_THING } from '../detect/cues.ts'
import type { Recogniser } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY, MISTYPED } from '../detect/recogniser.ts'
import { hasResidentIdForm } from './cn-resident-id.ts'

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'

const CUES = cues(
  ['uscc', 'credit ?code', 'tax ?(?:id|no)'],
  ['信用代码', '税号', '识别号', '机构代码', '执照'],
)

/** The region of its register: a province, or the country's own. */
const REGION = /^..(?:1[0-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/

/** What the first seventeen characters end with. */
export function usccCheck(code: string): string {
  let sum = 0
  let weight = 1
  for (const sign of code.slice(0, 17)) {
    sum += ALPHABET.indexOf(sign) * weight
    weight = (weight * 3) % 31
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31)
}

const passes = (code: string): boolean => usccCheck(code) === code[17]

/** In one piece, or in capitals and groups of at least four behind the first one: anything else is words. */
const isWritten = (value: string): boolean =>
  value.length === 18 ||
  (value === value.toUpperCase() && /^[A-Z\d]{2,}(?:[ -][A-Z\d]{4,})*(?:[ -][A-Z\d]{1,3})?$/.test(value))

/** Unified social credit code of organisations in China, GB 32100-2015: authority, kind, region, body, check character. */
export const CN_USCC: Recogniser = {
  id: 'cn-uscc',
  type: 'CN_USCC',
  starts: /[1-9ANY]/i,
  anchor: 'number',
  pattern:
    /(?<![A-Za-z\d][.-]?)(?:1[1239]|2[19]|3[1-59]|4[19]|5[1239]|6[129]|7[129]|8[19]|9[123]|A[19]|N[1239]|Y1)(?:[ -]?\d){6}(?:[ -]?[0-9A-HJ-NPQRTUWXY]){10}(?![A-Za-z\d])/iy,
  judge(candidate) {
    const code = candidate.value.replaceAll(/[ -]/g, '').toUpperCase()
    if (!isWritten(candidate.value)) return null
    const hasLetters = /[A-Z]/.test(code)
    // The check character of one passes by chance for another: a mistyped identity number is no firm.
    if (hasResidentIdForm(code) && !CUES.before(candidate)) return null
    if (!passes(code)) return hasLetters ? MISTYPED : null
    // Eighteen digits are as well a number of anything else, and one in 31 passes.
    if (!hasLetters && (!REGION.test(code) || NUMBER_OF_A_THING.before(candidate))) return null
    return hasLetters ? CERTAIN : LIKELY
  },
}
