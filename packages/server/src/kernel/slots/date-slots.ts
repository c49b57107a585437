import type { Slot } from './slot.ts'
import { slotsBy } from './slot.ts'
import { NUMBER_SOURCE, spokenNumber } from './spoken-number.ts'

/** The day on which something is said, as its writer's calendar has it: 2027-01-31. */
export type Today = string

const DAY_MS = 86_400_000
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ')
const ZH_WEEKDAYS = '日一二三四五六'
const MONTH_SOURCE =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?'
const WEEKDAY_SOURCE = '(sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?'
const ZH_NUMBER = '[\\d零〇一二三四五六七八九十]{1,3}'
const NEAR_DAYS: Readonly<Record<string, number>> = {
  today: 0,
  tomorrow: 1,
  yesterday: -1,
  'day after tomorrow': 2,
  'day before yesterday': -2,
  今天: 0,
  今日: 0,
  明天: 1,
  明日: 1,
  后天: 2,
  大后天: 3,
  昨天: -1,
  昨日: -1,
  前天: -2,
}

const isoOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** Null when there is no such day, as on 30 February. */
function dayOf(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  const isSame =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isSame && year >= 1000 && year <= 9999 ? isoOf(date.getTime()) : null
}

/** A day without a year is the next one of its name, today included. */
function nextOf(today: Today, month: number, day: number): string | null {
  const year = Number(today.slice(0, 4))
  const first = dayOf(year, month, day)
  return first !== null && first < today
    ? dayOf(year + 1, month, day)
    : (first ?? dayOf(year + 1, month, day))
}

const shifted = (today: Today, days: number): string | null =>
  Math.abs(days) < 100_000 ? isoOf(Date.parse(today) + days * DAY_MS) : null

/** The weekday in this week or, with 1, the next; weeks begin on Monday. */
function weekdayOf(today: Today, weekday: number, weeks: number): string | null {
  const now = (new Date(Date.parse(today)).getUTCDay() + 6) % 7
  return shifted(today, ((weekday + 6) % 7) - now + weeks * 7)
}

/** A weekday alone is the next one that comes, today excluded. */
function comingWeekday(today: Today, weekday: number): string | null {
  const now = new Date(Date.parse(today)).getUTCDay()
  return shifted(today, ((weekday - now + 6) % 7) + 1)
}

const monthOf = (name = ''): number => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1
const weekdayNumber = (name = ''): number => WEEKDAYS.indexOf(name.slice(0, 3).toLowerCase())
const numberOf = (text = ''): number => spokenNumber(text) ?? Number.NaN
const UNIT_DAYS: Readonly<Record<string, number>> = { day: 1, week: 7, 天: 1, 日: 1, 周: 7, 星期: 7, 礼拜: 7 }

/** Finds days in English and Chinese, written out, in figures or seen from today; the value is as in 2027-01-31. */
export function dateSlots(text: string, today: Today): readonly Slot<string>[] {
  return slotsBy<string>(text, [
    {
      pattern: /(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:[日号]|(?!\d))/g,
      read: ([, year, month, day]) => dayOf(Number(year), Number(month), Number(day)),
    },
    {
      pattern: new RegExp(`([\\d零〇一二三四五六七八九]{4})年(${ZH_NUMBER})月(${ZH_NUMBER})[日号]`, 'g'),
      read: ([, year, month, day]) => dayOf(numberOf(year), numberOf(month), numberOf(day)),
    },
    {
      pattern: new RegExp(`(?<![\\d零〇一二三四五六七八九十])(${ZH_NUMBER})月(${ZH_NUMBER})[日号]`, 'g'),
      read: ([, month, day]) => nextOf(today, numberOf(month), numberOf(day)),
    },
    {
      pattern: new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${MONTH_SOURCE}(?:,? (\\d{4}))?\\b`, 'gi'),
      read: ([, day, month, year]) =>
        year === undefined
          ? nextOf(today, monthOf(month), Number(day))
          : dayOf(Number(year), monthOf(month), Number(day)),
    },
    {
      pattern: new RegExp(`\\b${MONTH_SOURCE} (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?\\b`, 'gi'),
      read: ([, month, day, year]) =>
        year === undefined
          ? nextOf(today, monthOf(month), Number(day))
          : dayOf(Number(year), monthOf(month), Number(day)),
    },
    {
      pattern:
        /大后天|今[天日]|明[天日]|后天|昨[天日]|前天|\bday (?:after tomorrow|before yesterday)\b|\b(?:today|tomorrow|yesterday)\b/gi,
      read: ([said]) => shifted(today, NEAR_DAYS[said.toLowerCase()] ?? 0),
    },
    {
      pattern: /(下下|下|上|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天])/g,
      read: ([, which, day = '']) => {
        const weekday = ZH_WEEKDAYS.indexOf(day === '天' ? '日' : day)
        if (which === undefined) return comingWeekday(today, weekday)
        return weekdayOf(today, weekday, { 下下: 2, 下: 1, 上: -1 }[which] ?? 0)
      },
    },
    {
      pattern: new RegExp(`\\b(next|last|this|on|coming)? ?\\b${WEEKDAY_SOURCE}\\b`, 'gi'),
      read: ([, which = '', name]) => {
        const weeks = { next: 1, last: -1, this: 0 }[which.toLowerCase()]
        return weeks === undefined
          ? comingWeekday(today, weekdayNumber(name))
          : weekdayOf(today, weekdayNumber(name), weeks)
      },
    },
    {
      pattern: new RegExp(`\\bin (${NUMBER_SOURCE}) (day|week)s?\\b`, 'gi'),
      read: ([, count, unit = '']) => shifted(today, numberOf(count) * (UNIT_DAYS[unit.toLowerCase()] ?? 1)),
    },
    {
      pattern: new RegExp(`(${NUMBER_SOURCE})个?(天|日|周|星期|礼拜)(?:之?后|以后)`, 'g'),
      read: ([, count, unit = '']) => shifted(today, numberOf(count) * (UNIT_DAYS[unit] ?? 1)),
    },
  ])
}
