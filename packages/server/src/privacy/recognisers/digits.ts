/** Only the digits of a value. */
export function digitsOf(value: string): string {
  let digits = ''
  let from = 0
  for (let at = 0; at < value.length; at += 1) {
    if (isDigit(value.charCodeAt(at))) continue
    if (at > from) digits += value.slice(from, at)
    from = at + 1
  }
  return from === 0 ? value : digits + value.slice(from)
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39

/** ISO/IEC 7812, what cards end with. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30
    const doubled = digit * 2
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether there is such a day; the 29th of February always is one. */
export const isDay = (month: number, day: number): boolean => day >= 1 && day <= (DAYS[month - 1] ?? 0)

/** All digits the same, or counting up: an example, not a value. */
export const isFiller = (digits: string): boolean => /^(\d)\1*$/.test(digits)
