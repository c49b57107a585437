import { cues, NUMBER_OF_A_THING } from '../detect/cues.ts'
import type { Recogniser } from '../detect/recogniser.ts'
import { CERTAIN, MISTYPED, PLAUSIBLE, SAID, UNSURE } from '../detect/recogniser.ts'

const CUES = cues(
  [
    'passports?',
    'passport ?(?:no\\.?|number|num|nr\\.?|#|id)?',
    'passeport',
    'reisepass(?:nummer|nr)?',
    'pasaporte',
    'passaporto',
    'paspoort',
    'passaporte',
    'pass(?:nummer|nr)',
    'travel document',
    'passportno',
    'passportnumber',
    'ppt',
    'mrz',
  ],
  [
    '号?护照',
    '(?:往来|来往)?(?:港澳|台湾|大陆|内地)(?:居民)?[^\\n\\d]{0,8}通行证',
    '出入境证件',
    '護照',
    '通行证',
    '旅行证',
    '旅券',
    'パスポート',
    '여권',
    'паспорт',
    '回乡证',
    '台胞证',
    '旅行证件',
  ],
)

/** Passports of China and travel permits of Hong Kong, Macau and Taiwan: their first letters tell them. */
export const PASSPORT_CN: Recogniser = {
  id: 'passport-cn',
  type: 'PASSPORT',
  starts: /[EGDSPCHMLT1K]/i,
  anchor: 'number',
  pattern:
    /(?<![A-Za-z\d_.-])(?:E[A-HJ-NP-Z]?\d{7,8}|G\d{8}|[DS]E?\d{7,8}|P[ED]?\d{7}|1[45]\d{7}|C[A-HJ-NP-Z]?\d{7,8}|[HM]\d{8}(?:\d{2})?|L\d{8}|T\d{8}|KJ?\d{7,8})(?![A-Za-z\d_]|[.-]\d)/iy,
  judge(candidate) {
    const { value } = candidate
    if (CUES.before(candidate) || CUES.after(candidate)) return CERTAIN
    if (NUMBER_OF_A_THING.before(candidate)) return UNSURE
    return /^(?:E[A-HJ-NP-Z]\d{7}|[EG]\d{8})$/.test(value) && candidate.context.language !== 'en'
      ? PLAUSIBLE
      : UNSURE
  },
}

const RIGHT_BEFORE = /(?:passport|护照)[^\n]{0,12}[:="'#\s]{1,4}$|护照(?:号码?)?[是为]?$/i

/** A cue further before is not about this number. */
const OF_ANOTHER_THING =
  /(?:order|订单|电话|手机|phone|flight|航班|车次|班次|座位|seat|签证|visa)[^\n]{0,12}$/i

/** Of any country, where words say that it is one. */
export const PASSPORT_SAID: Recogniser = {
  id: 'passport-said',
  type: 'PASSPORT',
  starts: /[A-Z\d]/i,
  anchor: 'number',
  saidAround: CUES,
  pattern:
    /(?<![A-Za-z\d_.-])(?:[A-Z\d]{6,11}|[A-Z]{1,3}[ -]\d{5,9}|\d{2} ?\d{2} \d{6}|\d{2} \d{7}|\d{3} \d{3} \d{3})(?![A-Za-z\d_]|[.-]\d)/iy,
  judge(candidate) {
    const { value, text, start, context } = candidate
    const digits = value.replaceAll(/\D/g, '').length
    const isWritten =
      value === value.toUpperCase() || (value === value.toLowerCase() && /^[a-z]{1,2}\d{6,9}$/.test(value))
    if (digits < 1 || !isWritten || /^(?:19|20)\d{6}$/.test(value)) return null
    const before = text.slice(Math.max(0, start - 24), start)
    const isNamed = RIGHT_BEFORE.test(before) || /passport|护照/i.test(context.key ?? '')
    if (digits < 4 && !(value.length > 7 && isNamed)) return null
    if (!CUES.before(candidate) && !CUES.after(candidate)) return null
    return OF_ANOTHER_THING.test(before) ? null : SAID
  },
}

const MRZ_WEIGHTS = [7, 3, 1]
function mrzCheck(field: string): string {
  let sum = 0
  for (let i = 0; i < field.length; i += 1) {
    const sign = field[i] ?? '<'
    sum += (sign === '<' ? 0 : Number.parseInt(sign, 36)) * (MRZ_WEIGHTS[i % 3] ?? 0)
  }
  return String(sum % 10)
}

/** The second machine-readable line of a passport (ICAO 9303): number, country, birth, sex, expiry, each with a check digit. */
export const PASSPORT_MRZ_NUMBERS: Recogniser = {
  id: 'passport-mrz-numbers',
  type: 'PASSPORT',
  starts: /[A-Z\d]/,
  anchor: 'number',
  pattern: /(?<![A-Z\d<])[A-Z\d<]{9}\d[A-Z<]{3}\d{6}\d[MFX<]\d{6}\d[A-Z\d<]{14,16}(?![A-Z\d<])/y,
  judge({ value }) {
    const passes =
      mrzCheck(value.slice(0, 9)) === value[9] &&
      mrzCheck(value.slice(13, 19)) === value[19] &&
      mrzCheck(value.slice(21, 27)) === value[27]
    return passes ? CERTAIN : MISTYPED
  },
}

/** The first one: kind, country, names. */
export const PASSPORT_MRZ_NAMES: Recogniser = {
  id: 'passport-mrz-names',
  type: 'PASSPORT',
  starts: /P/,
  anchor: 'word',
  pattern: /(?<![A-Z\d<])P[A-Z<][A-Z]{1,3}<{0,2}[A-Z]{1,39}<{1,2}[A-Z<]{4,40}(?![A-Z\d<])/y,
  judge: ({ value }) => (value.length >= 36 && value.length <= 46 && value.includes('<<') ? CERTAIN : null),
}
