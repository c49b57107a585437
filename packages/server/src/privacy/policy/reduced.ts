import type { EntityType } from '@freehold/contract/privacy.ts'
import { HAN_LONG_FAMILY_NAMES } from '../surrogate/name-lists.ts'

/** What stands for a value that does not come back. */
export const label = (type: EntityType): string => `[${type}]`

/** Null: nothing may be left of such a value. */
type Reduce = (value: string, year: number) => string | null

/** Older people are so few that a year of birth points at them: 45 CFR 164.514(b)(2)(i)(C). */
const OLDEST_TOLD = 89
const BIRTH_YEAR = /(?<!\d)(?:18|19|20)\d{2}(?:(?!\d)|(?=\d{4}(?!\d)))/

const yearOfBirth: Reduce = (value, year) => {
  const born = BIRTH_YEAR.exec(value)?.[0]
  if (born === undefined) return null
  return year - Number(born) > OLDEST_TOLD ? '[DATE_OF_BIRTH 90+]' : born
}

const lastFour: Reduce = (value) => {
  const digits = value.replaceAll(/\D/g, '')
  return digits.length >= 8 ? `****${digits.slice(-4)}` : null
}

const SCHEMES: readonly (readonly [RegExp, string])[] = [
  [/^4/, 'Visa'],
  [/^(?:5[1-5]|2[2-7])/, 'Mastercard'],
  [/^3[47]/, 'American Express'],
  [/^35/, 'JCB'],
  [/^62/, 'UnionPay'],
]

/** `杭州市` of `浙江省杭州市西湖区文三路1号`, with the province before it. */
const HAN_CITY =
  /^(?:中国)?(?:\p{Script=Han}{2,8}?(?:省|自治区|特别行政区))?(?:\p{Script=Han}{2,6}?(?:市|自治州|地区|盟))?/u
const HAN_PROVINCE = /^(?:中国)?\p{Script=Han}{2,8}?(?:省|自治区|特别行政区)/u
const US_CITY = /,\s*(\p{Lu}[\p{L} .'-]+),\s*([A-Z]{2})(?=[\s,]|$)/u
/** The post code tells of a street. */
const POST_CODE_CITY = /(?<![\d-])\d{4,5}\s+(\p{Lu}[\p{L}-]+)/u

const city: Reduce = (value) => {
  const [, town, state] = US_CITY.exec(value) ?? []
  if (town !== undefined) return `${town}, ${state}`
  return HAN_CITY.exec(value)?.[0] || (POST_CODE_CITY.exec(value)?.[1] ?? null)
}

const network: Reduce = (value) => {
  const [, v4] = /^(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(value) ?? []
  if (v4 !== undefined) return `${v4}.0.0/16`
  const [, v6] = /^([\da-f]{1,4}:[\da-f]{1,4}):[\da-f:]+$/i.exec(value) ?? []
  return v6 === undefined ? null : `${v6}::/32`
}

const country: Reduce = (value) => {
  const code = /^[A-Z]{2}(?=\d{2})/i.exec(value)?.[0]
  return code === undefined ? null : `[IBAN ${code.toUpperCase()}]`
}

/** Coarser, and still something to reckon with. */
const GENERALISED: Readonly<Partial<Record<EntityType, Reduce>>> = {
  DATE_OF_BIRTH: yearOfBirth,
  IP: network,
  GEO: (value) => {
    const degrees = [...value.matchAll(/-?\d{1,3}(?:\.\d+)?/g)].map(([number]) => Number(number))
    return degrees.length === 2 ? degrees.map((one) => one.toFixed(0)).join(', ') : null
  },
  ADDRESS: city,
  LOCATION: (value) => HAN_PROVINCE.exec(value)?.[0] ?? null,
  IBAN: country,
  BANK_CARD: (value) => {
    const scheme = SCHEMES.find(([form]) => form.test(value))?.[1]
    return scheme === undefined ? null : `[BANK_CARD ${scheme}]`
  },
  PLATE: (value) => /^[\p{Script=Han}](?=[A-Z])/u.exec(value)?.[0] ?? null,
}

const prefix: Reduce = (value) => {
  const code = /^\+\d{1,3}(?=\D)/.exec(value)?.[0]
  if (code !== undefined) return `${code} ****`
  // The operator of a mobile, or the area of a line that is fixed; the area codes of North America.
  const china = /^(?:1[3-9]\d(?=[ -]?\d{4}[ -]?\d{4}$)|0\d{2,3}(?=[ -]\d{7,8}$))/.exec(value)?.[0]
  const area = china ?? /^\(?([2-9]\d{2})\)?[ .-]?\d{3}[ .-]?\d{4}$/.exec(value)?.[1]
  return area === undefined ? null : `${area} ****`
}

/** `A. L.`; of a Chinese name the family, as courts and newspapers do. */
const initials: Reduce = (value) => {
  if (/^\p{Script=Han}{2,4}$/u.test(value)) {
    const length = HAN_LONG_FAMILY_NAMES.has(value.slice(0, 2)) && value.length > 2 ? 2 : 1
    return `${value.slice(0, length)}某`
  }
  const words = value.match(/(?<!\p{L})\p{Lu}(?=[\p{L}.'’])/gu) ?? []
  return words.length < 2 || words.length > 4 ? null : words.map((letter) => `${letter}.`).join(' ')
}

/** A part of the value that says little of anybody. */
const KEPT_PARTS: Readonly<Partial<Record<EntityType, Reduce>>> = {
  PERSON: initials,
  EMAIL: (value) => {
    const at = value.lastIndexOf('@')
    return at < 0 ? null : `***${value.slice(at)}`
  },
  PHONE: prefix,
  BANK_CARD: lastFour,
  BANK_ACCOUNT: lastFour,
  IBAN: (value) => (/^[A-Z]{2}/.test(value) ? `${value.slice(0, 2)}****` : null),
  // Whether a person is addressed as a man or a woman is in the last figure but one.
  CN_RESIDENT_ID: (value) => {
    const figure = /^\d{16}(\d)[\dXx]$/.exec(value)?.[1]
    return figure === undefined ? null : `[CN_RESIDENT_ID ${Number(figure) % 2 === 1 ? 'male' : 'female'}]`
  },
  DATE_OF_BIRTH: yearOfBirth,
  ADDRESS: city,
  URL: (value) => {
    // A name and a password may stand before the host.
    const origin = /^(?:https?|wss?|ftp):\/\/[a-z\d.-]+(?=(?::\d{1,5})?(?:[/?#]|$))/i.exec(value)?.[0]
    return origin === undefined || origin.length === value.length ? null : `${origin}/***`
  },
  // Who made the device, and not which one it is.
  MAC: (value) => {
    const maker = /^[\da-f]{2}([:-])[\da-f]{2}\1[\da-f]{2}(?=\1)/i.exec(value)
    return maker === null ? null : maker[0] + `${maker[1]}**`.repeat(3)
  },
  IP: network,
  PLATE: (value) => /^[\p{Script=Han}][A-Z]/u.exec(value)?.[0].concat('****') ?? null,
}

/** What cannot be made coarser becomes a label. @param year the one that it is now */
export const generalised = (type: EntityType, value: string, year: number): string =>
  GENERALISED[type]?.(value, year) ?? label(type)
/** What has no part that may be kept becomes a label. @param year the one that it is now */
export const keptPart = (type: EntityType, value: string, year: number): string =>
  KEPT_PARTS[type]?.(value, year) ?? label(type)
