import type { CountryCode } from 'libphonenumber-js/max'
import { NUMBER_OF_A_THING } from '../detect/cues.ts'
import type { Candidate, Recogniser, Verdict } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY, PLAUSIBLE } from '../detect/recogniser.ts'
import { digitsOf } from './digits.ts'
import {
  EXTENSION,
  PHONE_CUES,
  PHONE_SAID_HERE,
  isPossible,
  isValid,
  SLASH_BEFORE,
  SLASH_BEHIND,
} from './phone-number.ts'

const BEHIND = new RegExp(`${EXTENSION.slice(0, -1)}$`)

/** A number has few groups too many behind it, and each is looked up. */
const MOST_ENDS = 4

/** The number without its extension, and where groups of digits end in it, longest first. */
function endsOf(value: string): { readonly bare: string; readonly ends: readonly number[] } {
  const extension = /[A-Za-z#转分]/.test(value) ? (BEHIND.exec(value)?.[0] ?? '') : ''
  const bare = value.slice(0, value.length - extension.length)
  const ends: number[] = extension === '' ? [] : [value.length]
  for (let at = bare.length; at > 7; at -= 1) {
    if (/\d/.test(bare[at - 1] ?? '') && !/\d/.test(bare[at] ?? '')) ends.push(at)
  }
  return { bare, ends: ends.slice(0, MOST_ENDS) }
}

/** The longest part up to the end of a group that its country gives out; otherwise the whole, if it could be one. */
function abroad(candidate: Candidate, international: (value: string) => string): Verdict | null {
  const { value, text, start } = candidate
  if (
    /[\w.=/]$/.test(text.slice(Math.max(0, start - 1), start)) &&
    !/[=/]$/.test(text.slice(start - 1, start))
  )
    return null
  if (value.includes('0123456789')) return null
  const { bare, ends } = endsOf(value)
  for (const end of ends) {
    const number = international(bare.slice(0, end))
    if (digitsOf(number).length < 7) break
    if (isValid(number)) return { ...CERTAIN, start, end: start + end }
  }
  if (PHONE_CUES.before(candidate)) return LIKELY
  if (NUMBER_OF_A_THING.before(candidate)) return null
  if (isPossible(international(bare))) return PLAUSIBLE
  const isWritten = /^\+\d{1,3}[ (-]/.test(value) ? digitsOf(bare).length >= 9 : /^\+\d{10,13}$/.test(bare)
  return isWritten ? PLAUSIBLE : null
}

/** Numbers with their country code behind `+`. */
export const PHONE_PLUS: Recogniser = {
  id: 'phone-plus',
  type: 'PHONE',
  starts: /[+(]/,
  pattern: new RegExp(
    String.raw`(?:[(]\+\d{1,3}[)]|\+[(]?\d{1,3}[)]?)(?:[ ()./·-]{0,3}\d){5,14}(?!\d)${EXTENSION}(?![\dA-Za-z])`,
    'iy',
  ),
  judge: (candidate) => abroad(candidate, (value) => `+${digitsOf(value.replace('(0)', ''))}`),
}

/** Numbers with their country code behind `00`, as they are dialled from most countries. */
export const PHONE_DOUBLE_ZERO: Recogniser = {
  id: 'phone-double-zero',
  type: 'PHONE',
  starts: /0/,
  anchor: 'digits',
  pattern: new RegExp(
    String.raw`(?<![\d.,:-])00[ -]?[1-9]\d{0,2}(?:[ ()./-]{0,2}\d){6,13}(?!\d)${EXTENSION}(?![\dA-Za-z])`,
    'iy',
  ),
  judge(candidate) {
    const verdict = abroad(candidate, (value) => `+${digitsOf(value.replace('(0)', '')).slice(2)}`)
    if (PHONE_CUES.before(candidate)) return verdict
    const isWritten = verdict?.score === CERTAIN.score || /^001-\d{3}-/.test(candidate.value)
    return verdict !== null && isWritten ? { ...verdict, score: LIKELY.score } : null
  },
}

/** Of the acquisition regulations: `252.227-7013`. */
const CLAUSE = /^252\.2\d\d-7\d{3}$/

/** North America: three, three and four digits with something between them. */
export const PHONE_NORTH_AMERICA: Recogniser = {
  id: 'phone-north-america',
  type: 'PHONE',
  starts: /[(1-9]/,
  anchor: 'digits',
  pattern: new RegExp(
    String.raw`(?<![\w+.]|\d[- ]|${SLASH_BEFORE}|\d\) ?)(?:1[ .-])?(?:[(][2-9]\d{2}[)][ .-]?|[2-9]\d{2}[ .-])\d{3}[ .-]\d{4}(?!\d|[.-]\d|${SLASH_BEHIND})${EXTENSION}(?![\dA-Za-z])`,
    'iy',
  ),
  judge(candidate) {
    const { value } = candidate
    if (PHONE_CUES.before(candidate)) return CERTAIN
    if (NUMBER_OF_A_THING.before(candidate) || CLAUSE.test(value)) return null
    const separators = new Set(
      /^\D*\d{3}\D+\d{3}\D+/.exec(value.replace(/^1[ .-]/, ''))?.[0].replaceAll(/[\d() ]/g, ''),
    )
    return separators.size <= 1 ? LIKELY : PLAUSIBLE
  },
}

/** Where numbers are dialled with a zero first, the largest countries first. */
const TRUNK_ZERO: readonly CountryCode[] = [
  'GB',
  'DE',
  'FR',
  'JP',
  'IT',
  'AU',
  'KR',
  'NL',
  'CH',
  'AT',
  'TR',
  'ID',
  'TH',
  'VN',
  'ZA',
  'BE',
  'SE',
  'FI',
  'IE',
  'NZ',
  'IL',
  'TW',
  'IN',
  'RO',
  'UA',
]
const DATE =
  /^[(]?(?:\d{1,2}([ ./-])\d{1,2}\1(?:19|20)?\d{2}(?!\d|\1\d)|\d{4}([ ./-])\d{1,2}\2\d{1,2}(?!\d|\2\d))/
/** Pairs are how France and Denmark write five and four of them; more are drawn in a lottery. */
const ROW_OF_PAIRS = /^\d{2}(?:[ .-]\d{2}){5,9}$/
const TIME_AND_DATE = /^\d{1,2}[ .:]\d{2} \d{1,2}([./-])\d{1,2}\1\d{2,4}/

/** `Boston, MA 02110-1301` */
const isZip = ({ value, text, start }: Candidate): boolean =>
  /^\d{5}-\d{4}$/.test(value) && /[A-Z]{2}[.,]?[\s*#/]{1,8}$/.test(text.slice(Math.max(0, start - 12), start))

/** How the United States write theirs, also where no such number is given out. */
const SOCIAL_SECURITY = /^\d{3}-\d{2}-\d{4}$/

/** National form with its zero: groups of digits in brackets or with something between them. */
export const PHONE_TRUNK_ZERO: Recogniser = {
  id: 'phone-trunk-zero',
  type: 'PHONE',
  starts: /[(0]/,
  anchor: 'digits',
  pattern: new RegExp(
    String.raw`(?<![\w+.,:]|\d[ -]|${SLASH_BEFORE}|[+(]\d{1,3}[)] ?)[(]?0[1-9]\d{0,4}[)]?(?:[ ./-]{1,2}\d{2,8}|-\d(?=-)|(?<=[)])\d{3,8}){1,5}(?!\d|[.,-]\d|${SLASH_BEHIND})${EXTENSION}(?![\dA-Za-z%])`,
    'iy',
  ),
  judge(candidate) {
    const { value } = candidate
    const digits = digitsOf(value.replace(BEHIND, ''))
    if (
      digits.length < 8 ||
      digits.length > 13 ||
      ROW_OF_PAIRS.test(value) ||
      DATE.test(value) ||
      TIME_AND_DATE.test(value)
    )
      return null
    if (PHONE_CUES.before(candidate)) return LIKELY
    if (SOCIAL_SECURITY.test(value)) return null
    if (NUMBER_OF_A_THING.before(candidate) || digits.length < 9 || isZip(candidate)) return null
    return TRUNK_ZERO.some((region) => isValid(digits, region)) ? PLAUSIBLE : null
  },
}

/** Any number of seven to fifteen digits, where words say that it is one. */
export const PHONE_SAID: Recogniser = {
  id: 'phone-said',
  type: 'PHONE',
  starts: /[(\d]/,
  anchor: 'digits',
  saidBefore: PHONE_SAID_HERE,
  pattern: new RegExp(
    String.raw`(?<![\w+.$€£¥#]|\d[,:/-]|[+(]\d{1,3}[)] ?)[(]?\d(?:[ ()./-]{0,2}\d){6,14}(?!\d|[.,:/-]\d)${EXTENSION}(?![\dA-Za-z%])`,
    'iy',
  ),
  judge(candidate) {
    const { value, context } = candidate
    if (ROW_OF_PAIRS.test(value) || DATE.test(value) || TIME_AND_DATE.test(value)) return null
    if (!PHONE_SAID_HERE.before(candidate)) return null
    const groups = value.split(/[^\d]+/).filter((group) => group !== '')
    const isWritten = groups.length === 1 || groups.every((group, i) => group.length >= 2 || i === 0)
    // Two numbers, one of which has a form of its own.
    if (/\d{7}\//.test(value)) return null
    const isThing = NUMBER_OF_A_THING.before({ ...candidate, context: { ...context, key: null } })
    // The bracket of the sentence around it.
    const isOpen = value.startsWith('(') && !value.includes(')')
    const verdict = isOpen ? { ...PLAUSIBLE, start: candidate.start + 1, end: candidate.end } : PLAUSIBLE
    return isWritten && !isThing ? verdict : null
  },
}

/** `(11) 91234-5678`, `8 (946) 830-29-24`: an area in brackets and seven to nine digits in two or three groups. */
export const PHONE_BRACKETED: Recogniser = {
  id: 'phone-bracketed',
  type: 'PHONE',
  starts: /[(8]/,
  anchor: 'digits',
  pattern: /(?<![\w)]|\d )(?:8 ?)?[(]\d{1,4}[)] ?(?:\d{4,5}[ -]\d{4}|\d{3}[ -]\d{2}[ -]\d{2})(?![\d-])/y,
  judge: () => PLAUSIBLE,
}
