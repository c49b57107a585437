import type { CountryCode } from 'libphonenumber-js/max'
import metadata from 'libphonenumber-js/max/metadata'

/**
 * A plan as the library has it, version 4 of its format: calling code, prefix of calls abroad, form of all national numbers,
 * lengths, formats, national prefix, how it is written, what is cut off before a number, what is put instead, whether it is
 * optional, first digits of the country, kinds of numbers with a form and lengths of their own.
 */
type Packed = readonly unknown[]
const [CODE, ABROAD, FORM, LENGTHS, PREFIX, CUT_OFF, INSTEAD, FIRST_DIGITS, KINDS] = [
  0, 1, 2, 3, 5, 7, 8, 10, 11,
]

interface Plan {
  readonly code: string
  /** How long national numbers may be: bit n for n. */
  readonly lengths: number
  /** Whether a national number is given out. */
  readonly isGivenOut: RegExp
  /** What is cut off before a number as it is dialled; null where nothing is. */
  readonly cutOff: RegExp | null
  /** What is cut off may be put in another form. */
  readonly isRewritten: boolean
  readonly abroad: RegExp | null
  /** Of one of several countries with the same calling code. */
  readonly firstDigits: RegExp | null
}

// The library's own data, which its version fixes; a test compares with what it says.
const {
  countries,
  nonGeographic,
  country_calling_codes: byCode,
} = metadata as unknown as {
  readonly countries: Readonly<Record<string, Packed>>
  readonly nonGeographic: Readonly<Record<string, Packed>>
  readonly country_calling_codes: Readonly<Record<string, readonly string[]>>
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const begin = (source: string): RegExp | null => (source === '' ? null : new RegExp(`^(?:${source})`))

function planOf(packed: Packed): Plan {
  const kinds = list(packed[KINDS])
    .map(list)
    .filter(([form]) => text(form) !== '')
    .map(([form, lengths]) => `${ofLengths(lengths ?? packed[LENGTHS])}(?:${text(form)})$`)
  const form = `(?=(?:${text(packed[FORM])})$)`
  return {
    code: text(packed[CODE]),
    lengths: list(packed[LENGTHS]).reduce<number>((bits, length) => bits | (1 << Number(length)), 0),
    isGivenOut: new RegExp(`^${form}${kinds.length > 0 ? `(?:${kinds.join('|')})` : ''}`),
    cutOff: begin(text(packed[CUT_OFF]) || text(packed[PREFIX])),
    isRewritten: text(packed[INSTEAD]) !== '',
    abroad: begin(text(packed[ABROAD])),
    firstDigits: begin(text(packed[FIRST_DIGITS])),
  }
}

const ofLengths = (lengths: unknown): string => {
  const all = list(lengths).map((length) => String.raw`\d{${Number(length)}}`)
  return all.length === 0 ? '' : `(?=(?:${all.join('|')})$)`
}

const plans = new Map<string, Plan>()

function planNamed(name: string): Plan | null {
  let plan = plans.get(name)
  const packed = countries[name]
  if (plan === undefined && packed !== undefined) {
    plan = planOf(packed)
    plans.set(name, plan)
  }
  return plan ?? null
}

const LONGEST_CODE = 3

/** A number behind its calling code, and the countries that have the code; the first of them sets how it is dialled. */
interface Abroad {
  readonly here: readonly string[]
  readonly main: Plan
  readonly national: string
}

/** Null where no country has such a code, undefined where it is one of no country. */
function partsOf(number: string): Abroad | null | undefined {
  for (let length = 1; length <= LONGEST_CODE; length += 1) {
    const code = number.slice(1, 1 + length)
    const here = byCode[code]
    const main = here === undefined ? null : planNamed(here[0] ?? '')
    if (here !== undefined && main !== null) return { here, main, national: number.slice(1 + length) }
    if (nonGeographic[code] !== undefined) return undefined
  }
  return null
}

/**
 * Whether a number is given out, where that can be told at once: digits with `+` and the calling code before them, or as
 * they are dialled in a region. Null where only the whole of the library's rules can tell.
 */
export function isGivenOut(number: string, region?: CountryCode): boolean | null {
  if (region !== undefined) return isGivenOutIn(number, region)
  const parts = partsOf(number)
  if (parts === null) return false
  if (parts === undefined || parts.main.cutOff?.test(parts.national) === true) return null
  return isGivenOutBy(parts.here, parts.national)
}

/** Whether its length is one that its country has, of a number with its calling code that is not given out; null as of `isGivenOut`. */
export function hasPossibleLength(number: string): boolean | null {
  const parts = partsOf(number)
  if (parts === null) return false
  if (parts === undefined || parts.main.cutOff?.test(parts.national) === true) return null
  const own = parts.here.find((country) => planNamed(country)?.firstDigits?.test(parts.national))
  return hasLength((own === undefined ? null : planNamed(own)) ?? parts.main, parts.national)
}

function isGivenOutIn(digits: string, region: CountryCode): boolean | null {
  const plan = planNamed(region)
  if (plan === null || plan.abroad?.test(digits) === true) return null
  const cut = plan.cutOff?.exec(digits)
  if (plan.isRewritten && cut && cut.length > 1 && cut.at(-1) !== undefined) return null
  const here = byCode[plan.code] ?? [region]
  if (isGivenOutBy(here, digits.slice(cut?.[0].length ?? 0))) return true
  return cut && isGivenOutBy(here, digits) ? null : false
}

const hasLength = ({ lengths }: Plan, { length }: string): boolean => (lengths & (1 << length)) !== 0

/** By the rules of all countries that share a calling code: the islands beside a country have numbers of their own. */
function isGivenOutBy(here: readonly string[], national: string): boolean {
  for (const country of here) {
    const plan = planNamed(country)
    if (plan === null || !hasLength(plan, national)) continue
    if (plan.firstDigits?.test(national) === true || (here.length === 1 && plan.firstDigits !== null))
      return plan.isGivenOut.test(national)
    if (plan.firstDigits === null && plan.isGivenOut.test(national)) return true
  }
  return false
}
