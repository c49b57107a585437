import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Tokens } from './tokens.ts'
import {
  CAPITALISED,
  CAPITALS,
  DIGITS,
  DIGITS_AND_LETTERS,
  LINE_END_SHAPE,
  LOWER_CASE,
  MARK_SHAPE,
  ONE_CAPITAL,
  hashOf,
} from './tokens.ts'
import type { Vocabulary } from './vocabulary.ts'
import {
  CALENDAR,
  COMMON,
  COUNTRY,
  FIRST_NAME,
  FREQUENT,
  LAST_NAME,
  ORGANISATION,
  PLACE,
  STREET,
} from './vocabulary.ts'

/** Tokens from the first to the last that were labelled as one thing. */
export interface Stretch {
  readonly type: EntityType
  readonly first: number
  readonly last: number
}

/** A text, cut into tokens. */
export interface Read {
  readonly text: string
  readonly tokens: Tokens
  readonly vocabulary: Vocabulary
}

const [FULL_STOP, COMMA, COLON, SLASH, HYPHEN, HASH, PARENTHESIS] = [46, 44, 58, 47, 45, 35, 40]
const AND = new Set(['and', 'or', '&', 'und', 'et'].map(hashOf))
/** Places and countries that are two with an `and`. */
const BEFORE_AND = new Set(
  ['Trinidad', 'Antigua', 'Bosnia', 'Kitts', 'Tyne', 'Turks', 'Vincent', 'Wallis', 'Herzegovina'].map(hashOf),
)
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
const STREET_SHORT = new Set(
  ['ul', 'al', 'pl', 'os', 'av', 'avda', 'cra', 'vul', 'jl', 'no', 'str', 'r'].map(hashOf),
)
const ENDS = new Set([';', '?', '!', '|'].map((mark) => mark.charCodeAt(0)))
/** Words within names. */
const PARTICLES = new Set(
  'van der den de la le los las del della di da das do dos du von zu zum zur ter ten te af av el al ul ur bin bint binti ibn ben y e of am on upon sur sous les aux'
    .split(' ')
    .map(hashOf),
)
const NAMED = FIRST_NAME | LAST_NAME | PLACE | COUNTRY
const [CARE, OF] = [hashOf('c'), hashOf('o')]
const ROMAN = /^[IVX]+$/
const LONGEST_HOUSE_NUMBER = 5

/** What a stretch says when its edges and seams are read once more: several things, another one, or nothing. */
export function mended(read: Read, stretch: Stretch): readonly Stretch[] {
  const parts = stretch.type === 'ADDRESS' ? ofAddress(read, stretch) : divided(read, stretch)
  return parts.flatMap((part) => {
    const trim = trimmed(read, part)
    return trim === null || isNothing(read, trim) ? [] : [trim]
  })
}

const codeAt = ({ text, tokens }: Read, token: number): number => text.charCodeAt(tokens.start[token] ?? 0)
const isMark = ({ tokens }: Read, token: number): boolean => tokens.shape[token] === MARK_SHAPE
const sizeOf = ({ tokens }: Read, token: number): number =>
  (tokens.end[token] ?? 0) - (tokens.start[token] ?? 0)
const flagsOf = ({ tokens, vocabulary }: Read, token: number): number =>
  vocabulary.flagsOf(tokens.hash[token] ?? 0)

/** Where a line, a sentence or an `and` ends a name, another begins; and so it is in a list, from so many commas on. */
function divided(read: Read, { type, first, last }: Stretch, list = 2): readonly Stretch[] {
  const parts: Stretch[] = []
  let from = first
  const isList =
    type !== 'ORGANIZATION' && (commas(read, first, last) >= list || isTwoPeople(read, first, last))
  const isInLowerCase = !hasCapital(read, first, last)
  for (let token = first; token <= last; token += 1) {
    const isEnd = isSeam(read, token, type) || (isList && codeAt(read, token) === COMMA)
    if (!isEnd && (isInLowerCase || !isWordBetween(read, token, type))) continue
    if (from < token) parts.push({ type, first: from, last: token - 1 })
    from = token + 1
  }
  if (from <= last) parts.push({ type, first: from, last })
  return parts
}

function hasCapital({ tokens }: Read, first: number, last: number): boolean {
  for (let token = first; token <= last; token += 1)
    if (tokens.shape[token] === CAPITALISED || tokens.shape[token] === CAPITALS) return true
  return false
}

/** A verb or the like, between two names. */
function isWordBetween(read: Read, token: number, type: EntityType): boolean {
  if (type === 'ORGANIZATION' || read.tokens.shape[token] !== LOWER_CASE) return false
  return (flagsOf(read, token) & FREQUENT) !== 0 && !PARTICLES.has(read.tokens.hash[token] ?? 0)
}

/** `Ana Reis, Tom Hale` rather than `Reis, Ana`. */
function isTwoPeople(read: Read, first: number, last: number): boolean {
  const seam = firstSeam(read, first, last)
  return seam - first > 1 && isFullName(read, first, seam - 1) && (flagsOf(read, first) & FIRST_NAME) !== 0
}

function commas(read: Read, first: number, last: number): number {
  let count = 0
  for (let token = first; token <= last; token += 1)
    if (isMark(read, token) && codeAt(read, token) === COMMA) count += 1
  return count
}

function isSeam(read: Read, token: number, type: EntityType): boolean {
  const { shape, hash, spaced } = read.tokens
  if (shape[token] === LINE_END_SHAPE) return true
  if (type === 'ORGANIZATION') return false
  if (AND.has(hash[token] ?? 0)) return !BEFORE_AND.has(hash[token - 1] ?? 0)
  if (isMark(read, token) && ENDS.has(codeAt(read, token))) return true
  return (
    codeAt(read, token) === FULL_STOP &&
    spaced[token + 1] === 1 &&
    sizeOf(read, token - 1) > 3 &&
    isMark(read, token)
  )
}

/** Whoever lives there stands before an address, not in it; and without a number or a street it is none. */
function ofAddress(read: Read, { type, first, last }: Stretch): readonly Stretch[] {
  const start = afterKey(read, first, last)
  const seam = firstSeam(read, start, last)
  if (seam > start && isPlaceable(read, seam + 1, last)) {
    const owner = ownerOf(read, start, seam)
    if (owner !== null) return [owner, grown(read, { type, first: seam + 1, last })]
  }
  if (start > first) return [{ type, first: start, last }]
  if (isPlaceable(read, first, last)) return [grown(read, { type, first, last })]
  return divided(read, { type: 'LOCATION', first, last }, 1).map((part) => ({
    type: isFullName(read, part.first, part.last) ? 'PERSON' : 'LOCATION',
    first: part.first,
    last: part.last,
  }))
}

/** Who or which firm stands on the line before an address, or in care of whom it is. */
function ownerOf(read: Read, first: number, seam: number): Stretch | null {
  const { hash, shape } = read.tokens
  if (hash[first] === CARE && hash[first + 2] === OF && seam > first + 3)
    return { type: 'PERSON', first: first + 3, last: seam - 1 }
  if (isFullName(read, first, seam - 1)) return { type: 'PERSON', first, last: seam - 1 }
  if (shape[seam] !== LINE_END_SHAPE || isPlaceable(read, first, seam - 1)) return null
  return hasCapital(read, first, seam - 1) ? { type: 'ORGANIZATION', first, last: seam - 1 } : null
}

/** In notes, `addr - 7 Lake Road`. */
function afterKey(read: Read, first: number, last: number): number {
  const { shape, spaced } = read.tokens
  const most = Math.min(last, first + 8)
  for (let token = first; token < most; token += 1) {
    if (shape[token] === DIGITS || shape[token] === DIGITS_AND_LETTERS) return first
    const isDash = isMark(read, token) && codeAt(read, token) === HYPHEN && spaced[token + 1] === 1
    if (isDash && (shape[token + 1] === DIGITS || shape[token + 1] === DIGITS_AND_LETTERS)) return token + 1
  }
  return first
}

/** The first comma or end of a line. */
function firstSeam(read: Read, first: number, last: number): number {
  for (let token = first; token < last; token += 1)
    if (read.tokens.shape[token] === LINE_END_SHAPE || (isMark(read, token) && codeAt(read, token) === COMMA))
      return token
  return -1
}

/** Two words or more, all of them such that people are called so. */
function isFullName(read: Read, first: number, last: number): boolean {
  const { shape } = read.tokens
  let [words, known] = [0, 0]
  for (let token = first; token <= last; token += 1) {
    if (isMark(read, token) && codeAt(read, token) === FULL_STOP) continue
    const flags = flagsOf(read, token)
    if (shape[token] !== CAPITALISED && shape[token] !== CAPITALS && shape[token] !== ONE_CAPITAL)
      return false
    if ((flags & (STREET | ORGANISATION)) !== 0) return false
    words += 1
    if ((flags & (FIRST_NAME | LAST_NAME)) !== 0) known += 1
  }
  return words > 1 && known > 0
}

function isPlaceable(read: Read, first: number, last: number): boolean {
  const { shape } = read.tokens
  for (let token = first; token <= last; token += 1) {
    if (shape[token] === DIGITS || shape[token] === DIGITS_AND_LETTERS) return true
    if ((flagsOf(read, token) & STREET) !== 0 && token > first) return true
  }
  return /(?:straße|strasse|str|gasse|weg|allee|platz|gracht|straat|laan|gata|gatan|gade|vej|katu)$/i.test(
    read.text.slice(read.tokens.start[first], read.tokens.end[last]),
  )
}

/** What stands before the number of a house and belongs to it: `14/` 120, B- 204, `ul.` Polna. */
function grown(read: Read, { type, first, last }: Stretch): Stretch {
  const { shape, spaced, hash } = read.tokens
  let from = first
  while (from >= 2 && spaced[from] === 0 && isJoint(codeAt(read, from - 1)) && spaced[from - 1] === 0) {
    const before = shape[from - 2]
    if (before !== DIGITS && before !== DIGITS_AND_LETTERS && sizeOf(read, from - 2) > 2) break
    from -= 2
  }
  if (from >= 1 && shape[from] !== DIGITS && spaced[from] === 1 && isHouseNumber(read, from - 1)) from -= 1
  else if (from >= 2 && codeAt(read, from - 1) === FULL_STOP && STREET_SHORT.has(hash[from - 2] ?? 0))
    from -= 2
  else if (from >= 1 && codeAt(read, from - 1) === HASH && spaced[from] === 0) from -= 1
  return { type, first: from, last }
}

const isJoint = (code: number): boolean => code === SLASH || code === HYPHEN
const isHouseNumber = (read: Read, token: number): boolean =>
  read.tokens.shape[token] === DIGITS &&
  sizeOf(read, token) <= LONGEST_HOUSE_NUMBER &&
  (token === 0 || (read.tokens.spaced[token] === 1 && !isMark(read, token - 1)))

/** Without marks, keys of what comes next and words of the sentence around it. */
function trimmed(read: Read, { type, first, last }: Stretch): Stretch | null {
  let [from, to] = [first, last]
  const isMixed = type !== 'ADDRESS' && type !== 'ORGANIZATION' && hasCapital(read, from, to)
  const isOutside = (token: number): boolean =>
    isLoose(read, token, type) || (isMixed && isPlain(read, token))
  while (from <= to && (isOutside(from) || (from < to && isOpener(read, from, type)))) from += 1
  while (to >= from && (isOutside(to) || (to > from && isKey(read, from, to)))) to -= 1
  return from > to ? null : { type, first: from, last: to }
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

/** Whether a sentence or a line begins with it. */
export function isOpening({ text, tokens }: Read, token: number): boolean {
  const before = tokens.shape[token - 1]
  return (
    token === 0 ||
    before === LINE_END_SHAPE ||
    (before === MARK_SHAPE && /[.!?:"“]/.test(text[tokens.start[token - 1] ?? 0] ?? ''))
  )
}

function isLoose(read: Read, token: number, type: EntityType): boolean {
  const shape = read.tokens.shape[token]
  if (shape === MARK_SHAPE) return codeAt(read, token) !== HASH || type !== 'ADDRESS'
  if (shape === LINE_END_SHAPE) return true
  if (shape !== LOWER_CASE || type !== 'ADDRESS') return false
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
  if (type === 'ADDRESS') return false
  const { text, tokens } = read
  if (isCalendar(read, first, last)) return true
  if (first !== last) return false
  const end = tokens.end[last] ?? 0
  const next = text.charCodeAt(end)
  if (tokens.shape[first] === CAPITALS && ROMAN.test(text.slice(tokens.start[first], end))) return true
  if (next === PARENTHESIS && tokens.shape[first] !== CAPITALISED) return true
  if (next === FULL_STOP && /^\.[a-z_]+[(.]/.test(text.slice(end, end + 30))) return true
  return type === 'PERSON' && tokens.shape[first] === CAPITALS && sizeOf(read, first) < 3
}

function isCalendar(read: Read, first: number, last: number): boolean {
  for (let token = first; token <= last; token += 1) {
    const flags = flagsOf(read, token)
    if (!isMark(read, token) && ((flags & CALENDAR) === 0 || (flags & FIRST_NAME) !== 0)) return false
  }
  return true
}

/** Where the last token ends, with the full stop of a short form. */
export function endOf(read: Read, { last }: Stretch): number {
  const { text, tokens } = read
  const end = tokens.end[last] ?? 0
  const isShort =
    text.charCodeAt(end) === FULL_STOP &&
    (SHORT_AT_END.has(tokens.hash[last] ?? 0) ||
      (sizeOf(read, last) === 1 && text.charCodeAt(end - 2) !== 32))
  return isShort && /^\.(?:,| ?[a-z)]|[\])"'|;:])/.test(text.slice(end, end + 3)) ? end + 1 : end
}
