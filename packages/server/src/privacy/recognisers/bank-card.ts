import { cues, NUMBER_OF_A_THING } from '../detect/cues.ts'
import type { Candidate, Recogniser, Verdict } from '../detect/recogniser.ts'
import { CERTAIN, LIKELY, MISTYPED, UNSURE } from '../detect/recogniser.ts'
import { hasResidentIdForm } from './cn-resident-id.ts'
import { digitsOf, isFiller, passesLuhn } from './digits.ts'

/** First digits of the schemes (ISO/IEC 7812) and the lengths that each gives out. */
const SCHEMES: readonly { readonly first: RegExp; readonly lengths: readonly number[] }[] = [
  { first: /^4/, lengths: [13, 16, 18, 19] },
  { first: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { first: /^3[47]/, lengths: [15] },
  { first: /^3(?:0[0-5]|095|[689])/, lengths: [14, 15, 16, 17, 18, 19] },
  { first: /^6(?:011|4[4-9]|5)/, lengths: [16, 17, 18, 19] },
  { first: /^62/, lengths: [16, 17, 18, 19] },
  { first: /^35(?:2[89]|[3-8])/, lengths: [16, 17, 18, 19] },
  { first: /^220[0-5]/, lengths: [16, 17, 18, 19] },
  { first: /^(?:50|5[6-9]|6[0378])/, lengths: [13, 14, 15, 16, 17, 18, 19] },
  { first: /^9(?:558|84[0-9]|0059|40|955)/, lengths: [16, 17, 18, 19] },
  { first: /^(?:6[59]|8[12])/, lengths: [16, 17, 18, 19] },
]
/** Debit cards in use have sixteen digits or more; shorter numbers that begin so are birthdays with something behind. */
const DEBIT = /^(?:50|5[6-9]|6)/
const SHORTEST_ALONE = 16
/** Any of them. */
const FIRST = new RegExp(SCHEMES.map(({ first }) => first.source).join('|'))
const CUES = cues(
  [
    '(?:credit|debit|bank|payment|visa|master|prepaid)? ?cards?',
    'visa',
    'master ?card',
    'amex',
    'american express',
    'union ?pay',
    'pan',
    'cc',
    'ccn',
    'cardno',
    'cardnum(?:ber)?',
    'card ?(?:no|num|number)',
  ],
  ['卡号', '卡號', '银行卡', '信用卡', '储蓄卡', '借记卡', '工资卡', '尾号', '銀行卡'],
)

/** Whether some scheme gives out numbers that begin so and are so long. */
export const hasCardForm = (digits: string): boolean =>
  SCHEMES.some(({ first, lengths }) => first.test(digits) && lengths.includes(digits.length))

/** How many digits a number in this run of groups could have, and where it would end; longest first. */
function ends(value: string): { readonly count: number; readonly end: number }[] {
  const found: { count: number; end: number }[] = []
  let count = 0
  for (let at = 0; at < value.length; at += 1) {
    if (!isDigit(value, at)) continue
    count += 1
    if (count >= 13 && !isDigit(value, at + 1)) found.push({ count, end: at + 1 })
  }
  return found.toReversed()
}

const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  return code >= 0x30 && code <= 0x39
}

function cardVerdict(candidate: Candidate, isGrouped: boolean): Verdict {
  if (CUES.before(candidate)) return CERTAIN
  // The end of a longer row of groups.
  if (
    /(?<!\w)[\dA-F]{4}[ \n-]$/.test(candidate.text.slice(Math.max(0, candidate.start - 6), candidate.start))
  )
    return UNSURE
  if (NUMBER_OF_A_THING.before(candidate)) return UNSURE
  return isGrouped ? CERTAIN : LIKELY
}

/** Numbers of payment cards, in one piece or in groups of any size. */
export const BANK_CARD: Recogniser = {
  id: 'bank-card',
  type: 'BANK_CARD',
  starts: /[2-689]/,
  anchor: 'digits',
  pattern: /(?<![\d.+]|\d-)\d(?:[ -]?\d){12,18}(?!\d)/y,
  judge(candidate) {
    const { value, text, start } = candidate
    const all = digitsOf(value)
    if (!FIRST.test(all) || isFiller(all)) return null
    if (/[A-Za-z_#]/.test(text[start - 1] ?? '') && !CUES.before(candidate)) return null
    let mistyped: Verdict | null = null
    for (const { count, end } of ends(value)) {
      // The last group of a mistyped one, and not the next number.
      if (mistyped !== null && (value[end] === '-' || /^[689]/.test(all))) break
      const digits = all.slice(0, count)
      if (!hasCardForm(digits) || (count === 18 && hasResidentIdForm(digits))) continue
      const place = { start, end: start + end }
      if (count < SHORTEST_ALONE && DEBIT.test(digits) && !CUES.before(candidate)) continue
      if (passesLuhn(digits)) return { ...cardVerdict(candidate, end > count), ...place }
      mistyped ??= { ...MISTYPED, ...place }
    }
    return mistyped
  },
}
