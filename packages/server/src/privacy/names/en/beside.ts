import type { Span } from '../../detect/span.ts'
import { isInCode } from './code.ts'
import type { Read } from './read.ts'
import { hashOf } from './tokens.ts'
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
  THING,
  TITLE,
} from './vocabulary.ts'

const WORD = String.raw`\p{Lu}[\p{L}\p{M}'’-]{1,30}`
const NAME = String.raw`${WORD}(?: (?:\p{Lu}\. )?${WORD}){0,2}`
const FULL_NAME = String.raw`${WORD}(?: (?:\p{Lu}\. )?${WORD}){1,3}`
const NOT_BEFORE = String.raw`(?<![\p{L}\p{N}_.@/&-]|\p{Lu}[\p{L}'’.-]{0,30} )`
const NOT_BEHIND = String.raw`(?![\p{L}\p{N}_@/(-]|['’]\p{L}{2}| \p{Lu})`

/** Another one of a list, behind somebody and before. */
const NEXT = new RegExp(String.raw`(?:,|;|,? (?:and|or|&)) (${NAME})${NOT_BEHIND}`, 'uy')
const BEFORE = new RegExp(String.raw`${NOT_BEFORE}(${NAME})(?:,|;|,? (?:and|or|&)) $`, 'u')
const LONGEST = 100
/** In a long list everybody has been seen by then. */
const MOST = 2000

/** Where somebody stands whom the words around do not tell: under a letter, before an address of mail, whose account it is. */
const PLACES: readonly RegExp[] = [
  new RegExp(
    String.raw`(?=\p{Lu})(?<=(?:^|\n)[ \t>]{0,8}(?:[Kk]ind|[Bb]est|[Ww]arm(?:est)?|[Mm]any|[Ww]ith (?:best|kind|many)|[Yy]ours)? ?(?:[Rr]egards|[Ww]ishes|[Tt]hanks|[Cc]heers|[Ss]incerely|[Ff]aithfully|[Tt]ruly|[Ll]ove|[Tt]hank you|[Rr]espectfully|[Bb]est)[,.!]?[ \t]{0,4}\n{1,3}[ \t>]{0,8})(${NAME})(?=[ \t]{0,4}(?:\n|$))`,
    'gu',
  ),
  new RegExp(String.raw`(?=\p{Lu})${NOT_BEFORE}(${FULL_NAME})(?= <[^\s<>@]{1,64}@[^\s<>]{3,80}>)`, 'gu'),
  new RegExp(
    String.raw`(?=\p{Lu})(?<=(?:a nombre de|au nom de|in the name of|made out to|payable to|on behalf of|titular|intestatari[oa]|Inhaber(?:in)?):? )(${FULL_NAME})${NOT_BEHIND}`,
    'gu',
  ),
]
/** Who signs with one word, where a message ends. */
const SIGNED = new RegExp(String.raw`(?<=\p{Ll}[.!?] {1,2})(${WORD})\s*$`, 'u')

/** Finds who stands beside those who were found, and in places of letters. Spans in the order of the text, and so is what returns. */
export function withBeside(read: Read, spans: readonly Span[]): readonly Span[] {
  const { text } = read
  const all = [...spans]
  const isFree = (start: number, end: number) => !all.some((one) => one.start < end && start < one.end)
  const add = (start: number, end: number): boolean => {
    if (all.length > MOST || !isFree(start, end) || isInCode(text, start, end)) return false
    all.push({ start, end, type: 'PERSON', score: SCORE, source: 'english-names:beside' })
    return true
  }
  for (const pattern of PLACES)
    for (const { 1: name = '', index } of text.matchAll(pattern))
      if (mayBeSomebody(read, name, false)) add(index, index + name.length)
  const signed = SIGNED.exec(text.slice(-LONGEST))
  if (signed?.[1] !== undefined && mayBeSomebody(read, signed[1], true)) {
    const start = Math.max(0, text.length - LONGEST) + signed.index
    add(start, start + signed[1].length)
  }
  // Whoever is added has neighbours as well.
  for (let at = 0; at < all.length && at < MOST; at += 1) {
    const one = all[at]
    if (one?.type !== 'PERSON') continue
    NEXT.lastIndex = one.end
    const next = NEXT.exec(text)
    if (next?.[1] !== undefined && mayBeSomebody(read, next[1], true))
      add(NEXT.lastIndex - next[1].length, NEXT.lastIndex)
    const from = Math.max(0, one.start - LONGEST)
    const before = BEFORE.exec(text.slice(from, one.start))
    if (before?.[1] !== undefined && mayBeSomebody(read, before[1], true))
      add(from + before.index, from + before.index + before[1].length)
  }
  return all.length === spans.length ? spans : all.sort((one, other) => one.start - other.start)
}

const SCORE = 0.7
const NO_NAMES = ORGANISATION | STREET | CALENDAR | TITLE | COUNTRY

/** `isKnown`: the lists must know the first word as a name, and one that stands alone as nothing else. */
function mayBeSomebody({ vocabulary }: Read, name: string, isKnown: boolean): boolean {
  const flags = name
    .split(' ')
    .filter((word) => !word.endsWith('.'))
    .map((word) => vocabulary.flagsOf(hashOf(word.toLowerCase())))
  const [first = 0, ...others] = flags
  const isNamed = (one: number) => (one & (FIRST_NAME | LAST_NAME)) !== 0
  if (flags.some((one) => (one & NO_NAMES) !== 0)) return false
  if (flags.some((one) => (one & FREQUENT) !== 0 && !isNamed(one))) return false
  if (others.length === 0)
    return isKnown
      ? (first & (FIRST_NAME | COMMON | FREQUENT | PLACE)) === FIRST_NAME
      : isNamed(first) || (first & (COMMON | PLACE | THING)) === 0
  return isKnown
    ? (first & FIRST_NAME) !== 0 && others.every((one) => isNamed(one) || (one & (COMMON | PLACE)) === 0)
    : flags.some(isNamed) || flags.every((one) => (one & COMMON) === 0)
}
