import { CUE_WORDS } from '../detect/cue-words.ts'
import { cues } from '../detect/cues.ts'
import type { Candidate, Recogniser, Verdict } from '../detect/recogniser.ts'
import { CERTAIN } from '../detect/recogniser.ts'
import { isDay } from './digits.ts'

const BORN: readonly string[] = [
  'd\\.?o\\.?b\\.?',
  'dates? of birth',
  'birth ?dates?',
  'birth ?days?',
  'bday',
  'born',
  'birth',
  'geboren',
  'geburtsdatum',
  'geb',
  'n[ée]e?',
  'naissance',
  'nacimiento',
  'nacid[oa]',
  'nascimento',
  'nascita',
  'nat[oa] il',
  'patient dob',
  'dateofbirth',
  'birthdate',
]
const BORN_IN_HAN: readonly string[] = [
  '出生',
  '生日',
  '生于',
  '诞生',
  '诞辰',
  '出世',
  '生年月日',
  '생년월일',
]
const CUES = cues(BORN, BORN_IN_HAN)
const BORN_AFTER = /^[ ]?(?:出生|生(?![产效成活物态意日])|誕生|诞生|\(?born|\(?d\.?o\.?b|\(?birth)/i

/** Those and the words with which the other begins. */
const SAID = CUE_WORDS.add(BORN, [...BORN_IN_HAN, '生', '誕生', 'born', 'dob', 'birth'])

const MONTHS =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?'
const MONTH_STARTS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const YEAR = String.raw`(?:1[89]|20)\d{2}`

/** 先生于, 学生于, 发生于: somebody's title or what happened, and no birth. */
const NO_BIRTH = /[先学医考新师习业产发招萌滋]生于[ ]?$/

/** Whether words before it, the key or words behind it say that somebody was born then. */
function bornThen(candidate: Candidate): Verdict | null {
  const { text, start, end } = candidate
  const isOther = NO_BIRTH.test(text.slice(Math.max(0, start - 4), start))
  return (!isOther && CUES.before(candidate)) || BORN_AFTER.test(text.slice(end, end + 10)) ? CERTAIN : null
}

/** `1987-03-15`, `1987年3月15日`, `19870315`, `15.03.1987`, `3/15/87` */
export const DATE_OF_BIRTH: Recogniser = {
  id: 'date-of-birth',
  type: 'DATE_OF_BIRTH',
  starts: /\d/,
  anchor: 'digits',
  saidAround: SAID,
  pattern: new RegExp(
    String.raw`(?<![\d.A-Za-z]|\d[-/])(?:${YEAR} ?年 ?\d{1,2} ?月(?: ?\d{1,2} ?[日号])?|${YEAR}([-/. ])\d{1,2}(?:\1\d{1,2})?(?!\d|[-/.]\d)|${YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|\d{1,2} ?月 ?\d{1,2} ?[日号]|\d{1,2}([-/. ])\d{1,2}\2(?:${YEAR}|\d{2}))(?!\d|[-/.]\d)`,
    'y',
  ),
  judge(candidate) {
    const { value } = candidate
    const numbers =
      (/^\d{8}$/.test(value) ? value.replace(/^(\d{4})(\d\d)/, '$1 $2 ') : value)
        .match(/\d+/g)
        ?.map(Number) ?? []
    const [first = 0, second = 0, third = 0] = numbers
    if (numbers.length === 2) {
      const isWhole = first > 1000 ? second >= 1 && second <= 12 : isDay(first, second)
      return isWhole ? bornThen(candidate) : null
    }
    const isDate = first > 31 ? isDay(second, third) : isDay(second, first) || isDay(first, second)
    return isDate ? bornThen(candidate) : null
  },
}

/** `15 March 1987`, `15-Mar-87`, `the 15th of March, 1987` */
export const DATE_OF_BIRTH_WORDS: Recogniser = {
  id: 'date-of-birth-words',
  type: 'DATE_OF_BIRTH',
  starts: /\d/,
  anchor: 'digits',
  saidAround: SAID,
  pattern: new RegExp(
    String.raw`(?<![\d.,A-Za-z])\d{1,2}(?:st|nd|rd|th)?(?: of)?[ .-]{1,2}(?:${MONTHS})(?![a-z])[ .,-]{0,2}(?:${YEAR}|\d{2})(?!\d)`,
    'iy',
  ),
  judge: wordsVerdict,
}

/** `March 15, 1987`, `Mar 15th 1987`, `March 1987` */
export const DATE_OF_BIRTH_MONTH_FIRST: Recogniser = {
  id: 'date-of-birth-month-first',
  type: 'DATE_OF_BIRTH',
  starts: /[JFMASOND]/,
  anchor: 'word',
  saidAround: SAID,
  pattern: new RegExp(
    String.raw`(?<![A-Za-z\d])(?:${MONTHS})(?![a-z])[ .-]{1,2}(?:\d{1,2}(?:st|nd|rd|th)?[ ,.-]{1,2})?${YEAR}(?!\d)`,
    'iy',
  ),
  judge: wordsVerdict,
}

function wordsVerdict(candidate: Candidate): Verdict | null {
  const { value } = candidate
  const word = /[a-z]{3,}/i.exec(value.replaceAll(/(?<=\d)(?:st|nd|rd|th)/gi, ''))?.[0].toLowerCase() ?? ''
  const day = Number(/(?<!\d)\d{1,2}(?!\d)/.exec(value)?.[0] ?? 1)
  const month = MONTH_STARTS.indexOf(word.slice(0, 3)) + 1
  return isDay(month, day) ? bornThen(candidate) : null
}
