import type { SlotFinder } from './slot.ts'
import { slotsBy } from './slot.ts'
import { spokenNumber } from './spoken-number.ts'

const clock = (hour: number, minute: number): string | null =>
  hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59
    ? `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
    : null

/** Noon and midnight are 12 in half of a day. */
const ofHalf = (hour: number, isAfternoon: boolean): number =>
  hour > 12 ? hour : (hour % 12) + (isAfternoon ? 12 : 0)

function minutesOf(said: string | undefined): number {
  if (said === undefined || said === '' || said === '整') return 0
  if (said === '半') return 30
  if (said === '一刻') return 15
  if (said === '三刻') return 45
  return spokenNumber(said.replace(/分$/, '')) ?? Number.NaN
}

/** Finds times of the day in English and Chinese; the value is as in 14:30. */
export const timeSlots: SlotFinder<string> = (text) =>
  slotsBy<string>(text, [
    {
      pattern: /(?<![\d:.])(\d{1,2})(?:[:.](\d{2}))? ?(a\.?m\.?|p\.?m\.?)(?![a-z])/gi,
      read: ([, hour, minute, half = '']) =>
        clock(ofHalf(Number(hour), /^p/i.test(half)), Number(minute ?? 0)),
    },
    {
      pattern:
        /(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|今晚|明晚)?(?<![\d:：])(\d{1,2})[:：](\d{2})(?![\d:：])/g,
      read: ([, half = '', hour, minute]) =>
        clock(/下午|傍晚|晚/.test(half) ? ofHalf(Number(hour), true) : Number(hour), Number(minute)),
    },
    {
      pattern:
        /(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|今晚|明晚)?([\d零〇一二两三四五六七八九十]{1,3})[点點时](整|半|[一三]刻|[\d零〇一二三四五六七八九十]{1,3}分?)?(?!钟头|间)/g,
      read: ([, half = '', said = '', minutes]) => {
        const hour = spokenNumber(said) ?? Number.NaN
        const isLate = /下午|傍晚|晚/.test(half) || (half === '中午' && hour < 6)
        return clock(isLate ? ofHalf(hour, true) : hour, minutesOf(minutes))
      },
    },
    { pattern: /\bnoon\b|(?<=[天日在]|^)正午/gi, read: () => '12:00' },
    { pattern: /\bmidnight\b|午夜/gi, read: () => '00:00' },
    {
      pattern: /\bat (\d{1,2})(?: o['’]clock)?(?![\d:.,%]| ?(?:euros?|per|kg|km|days?|%))\b/gi,
      read: ([, hour]) => clock(Number(hour), 0),
    },
  ])
