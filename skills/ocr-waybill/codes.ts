/** Letters and digits that look alike in a bad picture. */
const ALIKE: Readonly<Record<string, string>> = {
  I: 'JTL1',
  J: 'IU',
  L: 'I',
  T: 'IYJ',
  Y: 'VT',
  V: 'Y',
  C: 'G',
  G: 'C6',
  O: 'DQ0',
  D: 'O0B',
  Q: 'O',
  B: '8D',
  S: '58',
  A: '4',
  Z: '2',
  E: 'F',
  F: 'EP',
  P: 'F',
  R: 'B',
  N: 'M',
  M: 'N',
  K: 'X',
  U: 'V',
  H: 'N',
}
const CARRIERS = new Set(
  'SF YT ZT ZTO STO ST YD JD JT DB DPK DPL BS HT HTKY TT KY KYE UC YS GT ZJS EMS SN QF FW AN CN JDVA JDVB JDVC JDVG JDX JDK JDAP LP XZ DN RR YZ KJ NE CE SNE PS'.split(
    ' ',
  ),
)
const COUNTRIES = new Set(
  'CN GB US DE FR JP HK SG KR AU CA NL BE CH AT IT ES SE NO DK FI PL CZ RU IN TH MY VN TW NZ IE PT GR TR BR MX ZA AE IL HU RO UA ID PH MO LU LT LV EE SK SI HR BG'.split(
    ' ',
  ),
)
const UNKNOWN_CARRIER = 4
const UNKNOWN_COUNTRY = 6
const NO_POSTCODE = 6

const NUMBER = /(?<![A-Z\d])([A-Z]{2,5})(\d{9,16})([A-Z]{2})?(?![A-Z\d])/
const POSTCODE = /^[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}$/
/** What an English address ends with, where a postcode should stand: short words of great letters and digits. */
const LAST = /(?<=[a-z][.,]?\s?)(?=[A-Z])([A-Z\d]{2,4}\s?[A-Z\d]{3})$/

/** Before the name of a street stands a number; what it is read as where it is none. */
const HOUSE =
  /^(?:[^:]*:\s?)?([SBOIZl\d]{1,4})(?=\s?[A-Z][a-z]+ (?:Street|Road|Lane|Avenue|Drive|Close|Terrace|Grove|Hill|Way|Court|Place|Square|Crescent|Gardens))/
const NO_HOUSE = 5
const DIGIT_FOR: Readonly<Record<string, string>> = { S: '58', B: '8', O: '0', I: '1', Z: '2', l: '1' }
const endOf = (text: string): RegExpExecArray | null =>
  /^\d|Flat|Unit|Apt|,|^[A-Z][a-z]+ [A-Z\d ]{5,8}$/.test(text) ? LAST.exec(text) : null

/** How unlikely a number of a parcel or a postcode is. */
export function costOfCodes(text: string): number {
  const [, letters = '', digits = '', country] = NUMBER.exec(text) ?? []
  const isParcel = country !== undefined && letters.length === 2 && digits.length === 9
  const last = endOf(text)?.[1]
  return (
    (isParcel && !COUNTRIES.has(country) ? UNKNOWN_COUNTRY : 0) +
    (!isParcel && country === undefined && digits.length > 9 && !CARRIERS.has(letters)
      ? UNKNOWN_CARRIER
      : 0) +
    (last && !POSTCODE.test(last) && !/^[A-Z]{2}\s?\d{5}$/.test(last) ? NO_POSTCODE : 0) +
    (/[A-Zl]/.test(HOUSE.exec(text)?.[1] ?? '') ? NO_HOUSE : 0) +
    (/(?<![A-Z\d])\d[A-Y]\d{10,}/.test(text) ? UNKNOWN_CARRIER + 2 : 0)
  )
}

/** The same line with what looks like the letters or digits that must stand there. */
export function otherCodes(text: string): readonly string[] {
  const found: string[] = []
  const number = NUMBER.exec(text)
  if (number) {
    const [, letters = '', digits = '', country = ''] = number
    const put = (first: string, last: string): void => {
      found.push(
        text.slice(0, number.index) + first + digits + last + text.slice(number.index + number[0].length),
      )
    }
    if (country === '' && !CARRIERS.has(letters))
      for (const other of swapped(letters, 1)) if (CARRIERS.has(other)) put(other, '')
    if (country !== '' && !COUNTRIES.has(country))
      for (const other of swapped(country, 1)) if (COUNTRIES.has(other)) put(letters, other)
  }
  const last = endOf(text)
  if (last?.[1] && !POSTCODE.test(last[1]))
    for (const other of swapped(last[1], 3))
      if (POSTCODE.test(other)) found.push(text.slice(0, last.index) + other)
  const house = HOUSE.exec(text)?.[1]
  if (house && /[A-Zl]/.test(house)) {
    const from = text.indexOf(house)
    let all = ['']
    for (const sign of house)
      all = all.flatMap((one) => Array.from(DIGIT_FOR[sign] ?? sign, (digit) => one + digit))
    for (const one of all) found.push(text.slice(0, from) + one + text.slice(from + house.length))
  }
  return found
}

/** All that differs in at most so many places, by what looks alike. */
function swapped(text: string, most: number): readonly string[] {
  let all = [text]
  for (let round = 0; round < most; round++) {
    const next = new Set(all)
    for (const one of all)
      for (const [at, sign] of Array.from(one).entries())
        for (const other of (ALIKE[sign] ?? '') + (DIGITS[sign] ?? ''))
          next.add(one.slice(0, at) + other + one.slice(at + 1))
    all = [...next]
  }
  return all
}
const DIGITS: Readonly<Record<string, string>> = {
  '0': 'OD',
  '1': 'IL',
  '2': 'Z',
  '4': 'A',
  '5': 'S',
  '6': 'G',
  '8': 'BS',
}
