import { NUMBER_OF_A_THING } from '../detect/cues.ts'
import type { Candidate, Recogniser, Verdict } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY, PLAUSIBLE, UNSURE } from '../detect/recogniser.ts'
import { digitsOf } from './digits.ts'
import { EXTENSION, PHONE_CUES, PHONE_SAID_HERE, SLASH_BEFORE, SLASH_BEHIND } from './phone-number.ts'

const COUNTRY = String.raw`(?:(?:[(](?:\+|00) ?86[)]|(?:(?:\+|00) ?)?86)[ -]{0,2})?`
/** How people group eleven digits. Anything else is several numbers in a row. */
const GROUPINGS: ReadonlySet<string> = new Set([
  '11',
  '3 4 4',
  '3 8',
  '3 3 5',
  '4 4 3',
  '5 6',
  '7 4',
  '3 4 2 2',
  '2 3 3 3',
  '3 2 2 2 2',
  '3 2 3 3',
  '3 3 3 2',
  '1 1 1 1 1 1 1 1 1 1 1',
  '4 3 4',
  '6 5',
])

/** The number before it in a list: `13800138000/13900139000`. */
const LISTED = /(?:\d{7}|\d{4}[ .-]\d{4})\/$/

/** Right before it there are letters that are no label, a point, a dash of something longer. */
const isGlued = (text: string, start: number): boolean => {
  const before = text.slice(Math.max(0, start - 14), start)
  if ((/\d[./-]$/.test(before) && !LISTED.test(before)) || /[A-Za-z0-9][-_][A-Za-z]{0,3}$/.test(before))
    return true
  const letters = /[A-Za-z]{1,13}$/.exec(before)?.[0]
  return letters !== undefined && !/^(?:tel|t|m|phone|mobile|mob|cell|call|p|ph|fax|n|r)$/i.test(letters)
}

/** Mobile numbers of China in all groupings, with or without the country code. */
export const PHONE_CN_MOBILE: Recogniser = {
  id: 'phone-cn-mobile',
  type: 'PHONE',
  starts: /[+(018]/,
  anchor: 'digits',
  pattern: new RegExp(
    String.raw`(?<!\d)${COUNTRY}1[ -]?[3-9](?:[ .·-]?\d){9}(?!\d|[.-]\d|[A-Za-z_](?![Tt:]))`,
    'y',
  ),
  judge(candidate) {
    const { value, text, start } = candidate
    const local = /1[ -]?[3-9](?:[ .·-]?\d){9}$/.exec(value)?.[0] ?? ''
    const grouping = local
      .split(/[ .·-]/)
      .map((group) => group.length)
      .join(' ')
    if (!GROUPINGS.has(grouping) || isGlued(text, start)) return null
    if (local.length < value.length || PHONE_CUES.before(candidate)) return CERTAIN
    if (NUMBER_OF_A_THING.before(candidate)) return UNSURE
    return /^1[3-9](\d)\1{8}$/.test(digitsOf(local)) ? PLAUSIBLE : LIKELY
  },
}

const TWO_DIGIT_AREA = /^(?:10|2\d)$/

function landlineVerdict(candidate: Candidate): Verdict | null {
  const { value, text, start } = candidate
  // The end of a row of groups of four.
  if (/(?<!\d)\d{4}[ -]$/.test(text.slice(Math.max(0, start - 6), start))) return null
  const [, country, area = '', between = '', local = ''] = LANDLINE.exec(value) ?? []
  const digits = digitsOf(local)
  const isPlanned = TWO_DIGIT_AREA.test(area) ? digits.length === 8 : digits.length >= 7
  if (!isPlanned || isGlued(text, start)) return null
  if (country !== undefined || PHONE_CUES.before(candidate)) return CERTAIN
  if (NUMBER_OF_A_THING.before(candidate)) return UNSURE
  // Local numbers begin with two to eight; one that is written like a number is one all the same.
  const isUsual = /^[2-8]/.test(digits)
  if (between !== '') return isUsual ? LIKELY : PLAUSIBLE
  return isUsual && candidate.context.language === 'zh' ? PLAUSIBLE : UNSURE
}

const LANDLINE_FORM = String.raw`([(]?(?:\+|00) ?86[)]?[ -]{0,2}[(]?0?|[(+]?86[)]?-0?)?[(]?0?(10|2\d|[3-9]\d\d)([)][ -]{0,2}|[ -]{1,2}|)([1-9]\d{2,3}[ -]?\d{4})`
const LANDLINE = new RegExp(`^${LANDLINE_FORM}`)

/** Fixed lines of China: area code with its zero (without behind the country code), seven or eight digits, an extension. */
export const PHONE_CN_LANDLINE: Recogniser = {
  id: 'phone-cn-landline',
  type: 'PHONE',
  starts: /[+(08]/,
  anchor: 'digits',
  pattern: new RegExp(
    String.raw`(?<!\d)(?=[(]?0|[(]?\+|[(]?86[)]?-)${LANDLINE_FORM}(?!\d)(?:${EXTENSION.slice(0, -1)}|-\d{1,5}(?![\d-]))?(?![\d]|-\d)`,
    'y',
  ),
  judge: landlineVerdict,
}

/** Numbers of companies, and local numbers where words say that it is one. */
export const PHONE_CN_SERVICE: Recogniser = {
  id: 'phone-cn-service',
  type: 'PHONE',
  starts: /[2-9]/,
  anchor: 'digits',
  pattern: new RegExp(
    String.raw`(?<![\d+.]|\d[- ]|${SLASH_BEFORE})(?:[48]00(?:[ -]?\d{3}[ -]?\d{4}|[ -]\d{4}[ -]\d{3}|[ -]\d[ -]\d{3}[ -]\d{3})|[2-8]\d{2,3}[ -]?\d{4}|95\d{3}|1[02]\d{3})(?!\d|[.:-]\d|${SLASH_BEHIND})(?:${EXTENSION.slice(0, -1)})?(?![\dA-Za-z])`,
    'y',
  ),
  judge(candidate) {
    const { value, text, start } = candidate
    if (isGlued(text, start)) return null
    const isSaid = PHONE_CUES.before(candidate)
    if (/^[48]00/.test(value) && digitsOf(value).length >= 10) {
      if (isSaid) return CERTAIN
      return /^[48]00[ -]/.test(value) && !NUMBER_OF_A_THING.before(candidate) ? LIKELY : UNSURE
    }
    const isDate = /^(?:19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])[0-3]\d$/.test(value)
    return PHONE_SAID_HERE.before(candidate) && !isDate ? LIKELY : null
  },
}

const HAN_DIGITS = '零〇一幺二两三四五六七八九'

/** Mobile numbers written out in Han digits. */
export const PHONE_CN_HAN: Recogniser = {
  id: 'phone-cn-han',
  type: 'PHONE',
  starts: /[一幺]/,
  pattern: new RegExp(`(?<![${HAN_DIGITS}])[一幺][三四五六七八九][${HAN_DIGITS}]{9}(?![${HAN_DIGITS}])`, 'y'),
  judge: () => LIKELY,
}
