import { digitsOf, passesLuhn } from '../recognisers/digits.ts'
import { ibanCheckDigits } from '../recognisers/iban.ts'
import { residentIdCheck } from '../recognisers/cn-resident-id.ts'
import { usccCheck } from '../recognisers/cn-uscc.ts'
import type { Draw } from './draw.ts'
import type { Maker } from './surrogate.ts'
import { refilled } from './surrogate.ts'

const DIGIT = /\d/g

/** The first six of the numbers that the schemes publish for tests, by what a card of the scheme begins with. */
const TEST_CARDS: readonly (readonly [RegExp, string])[] = [
  [/^4/, '400000'],
  [/^(?:5|2[2-7])/, '555555'],
  [/^3[47]/, '378282'],
  [/^35/, '353011'],
  [/^3[0689]/, '305693'],
  [/^62/, '620000'],
  [/^6/, '601111'],
]

/** A card of the same scheme and length, with its check digit, from the range for tests. */
export const bankCard: Maker = (value, { draw }) => {
  const digits = digitsOf(value)
  const begins = TEST_CARDS.find(([form]) => form.test(digits))?.[1]
  if (begins === undefined || digits.length < 12) return null
  const body = begins + draw.digits(digits.length - begins.length - 1)
  const check = Array.from({ length: 10 }, (_, digit) => `${body}${digit}`).find(passesLuhn)
  return check === undefined ? null : refilled(value, check, DIGIT)
}

/** Of the same country; its bank begins with zeros, or with letters that say that it is none. */
export const iban: Maker = (value, { draw }) => {
  const signs = value.replaceAll(/[^A-Za-z\d]/g, '').toUpperCase()
  const country = signs.slice(0, 2)
  const bank = Array.from(signs.slice(4), (sign, at) => {
    if (/\d/.test(sign)) return at < 4 ? '0' : draw.digits(1)
    return at < 4 ? 'TEST'.charAt(at) : String.fromCharCode(0x41 + draw.below(26))
  }).join('')
  if (!/^[A-Z]{2}\d{2}/.test(signs)) return null
  const made = country + ibanCheckDigits(country, bank) + bank
  return refilled(value, value === value.toLowerCase() ? made.toLowerCase() : made)
}

/** Provinces, so that it reads as one; behind them stands a county that no province has. */
const PROVINCES = ['11', '31', '32', '33', '37', '41', '42', '43', '44', '50', '51', '61'] as const
const NO_COUNTY = '9999'
const two = (number: number): string => String(number).padStart(2, '0')

/** Days that every month has. */
const someDay = (draw: Draw): string => two(draw.between(1, 12)) + two(draw.between(1, 28))

export const residentId: Maker = (value, { draw }) => {
  const signs = value.replaceAll(/[^\dXx]/g, '')
  const region = draw.of(PROVINCES) + NO_COUNTY
  if (signs.length === 15) {
    return refilled(
      value,
      `${region}${two(draw.between(50, 99))}${someDay(draw)}${draw.digits(3)}`,
      /[\dXx]/g,
    )
  }
  if (signs.length !== 18) return null
  const body = `${region}${draw.between(1950, 2005)}${someDay(draw)}${draw.digits(3)}`
  return refilled(value, body + residentIdCheck(body), /[\dXx]/g)
}

/** An enterprise, of a county that no province has. */
export const uscc: Maker = (value, { draw }) => {
  const body = `91${draw.of(PROVINCES)}${NO_COUNTY}MA${draw.digits(7)}`
  const made = body + usccCheck(body)
  return refilled(value, value === value.toLowerCase() ? made.toLowerCase() : made)
}

const NUMBER = /\d+/g

/**
 * Another day within a few years, written alike. Day and month are both 12 at most, so that it is the same kind of date
 * whichever comes first; the name of a month stays.
 */
export const dateOfBirth: Maker = (value, { draw }) => {
  const year = /(?<!\d)(?:19|20)\d{2}(?!\d)/.exec(value)?.[0]
  const moved = (one: string): string =>
    String(Number(one) + draw.between(1, 4) * (Number(one) > 2000 ? -1 : 1))
  const compact = /^((?:19|20)\d{2})\d{4}$/.exec(value)?.[1]
  if (compact !== undefined) return moved(compact) + two(draw.between(1, 12)) + two(draw.between(1, 12))
  if (year === undefined) return null
  const numbers = value.match(NUMBER) ?? []
  if (numbers.length > 3 || numbers.some((one) => one !== year && (one.length > 2 || Number(one) > 31)))
    return null
  return value.replaceAll(NUMBER, (one) => {
    if (one === year) return moved(one)
    const other = draw.between(1, 12)
    return one.length === 2 ? two(other) : String(other > 9 ? other - 9 : other)
  })
}
