import { digitsOf } from '../recognisers/digits.ts'
import type { Draw } from './draw.ts'
import type { Maker } from './surrogate.ts'
import { refilled } from './surrogate.ts'

const AREAS = ['202', '212', '303', '312', '404', '415', '503', '617', '702', '713', '808', '914'] as const

/** Numbers of a country without its code and the leading zero, as its authority keeps them for films and books. */
type Reserved = (national: string, draw: Draw) => string | null

/** By length without the leading zero: shorter than all of them is left to the placeholder. */
const from =
  (...ranges: readonly [string, ...string[]]): Reserved =>
  (national, draw) => {
    const fitting = ranges.filter((range) => range.length === national.length)
    const [first, ...rest] = fitting
    if (first === undefined) return null
    return draw.of([first, ...rest]).replaceAll('x', () => draw.digits(1))
  }

const RESERVED: Readonly<Record<string, Reserved>> = {
  // Ofcom, numbers for drama use.
  44: from('7700900xxx', '2079460xxx', '1614960xxx', '1134960xxx', '1632960xxx'),
  // ARCEP, decision 2018-0881.
  33: (national, draw) =>
    (national.startsWith('6') || national.startsWith('7')
      ? from('63998xxxx')
      : from('19900xxxx', '26191xxxx'))(national, draw),
  // Bundesnetzagentur, Drama-Nummern.
  49: from('3023125xxx', '6990009xxx', '4066969xxx', '8999998xxx', '17139200xx', '176040690xx'),
  // ACMA, numbers for use in radio, film and television.
  61: from('25550xxxx', '35550xxxx', '75550xxxx', '85550xxxx'),
  // PTS, numbers for use in books and films.
  46: from('3139006xx', '4062804xx', '8465004xx'),
}

/** China has no range for this. 154 was never given to an operator, and no subscriber of the fixed network begins with 0. */
function chinese(national: string, draw: Draw, isAbroad: boolean): string | null {
  if (/^1[3-9]\d{9}$/.test(national)) return `154${draw.digits(8)}`
  const area = (isAbroad ? AREA_ABROAD : AREA).exec(national)?.[0]
  return area === undefined ? null : `${area}0${draw.digits(national.length - area.length - 1)}`
}

const AREA_ABROAD = /^0?(?:10|2\d|[3-9]\d{2})(?=\d{7,8}$)/
const AREA = /^0(?:10|2\d|[3-9]\d{2})(?=\d{7,8}$)/

/** NXX-555-01XX belongs to nobody in the whole of the North American plan. */
const american = (draw: Draw): string => `${draw.of(AREAS)}55501${draw.digits(2)}`
const AMERICAN = /^[2-9]\d{2}[2-9]\d{6}$/

/** In a range of the same country that is kept free, written alike; null where a country has none that we know. */
export const phone: Maker = (value, { draw }) => {
  // An extension tells no more than the number, and a second number would be put into the places of the first.
  if (!/^\+?[\d\s().\-/]+$/.test(value)) return null
  const made = numbered(digitsOf(value), value.trim().startsWith('+') || value.startsWith('00'), draw)
  return made === null ? null : refilled(value, made, /\d/g)
}

function numbered(digits: string, isInternational: boolean, draw: Draw): string | null {
  if (isInternational) {
    const code = digits.startsWith('00') ? digits.slice(0, digits.startsWith('001') ? 3 : 4) : null
    const country = code?.slice(2) ?? (digits.startsWith('1') ? '1' : digits.slice(0, 2))
    const start = (code ?? country).length
    const national = digits.slice(start)
    const made = inCountry(country, national, draw)
    return made === null ? null : digits.slice(0, start) + made
  }
  const china = chinese(digits, draw, false)
  if (china !== null) return china
  if (AMERICAN.test(digits)) return american(draw)
  return digits.startsWith('1') && AMERICAN.test(digits.slice(1)) ? `1${american(draw)}` : null
}

function inCountry(country: string, national: string, draw: Draw): string | null {
  if (country === '1') return AMERICAN.test(national) ? american(draw) : null
  if (country === '86') return chinese(national, draw, true)
  const zero = national.startsWith('0') ? '0' : ''
  const made = RESERVED[country]?.(national.slice(zero.length), draw) ?? null
  return made === null ? null : zero + made
}
