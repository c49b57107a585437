import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Read, Stretch } from './read.ts'
import {
  COMMA,
  FULL_STOP,
  PARENTHESIS,
  PARTICLES,
  codeAt,
  firstSeam,
  flagsOf,
  hasCapital,
  isFullName,
  isMark,
  sizeOf,
} from './read.ts'
import { LINE_END_SHAPE, LOWER_CASE, hashOf } from './tokens.ts'
import { COMMON, COUNTRY, FIRST_NAME, FREQUENT, PLACE, TITLE } from './vocabulary.ts'

const AND = new Set(['and', 'or', '&', 'und', 'et'].map(hashOf))
/** Places and countries that are two with an `and`. */
const BEFORE_AND = new Set(
  ['Trinidad', 'Antigua', 'Bosnia', 'Kitts', 'Tyne', 'Turks', 'Vincent', 'Wallis', 'Herzegovina'].map(hashOf),
)
const ENDS = new Set([';', '?', '!', '|'].map((mark) => mark.charCodeAt(0)))
const QUOTES = new Set(['"', "'", '“', '”', '‘', '’'].map((mark) => mark.charCodeAt(0)))
const SEMICOLON = 59

/** Where a line, a sentence or an `and` ends a name, another begins; and so it is in a list, from so many commas on. */
export function divided(read: Read, { type, first, last }: Stretch, list = 2): readonly Stretch[] {
  const parts: Stretch[] = []
  const place = type === 'PERSON' ? placeBehind(read, first, last) : -1
  if (place > 0)
    return [
      ...divided(read, { type, first, last: place - 2 }, list),
      { type: 'LOCATION', first: place, last: place },
    ]
  let from = first
  const isList = type !== 'ORGANIZATION' && isListOf(read, { type, first, last }, list)
  const isInLowerCase = !hasCapital(read, first, last)
  for (let token = first; token <= last; token += 1) {
    // A field of a row ends here, too.
    if (token > from && read.text[(read.tokens.start[token] ?? 0) - 1] === '\t') {
      parts.push({ type, first: from, last: token - 1 })
      from = token
    }
    const isEnd = isSeam(read, token, type) || (isList && codeAt(read, token) === COMMA)
    if (!isEnd && (isInLowerCase || !isWordBetween(read, token, type))) continue
    if (from < token) parts.push({ type, first: from, last: token - 1 })
    from = token + 1
  }
  if (from <= last) parts.push({ type, first: from, last })
  return parts
}

/** Where the name of a place begins in what ends so: Ada Blum (Graz. Another name of hers is none; -1: it does not. */
function placeBehind(read: Read, first: number, last: number): number {
  const place = isMark(read, last) ? last - 1 : last
  if (place < first + 2 || codeAt(read, place - 1) !== PARENTHESIS || !isMark(read, place - 1)) return -1
  const flags = flagsOf(read, place)
  // Adelaide is somebody, too, and not behind a name in full.
  const isAlone = (flags & FIRST_NAME) !== 0 && !isFullName(read, first, place - 2)
  return (flags & (PLACE | COUNTRY)) !== 0 && !isAlone ? place : -1
}

/** A verb or the like, between two names. */
function isWordBetween(read: Read, token: number, type: EntityType): boolean {
  if (type === 'ORGANIZATION' || read.tokens.shape[token] !== LOWER_CASE) return false
  if (isInSentence(read, token)) return true
  return (flagsOf(read, token) & (FREQUENT | COMMON)) !== 0 && !PARTICLES.has(read.tokens.hash[token] ?? 0)
}

/** Olá Heinz, `o contrato foi assinado por` Svetlana: so many words in lower case are of a sentence in whatever language. */
function isInSentence({ tokens: { shape, count } }: Read, token: number): boolean {
  let [first, last] = [token, token]
  while (first > 0 && token - first < LONG_RUN && shape[first - 1] === LOWER_CASE) first -= 1
  while (last + 1 < count && last - token < LONG_RUN && shape[last + 1] === LOWER_CASE) last += 1
  return last - first + 1 >= LONG_RUN
}
const LONG_RUN = 4

/** Several with commas between them: of two, `Ana Reis, Tom Hale` and `Ana, Tom and`, rather than `Reis, Ana`. */
function isListOf(read: Read, { first, last }: Stretch, least: number): boolean {
  let [commas, isAndNext] = [0, AND.has(read.tokens.hash[last + 1] ?? 0)]
  for (let token = first; token <= last; token += 1) {
    if (AND.has(read.tokens.hash[token] ?? 0)) isAndNext = true
    if (!isMark(read, token)) continue
    if (codeAt(read, token) === SEMICOLON) return false
    if (codeAt(read, token) === COMMA) commas += 1
  }
  if (commas >= (isAndNext ? 1 : least)) return true
  const seam = firstSeam(read, first, last)
  return seam - first > 1 && isFullName(read, first, seam - 1) && (flagsOf(read, first) & FIRST_NAME) !== 0
}

/** A comma after a quote, a parenthesis before one. */
function isQuoted(read: Read, token: number): boolean {
  const code = codeAt(read, token)
  const beside = code === COMMA ? token - 1 : code === PARENTHESIS ? token + 1 : -1
  return beside >= 0 && isMark(read, beside) && QUOTES.has(codeAt(read, beside))
}

function isSeam(read: Read, token: number, type: EntityType): boolean {
  const { shape, hash, spaced } = read.tokens
  if (shape[token] === LINE_END_SHAPE) return true
  // A row of a table.
  if (type === 'ORGANIZATION') return codeAt(read, token) === COMMA && spaced[token + 1] === 0
  if (AND.has(hash[token] ?? 0)) return !BEFORE_AND.has(hash[token - 1] ?? 0)
  if (isMark(read, token) && (ENDS.has(codeAt(read, token)) || isQuoted(read, token))) return true
  return (
    codeAt(read, token) === FULL_STOP &&
    spaced[token + 1] === 1 &&
    isMark(read, token) &&
    (sizeOf(read, token - 1) > 3 || isShortWord(read, token - 1))
  )
}

/** `Pie.` ends a sentence, `Col.` and `Geo.` do not. */
const isShortWord = (read: Read, token: number): boolean =>
  sizeOf(read, token) === 3 && (flagsOf(read, token) & (COMMON | TITLE)) === COMMON
