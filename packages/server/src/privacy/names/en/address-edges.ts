import type { Read, Stretch } from './read.ts'
import {
  COMMA,
  FULL_STOP,
  HASH,
  HYPHEN,
  SLASH,
  codeAt,
  firstSeam,
  flagsOf,
  hasCapital,
  isFullName,
  isMark,
  sizeOf,
} from './read.ts'
import { divided } from './seams.ts'
import {
  CAPITALISED,
  CAPITALS,
  DIGITS,
  DIGITS_AND_LETTERS,
  LINE_END_SHAPE,
  LOWER_CASE,
  hashOf,
} from './tokens.ts'
import { COMMON, COUNTRY, FIRST_NAME, FREQUENT, ORGANISATION, PLACE, STREET, TITLE } from './vocabulary.ts'

const STREET_SHORT = new Set(
  ['ul', 'al', 'pl', 'os', 'av', 'avda', 'cra', 'vul', 'jl', 'no', 'str', 'r'].map(hashOf),
)
const [CARE, OF] = [hashOf('c'), hashOf('o')]
/** Within addresses of some countries. */
const LINKS = new Set(['bis', 'rue', 'de', 'des', 'du', 'la', 'via', 'a', 'the'].map(hashOf))
/** What has a number before that of the house. */
export const UNITS = new Set(
  ['flat', 'apt', 'apartment', 'unit', 'suite', 'room', 'house', 'block', 'shop'].map(hashOf),
)
const MOST_OWNERS = 4
const LONGEST_HOUSE_NUMBER = 5

/** Whoever lives there stands before an address, not in it; without a number or a street it is none; and the sentence goes on after it. */
export function ofAddress(read: Read, { first, last }: Stretch): readonly Stretch[] {
  return fieldsOf(read, first, last).flatMap(([from, to]) => ofField(read, from, to))
}

/** Without a space after its commas it is a row of a table. */
function fieldsOf(read: Read, first: number, last: number): (readonly [first: number, last: number])[] {
  const fields: [number, number][] = []
  let from = first
  for (let token = first; token < last; token += 1) {
    if (!isMark(read, token) || codeAt(read, token) !== COMMA || read.tokens.spaced[token + 1] !== 0) continue
    if (token > from) fields.push([from, token - 1])
    from = token + 1
  }
  return fields.length < 2 ? [[first, last]] : [...fields, [from, last]]
}

function ofField(read: Read, first: number, last: number): readonly Stretch[] {
  const end = endOfAddress(read, first, last)
  const rest = end < last ? namesIn(read, end + 1, last) : []
  const start = afterKey(read, first, end)
  if (start > first) return [{ type: 'ADDRESS', first: start, last: end }, ...rest]
  const [owners, from] = ownersOf(read, first, end)
  if (isPlaceable(read, from, end) && isPlaced(read, from, end))
    return [...owners, grown(read, { type: 'ADDRESS', first: from, last: end }), ...rest]
  return [...owners, ...namesIn(read, from, end), ...rest]
}

/** Owners on the lines before an address, and where it begins. */
function ownersOf(
  read: Read,
  first: number,
  end: number,
): readonly [owners: readonly Stretch[], from: number] {
  const owners: Stretch[] = []
  let from = first
  while (owners.length < MOST_OWNERS) {
    const seam = firstSeam(read, from, end)
    if (seam <= from || !isPlaceable(read, seam + 1, end)) break
    const owner = ownerOf(read, from, seam)
    if (owner === null) break
    owners.push(owner)
    from = seam + 1
  }
  return [owners, from]
}

/** Before a word of the sentence that follows a number, and before a line of years. */
function endOfAddress(read: Read, first: number, last: number): number {
  if (!hasCapital(read, first, last)) return last
  const { shape } = read.tokens
  for (let token = first + 1; token <= last; token += 1) {
    const before = shape[token - 1]
    const isNumber = before === DIGITS || before === DIGITS_AND_LETTERS
    if (isNumber && sizeOf(read, token - 1) > 2 && isOfSentence(read, token)) return token - 1
    if (before === LINE_END_SHAPE && isYears(read, token)) return token - 2
    if (isNumber && isCommaBeforeName(read, token, last)) return token - 1
    if (token < last && isEndOfSentence(read, token)) return token - 1
  }
  return last
}

/** `…, Germany. Yours` */
const isEndOfSentence = (read: Read, token: number): boolean =>
  isMark(read, token) &&
  codeAt(read, token) === FULL_STOP &&
  read.tokens.spaced[token + 1] === 1 &&
  read.tokens.shape[token + 1] === CAPITALISED &&
  sizeOf(read, token - 1) > 3 &&
  (flagsOf(read, token - 1) & STREET) === 0

/** `…, London SE5 9NR, Aroha Ngata` */
const isCommaBeforeName = (read: Read, token: number, last: number): boolean =>
  isMark(read, token) &&
  codeAt(read, token) === COMMA &&
  last === token + 2 &&
  (flagsOf(read, token + 1) & FIRST_NAME) !== 0 &&
  (flagsOf(read, last) & (COUNTRY | PLACE)) === 0 &&
  isFullName(read, token + 1, last)

function isOfSentence(read: Read, token: number): boolean {
  const flags = flagsOf(read, token)
  return (
    read.tokens.shape[token] === LOWER_CASE &&
    read.tokens.spaced[token] === 1 &&
    (flags & FREQUENT) !== 0 &&
    (flags & (STREET | COUNTRY)) === 0 &&
    !LINKS.has(read.tokens.hash[token] ?? 0)
  )
}

/** `2018-2023`, as curricula have them. */
const isYears = ({ text, tokens }: Read, token: number): boolean =>
  /^(?:19|20)\d\d\s?[-–]/.test(text.slice(tokens.start[token], (tokens.start[token] ?? 0) + 6))

const named = ({ first, last }: Stretch): Stretch => ({ type: 'PERSON', first, last })

/** People and towns in what is no address. */
function namesIn(read: Read, first: number, last: number): readonly Stretch[] {
  const words: Stretch = { type: 'LOCATION', first, last: lastWord(read, first, last) }
  return divided(read, words, 1).flatMap((part) => {
    if (isFullName(read, part.first, part.last)) return [named(part)]
    return isTown(read, part) ? [part] : []
  })
}

/** Who or which firm stands on the line before an address, or in care of whom it is. */
function ownerOf(read: Read, first: number, seam: number): Stretch | null {
  const { hash, shape } = read.tokens
  if (hash[first] === CARE && hash[first + 2] === OF && seam > first + 3)
    return { type: 'PERSON', first: first + 3, last: seam - 1 }
  for (let token = first; token < seam - 1; token += 1) {
    const isDotted = isMark(read, token + 1)
    if (
      (flagsOf(read, token) & TITLE) !== 0 &&
      shape[token] === CAPITALISED &&
      token + 1 + Number(isDotted) < seam
    )
      return { type: 'PERSON', first: token + 1 + Number(isDotted), last: seam - 1 }
  }
  if (isFullName(read, first, seam - 1)) return { type: 'PERSON', first, last: seam - 1 }
  if (shape[seam + 1] === DIGITS && isUnknownName(read, first, seam - 1))
    return { type: 'PERSON', first, last: seam - 1 }
  if (isFirm(read, first, seam - 1)) return { type: 'ORGANIZATION', first, last: seam - 1 }
  if (shape[seam] !== LINE_END_SHAPE || isPlaceable(read, first, seam - 1)) return null
  return hasCapital(read, first, seam - 1) ? { type: 'ORGANIZATION', first, last: seam - 1 } : null
}

/** Its last word says so, and no number stands in it. */
function isFirm(read: Read, first: number, last: number): boolean {
  if (last === first || (flagsOf(read, last) & (ORGANISATION | STREET)) !== ORGANISATION) return false
  for (let token = first; token <= last; token += 1)
    if (read.tokens.shape[token] === DIGITS || read.tokens.shape[token] === DIGITS_AND_LETTERS) return false
  return true
}

/** Two or three words with capitals that mean nothing. */
function isUnknownName(read: Read, first: number, last: number): boolean {
  for (let token = first; token <= last; token += 1) {
    if (read.tokens.shape[token] !== CAPITALISED) return false
    if ((flagsOf(read, token) & (FREQUENT | STREET | ORGANISATION | PLACE)) !== 0) return false
  }
  return last > first && last < first + 3
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

function isTown(read: Read, { first, last }: Stretch): boolean {
  for (let token = first; token <= last; token += 1)
    if ((flagsOf(read, token) & (PLACE | COUNTRY)) !== 0 && read.tokens.shape[token] !== LOWER_CASE)
      return true
  return false
}

/** A street, a town or a country, or names besides the number of the post; and no sentence without a street. */
function isPlaced(read: Read, first: number, last: number): boolean {
  const { shape } = read.tokens
  let [words, places, verbs, hasCode] = [0, 0, 0, false]
  for (let token = first; token <= last; token += 1) {
    const flags = flagsOf(read, token)
    if ((flags & STREET) !== 0 || isStreet(read, token)) return true
    if ((flags & (PLACE | COUNTRY)) !== 0) places += 1
    if (sizeOf(read, token) < 4) continue
    if (shape[token] === DIGITS) hasCode = true
    if (shape[token] === CAPITALISED || shape[token] === CAPITALS) words += 1
    else if (shape[token] === LOWER_CASE && (flags & (COMMON | PLACE)) === COMMON) verbs += 1
  }
  return words === 0 || (verbs === 0 && (places > 0 || (words > 2 && hasCode)))
}

const STREET_ENDING =
  /.(?:straße|strasse|str|gasse|weg|allee|platz|damm|ufer|gracht|straat|laan|plein|kade|gata|gatan|gade|vej|veien|vägen|katu|tie|utca|ulica)$/i
const isStreet = ({ text, tokens }: Read, token: number): boolean =>
  STREET_ENDING.test(text.slice(tokens.start[token], tokens.end[token]))

/** Without the numbers at the end. */
function lastWord(read: Read, first: number, last: number): number {
  let to = last
  while (
    to > first &&
    (read.tokens.shape[to] === DIGITS || read.tokens.shape[to] === LOWER_CASE || isMark(read, to))
  )
    to -= 1
  return to
}

function isPlaceable(read: Read, first: number, last: number): boolean {
  const { shape } = read.tokens
  for (let token = first; token <= last; token += 1) {
    if (shape[token] === DIGITS || shape[token] === DIGITS_AND_LETTERS) return true
    if ((flagsOf(read, token) & STREET) !== 0 && token > first) return true
    if (isStreet(read, token)) return true
  }
  return false
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
  const comma = from - 1
  const isAfterUnit = from >= 3 && codeAt(read, comma) === COMMA && UNITS.has(hash[from - 3] ?? 0)
  if (isAfterUnit && !isMark(read, from - 2)) from -= 3
  return { type, first: from, last: isProvinceNext(read, last) ? last + 1 : last }
}

/** Torino `TO`. */
function isProvinceNext(read: Read, last: number): boolean {
  const { shape, spaced } = read.tokens
  if (shape[last] !== CAPITALISED || shape[last + 1] !== CAPITALS || sizeOf(read, last + 1) !== 2)
    return false
  return last + 1 < read.tokens.count && spaced[last + 1] === 1 && shape[last + 2] !== DIGITS
}

const isJoint = (code: number): boolean => code === SLASH || code === HYPHEN
const isHouseNumber = (read: Read, token: number): boolean =>
  read.tokens.shape[token] === DIGITS &&
  sizeOf(read, token) <= LONGEST_HOUSE_NUMBER &&
  (token === 0 || (read.tokens.spaced[token] === 1 && !isMark(read, token - 1)))
