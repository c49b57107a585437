const digit = (text: string, at: number): number => text.charCodeAt(at) - 48

/** The sum of the digits from the first, each times its weight. */
export const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, at) => sum + weight * digit(digits, at), 0)

/** ISO/IEC 7812-1 annex B, the last digit included. */
export function luhn(digits: string): boolean {
  let sum = 0
  for (let at = digits.length - 1, twice = false; at >= 0; at -= 1, twice = !twice) {
    const value = digit(digits, at) * (twice ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/** ISO/IEC 7064, MOD 11,10, the last digit included. */
export function mod11And10(digits: string): boolean {
  let product = 10
  for (let at = 0; at < digits.length - 1; at += 1) {
    const sum = (product + digit(digits, at)) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === digit(digits, digits.length - 1)
}

const VERHOEFF = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
]
const TURNS = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
]

/** Verhoeff 1969, the last digit included. */
export function verhoeff(digits: string): boolean {
  let state = 0
  for (let at = 0; at < digits.length; at += 1) {
    const turned = digit(TURNS[at % 8] ?? '', digit(digits, digits.length - 1 - at))
    state = digit(VERHOEFF[state] ?? '', turned)
  }
  return state === 0
}

/** The remainder of a number that may be longer than what a double holds. */
export function remainder(digits: string, divisor: number): number {
  let rest = 0
  for (let at = 0; at < digits.length; at += 1) rest = (rest * 10 + digit(digits, at)) % divisor
  return rest
}

/** Whether the calendar has the day; a year of two digits is one of the last hundred or of the coming ones. */
export function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0 || year < 100)
  const longest =
    month === 2 ? (isLeap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return day <= longest
}

/** The digits from one place to another, as a number. */
export const part = (text: string, from: number, to: number): number => Number(text.slice(from, to))

/** Whether all digits are the same, as nobody's number has them. */
export const isUniform = (text: string): boolean => /^(.)\1*$/.test(text)
