const ZH_DIGITS = '零一二三四五六七八九'
const ZH_UNITS: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 }
const ZH_LARGE: Readonly<Record<string, number>> = { 万: 10_000, 亿: 100_000_000 }
const EN_WORDS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const EN_TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

const EN_TENS_PATTERN = `(?:${EN_TENS.join('|')})(?:[- ](?:${EN_WORDS.slice(1, 10).join('|')}))?`
/** A number in digits or in words, English or Chinese, as the source of a pattern. */
export const NUMBER_SOURCE = `(?:\\d{1,3}(?:,\\d{3}){1,6}(?:\\.\\d+)?|\\d{1,18}(?:\\.\\d{1,9})?[万亿]?|${EN_TENS_PATTERN}|(?:${EN_WORDS.join('|')}|an?|half an?)(?=[ -])|[零〇一二两三四五六七八九十百千万亿半]{1,16})`

function chineseNumber(text: string): number | null {
  if (text === '半') return 0.5
  const plain = text.replaceAll('〇', '零').replaceAll('两', '二')
  // 二〇二四 names its digits one by one.
  if (/^[零一二三四五六七八九]{2,}$/.test(plain))
    return Number(Array.from(plain, (digit) => ZH_DIGITS.indexOf(digit)).join(''))
  let total = 0
  let section = 0
  let digit = 0
  for (const sign of plain) {
    const unit = ZH_UNITS[sign]
    const large = ZH_LARGE[sign]
    if (unit !== undefined) {
      section += (digit || 1) * unit
      digit = 0
    } else if (large !== undefined) {
      total = (total + section + digit) * large
      section = 0
      digit = 0
    } else {
      digit = ZH_DIGITS.indexOf(sign)
      if (digit < 0) return null
    }
  }
  return total + section + digit
}

function englishNumber(text: string): number | null {
  if (text === 'a' || text === 'an') return 1
  if (text.startsWith('half')) return 0.5
  const single = EN_WORDS.indexOf(text)
  if (single >= 0) return single
  const [tens = '', ones] = text.split(/[- ]/)
  const ten = EN_TENS.indexOf(tens)
  if (ten < 0) return null
  return 20 + ten * 10 + (ones === undefined ? 0 : EN_WORDS.indexOf(ones))
}

/** The value of a number in digits (1,234.5 or 3万) or in words (twenty-three, 三百二十). Null when it is none. */
export function spokenNumber(said: string): number | null {
  const text = said.normalize('NFKC').toLowerCase().trim()
  const digits = /^(\d[\d,]*(?:\.\d+)?)([万亿])?$/.exec(text)
  if (digits) return Number((digits[1] ?? '').replaceAll(',', '')) * (ZH_LARGE[digits[2] ?? ''] ?? 1)
  return /^[零〇一二两三四五六七八九十百千万亿半]+$/.test(text) ? chineseNumber(text) : englishNumber(text)
}
