import type { EntityType } from '@freehold/contract/privacy.ts'
import { ofAddress, UNITS } from './address-edges.ts'
import { isPartOfPath } from './code.ts'
import type { Read, Stretch } from './read.ts'
import {
  COLON,
  FULL_STOP,
  HASH,
  PARENTHESIS,
  PARTICLES,
  SALUTATIONS,
  codeAt,
  flagsOf,
  hasCapital,
  isFullName,
  isMark,
  isOpening,
  sizeOf,
} from './read.ts'
import { divided } from './seams.ts'
import { CAPITALISED, CAPITALS, DIGITS, LINE_END_SHAPE, LOWER_CASE, MARK_SHAPE, hashOf } from './tokens.ts'
import {
  CALENDAR,
  COMMON,
  COUNTRY,
  FIRST_NAME,
  FREQUENT,
  LAST_NAME,
  PLACE,
  STREET,
  THING,
  TITLE,
} from './vocabulary.ts'

/** They begin the names of places. */
const DIRECTIONS = new Set(
  'north south east west new old upper lower great little port lake mount fort cape saint los las san santa central'
    .split(' ')
    .map(hashOf),
)
/** Written short, with a full stop that is part of the name. */
const SHORT_AT_END = new Set(
  ['jr', 'sr', 'inc', 'ltd', 'co', 'corp', 'bros', 'esq', 'pty', 'llc', 'plc', 'st', 'rd', 'ave', 'blvd'].map(
    hashOf,
  ),
)
const NAMED = FIRST_NAME | LAST_NAME | PLACE | COUNTRY
/** A word of the dictionary that things are called by: sponge, tart. */
const DISH = THING | COMMON
const AND = hashOf('and')
const ROADS = new Set(
  ['street', 'road', 'avenue', 'boulevard', 'crescent', 'terrace', 'lane', 'drive', 'mews', 'parkway'].map(
    hashOf,
  ),
)
const ROMAN = /^[IVX]+$/

/** What a stretch says when its edges and seams are read once more: several things, another one, or nothing. */
export function mended(read: Read, stretch: Stretch): readonly Stretch[] {
  const parts = stretch.type === 'ADDRESS' ? ofAddress(read, stretch) : divided(read, retyped(read, stretch))
  return parts.flatMap((part) => {
    const trim = trimmed(read, part)
    return trim === null || isNothing(read, trim) ? [] : [trim]
  })
}

/** Ben and Charlotte are no firm, Barley Mow Lane is nobody. */
function retyped(read: Read, stretch: Stretch): Stretch {
  const { type, first, last } = stretch
  const isCouple =
    type === 'ORGANIZATION' &&
    last === first + 2 &&
    read.tokens.hash[first + 1] === AND &&
    [first, last].every((token) => (flagsOf(read, token) & (FIRST_NAME | FREQUENT)) === FIRST_NAME)
  if (isCouple) return { type: 'PERSON', first, last }
  const isStreet = last > first && type !== 'ORGANIZATION' && ROADS.has(read.tokens.hash[last] ?? 0)
  return isStreet && (flagsOf(read, first) & FIRST_NAME) === 0 ? { type: 'ADDRESS', first, last } : stretch
}

/** Without marks, keys of what comes next and words of the sentence around it. */
function trimmed(read: Read, { type, first, last }: Stretch): Stretch | null {
  let [from, to] = [first, last]
  const isMixed = type !== 'ADDRESS' && type !== 'ORGANIZATION' && hasCapital(read, from, to)
  const isOutside = (token: number): boolean =>
    isLoose(read, token, type) || (isMixed && isPlain(read, token))
  if (type === 'ADDRESS') while (from < to && isWordBefore(read, from, to)) from += 1
  if (type === 'PERSON') from = afterSalutation(read, from, to)
  const isNumber = (token: number): boolean =>
    (type === 'PERSON' || type === 'LOCATION') && read.tokens.shape[token] === DIGITS
  while (from <= to && (isOutside(from) || isNumber(from) || (from < to && isOpener(read, from, type))))
    from += 1
  // `mr bansal today`
  if (type === 'PERSON' && !hasCapital(read, from, to))
    while (to > from && (flagsOf(read, to) & (FREQUENT | NAMED)) === FREQUENT) to -= 1
  while (to >= from && (isOutside(to) || isNumber(to) || (to > from && isKey(read, from, to)))) to -= 1
  if (from > to) return null
  return type === 'PERSON' || type === 'LOCATION'
    ? withoutThing(read, { type, first: from, last: to })
    : { type, first: from, last: to }
}

/** Sehr geehrte Frau `Tran`. */
function afterSalutation({ tokens }: Read, first: number, last: number): number {
  for (let token = last - 1; token > first; token -= 1)
    if (SALUTATIONS.has(tokens.hash[token] ?? 0) && tokens.shape[token + 1] === CAPITALISED) return token + 1
  return first
}

/** A word that nobody is called ends the name of a thing: Victoria sponge, Paper jam. A full name before it stays one. */
function withoutThing(read: Read, { type, first, last }: Stretch): Stretch | null {
  let to = last
  while (to > first && isThing(read, to)) to -= 1
  if (to === last || isAfterTitle(read, first) || isNobodyElse(read, first)) return { type, first, last }
  const isName = type === 'PERSON' && isFullName(read, first, to) && (flagsOf(read, first) & FIRST_NAME) !== 0
  return isName ? { type, first, last: to } : null
}

function isThing(read: Read, token: number): boolean {
  const flags = flagsOf(read, token)
  if (read.tokens.shape[token] !== CAPITALISED || PARTICLES.has(read.tokens.hash[token] ?? 0)) return false
  return (flags & (NAMED | TITLE | STREET)) === 0 && ((flags & FREQUENT) !== 0 || (flags & DISH) === DISH)
}

/** A first name that is no word and no place: whatever follows it is somebody's. */
const isNobodyElse = (read: Read, token: number): boolean =>
  (flagsOf(read, token) & (FIRST_NAME | COMMON | PLACE)) === FIRST_NAME

/** `Mrs`, with its full stop or without. */
function isAfterTitle(read: Read, first: number): boolean {
  const before = isMark(read, first - 1) && codeAt(read, first - 1) === FULL_STOP ? first - 2 : first - 1
  return before >= 0 && (flagsOf(read, before) & TITLE) !== 0
}

/** `billing` Kerkstraat 310 */
function isWordBefore(read: Read, token: number, last: number): boolean {
  if (read.tokens.shape[token] !== LOWER_CASE || UNITS.has(read.tokens.hash[token] ?? 0)) return false
  if (!hasCapital(read, token, last)) return false
  const flags = flagsOf(read, token)
  return (flags & COMMON) !== 0 && (flags & (STREET | PLACE | COUNTRY)) === 0 && sizeOf(read, token) > 3
}

const isPlain = ({ tokens }: Read, token: number): boolean =>
  tokens.shape[token] === LOWER_CASE && !PARTICLES.has(tokens.hash[token] ?? 0)

/** A word with a capital because a sentence begins: Ask, Can, We. */
function isOpener(read: Read, token: number, type: EntityType): boolean {
  const { shape } = read.tokens
  if (type !== 'PERSON' && type !== 'LOCATION') return false
  if (shape[token] !== CAPITALISED || shape[token + 1] !== CAPITALISED || !isOpening(read, token))
    return false
  const flags = flagsOf(read, token)
  const isName = (flags & (FIRST_NAME | LAST_NAME | PLACE)) !== 0
  return (
    (flags & FREQUENT) !== 0 &&
    !(isName && type === 'PERSON') &&
    !(type === 'LOCATION' && (isName || DIRECTIONS.has(read.tokens.hash[token] ?? 0)))
  )
}

function isLoose(read: Read, token: number, type: EntityType): boolean {
  const shape = read.tokens.shape[token]
  if (shape === MARK_SHAPE) return codeAt(read, token) !== HASH || type !== 'ADDRESS'
  if (shape === LINE_END_SHAPE) return true
  if (shape !== LOWER_CASE || type !== 'ADDRESS' || UNITS.has(read.tokens.hash[token] ?? 0)) return false
  const flags = flagsOf(read, token)
  return (flags & FREQUENT) !== 0 && (flags & (STREET | PLACE | COUNTRY)) === 0
}

/** `DEPT:` after a name, `Phone:` under an address. */
function isKey(read: Read, first: number, token: number): boolean {
  const { spaced, shape } = read.tokens
  if (codeAt(read, token + 1) !== COLON || spaced[token + 1] === 1) return false
  if (shape[token - 1] === LINE_END_SHAPE) return true
  const flags = flagsOf(read, token)
  return token - first >= 2 && (flags & NAMED) === 0 && ((flags & COMMON) !== 0 || shape[token] === CAPITALS)
}

/** Days, names in code, and the short forms of countries in capitals. */
function isNothing(read: Read, { type, first, last }: Stretch): boolean {
  if (type === 'ADDRESS') return isVersion(read, first, last) || isWhen(read, first, last)
  const { text, tokens } = read
  if (
    isDate(read, first, last) ||
    isCalendar(read, first, last) ||
    isManyOfAKind(read, last) ||
    isProgram(read, { type, first, last })
  )
    return true
  if (first !== last) return false
  const end = tokens.end[last] ?? 0
  const next = text.charCodeAt(end)
  if (tokens.shape[first] === CAPITALS && ROMAN.test(text.slice(tokens.start[first], end))) return true
  if (next === PARENTHESIS && tokens.shape[first] !== CAPITALISED) return true
  if (next === FULL_STOP && /^\.[a-z_]+[(.]/.test(text.slice(end, end + 30))) return true
  return type === 'PERSON' && tokens.shape[first] === CAPITALS && sizeOf(read, first) < 3
}

/** `GCC 4.8.5`, `Node v24.6.0 on Apple M2`: no house has a number like that. */
function isVersion(read: Read, first: number, last: number): boolean {
  const written = read.text.slice(read.tokens.start[first], read.tokens.end[last])
  if (!VERSION.test(written)) return false
  for (let token = first; token <= last; token += 1) if ((flagsOf(read, token) & ANYBODY) !== 0) return false
  return true
}
/** Where a street or somebody stands, a number with a full stop is a time. */
const ANYBODY = STREET | FIRST_NAME | LAST_NAME
const VERSION = /(?<![\p{L}\d.])v?\d{1,4}\.[\dxX]/u

/** `E.g`, `S.number`, `C(opy`, `JSDoc`, `peerDependencies`. */
function isProgram(read: Read, { type, first, last }: Stretch): boolean {
  const { text, tokens } = read
  const [start, end] = [tokens.start[first] ?? 0, tokens.end[last] ?? 0]
  if (IN_PROGRAM.test(text.slice(start, end)) || isPartOfPath(text, start, end)) return true
  // Firms are called like that.
  if (type === 'ORGANIZATION') return false
  if (SIGNS.test(text.slice(start, end))) return true
  for (let token = first; token <= last; token += 1) {
    const word = text.slice(tokens.start[token], tokens.end[token])
    if (INNER_CAPITAL.test(word) && (flagsOf(read, token) & NAMED) === 0) return true
  }
  return false
}
/** Nobody is written with these. */
const SIGNS = /[_\\={}<>|$%]/
const IN_PROGRAM = /[\p{L}\d]\(|(?<!\p{L})\p{L}\.\p{Ll}/u
/** McAvoy, DeLuca and VanDyke are people. */
const INNER_CAPITAL =
  /^(?!(?:M[a']?c|D[aeiou']|L[aeou']|O'|Al|El|Ben|St|Fitz|V[ao]n|Vander|Ter|Ten|Ni)\p{Lu})(?:\p{Lu}{2,}\p{Ll}{2}|.?\p{Ll}+\p{Lu})/u

/** `APIs`, `Setup-time`, `Debian-based`, `kendra update-data-source`: no name ends so. */
function isManyOfAKind({ text, tokens, vocabulary }: Read, token: number): boolean {
  const word = text.slice(tokens.start[token], tokens.end[token])
  if (/^\p{Lu}{2,}s$/u.test(word)) return true
  const end = /^[\p{L}\d-]+-(\p{Ll}{3,})$/u.exec(word)?.[1]
  return end !== undefined && (vocabulary.flagsOf(hashOf(end)) & COMMON) !== 0
}

/** `Thu, 15 Aug 2024`, taken for a house. */
function isWhen(read: Read, first: number, last: number): boolean {
  let days = 0
  for (let token = first; token <= last; token += 1) {
    if (isMark(read, token) || read.tokens.shape[token] === DIGITS) continue
    if ((flagsOf(read, token) & CALENDAR) === 0) return false
    days += 1
  }
  return days > 0
}

/** `Thu, 15 Aug`: what is also somebody's name is a day before a number. */
function isDate({ tokens, vocabulary }: Read, first: number, last: number): boolean {
  if (first !== last || (vocabulary.flagsOf(tokens.hash[first] ?? 0) & CALENDAR) === 0) return false
  const next = tokens.shape[first + 1] === MARK_SHAPE ? first + 2 : first + 1
  return tokens.shape[next] === DIGITS
}

function isCalendar(read: Read, first: number, last: number): boolean {
  for (let token = first; token <= last; token += 1) {
    const flags = flagsOf(read, token)
    if (!isMark(read, token) && ((flags & CALENDAR) === 0 || (flags & FIRST_NAME) !== 0)) return false
  }
  return true
}

const COMPANY = hashOf('company')
/** Where the last token ends, with the full stop of a short form, and with the word that says what a firm is. */
export function endOf(read: Read, { type, last }: Stretch): number {
  const { text, tokens } = read
  const isCut =
    type === 'ORGANIZATION' && tokens.hash[last + 1] === COMPANY && tokens.shape[last + 1] === CAPITALISED
  if (isCut) return tokens.end[last + 1] ?? 0
  const end = tokens.end[last] ?? 0
  const isShort =
    text.charCodeAt(end) === FULL_STOP &&
    (SHORT_AT_END.has(tokens.hash[last] ?? 0) ||
      (sizeOf(read, last) === 1 && text.charCodeAt(end - 2) !== 32))
  return isShort && /^\.(?:,| ?[a-z)]|[\])"'|;:])/.test(text.slice(end, end + 3)) ? end + 1 : end
}
