import type { CountryCode } from 'libphonenumber-js/max'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { cues } from '../detect/cues.ts'
import { hasPossibleLength, isGivenOut } from './numbering-plans.ts'

const LATIN = [
  't[eé]l',
  'telephone',
  'phones?',
  'mobile',
  'mob',
  'cell',
  'cellular',
  'call(?:ed|ing)?',
  'fax',
  'contact',
  'whats ?app',
  'sms',
  'texts?',
  'hotline',
  'dial',
  'telefon',
  'telefono',
  'tel[eé]phone',
  'tel[eé]fono',
  'handy',
  'tlf',
  'tfn',
  'msisdn',
  'ph',
  'landline',
  'portable',
  'reach(?:ed)?',
  'ring',
  'rang',
  'callback',
  'callers?',
  'helpline',
  'rufnummer',
  'cellphone',
  'phonenumber',
  'telephonenumber',
  'mobileno',
  'phoneno',
  'phonenum',
  'telno',
  'switchboard',
  'voicemail',
  '(?:my|his|her|our|your|their|work|home|office|private|direct|emergency|daytime|evening) number',
]
const HAN = [
  '电话',
  '手机',
  '联系方式',
  '联系人',
  '致电',
  '拨打',
  '来电',
  '传真',
  '座机',
  '热线',
  '号码',
  '同号',
  '短信',
  '電話',
  '手機',
  '携帯',
  '전화',
  '휴대',
  '呼叫',
  '机主',
  '热缐',
  '去电',
  '打给',
  '联络',
  '投诉',
  '报修',
  '详询',
  '咨询',
  '垂询',
  '客服',
  '请拨',
]
/** Anywhere shortly before the number. */
export const PHONE_CUES = cues(LATIN, HAN)
/** Right before the number: what is needed where the number has no form of its own. */
export const PHONE_SAID_HERE = cues(LATIN, HAN, 'near')
/** An extension behind the number. */
export const EXTENSION = String.raw`(?:[ ,;]{0,2}(?:ext(?:n|ension)?|x|#|转|分机)[.: ]{0,2}\d{1,6})?`

/** For what stands right before a number and behind it: a slash of a date or a fraction, and not between two numbers of a list. */
export const SLASH_BEFORE = String.raw`(?<!\d[ .-]?\d{3})\d\/`
export const SLASH_BEHIND = String.raw`\/(?!\d[\d ().-]{6})\d`

/** What the numbering plan of its country says of a number. */
export type Standing = 'valid' | 'possible' | 'impossible'

/** Parsing costs microseconds, and texts say the same number again and again. */
const REMEMBERED = 512
const known = new Map<string, Standing>()

/** Whether it is given out: a number with its country code, `+` first, or with the region in which it is dialled. */
export const isValid = (number: string, region?: CountryCode): boolean =>
  isGivenOut(number, region) ?? standingOf(number, region) === 'valid'

/** Whether there may be such a number, of one with its country code that is not valid. */
export const isPossible = (number: string): boolean =>
  hasPossibleLength(number) ?? standingOf(number) === 'possible'

/** All of it, at ten times the price. */
function standingOf(number: string, region?: CountryCode): Standing {
  const key = `${region ?? ''}${number}`
  const before = known.get(key)
  if (before !== undefined) return before
  const parsed = parsePhoneNumberFromString(number, region)
  const standing = parsed?.isValid() ? 'valid' : parsed?.isPossible() ? 'possible' : 'impossible'
  if (known.size >= REMEMBERED) known.clear()
  known.set(key, standing)
  return standing
}
