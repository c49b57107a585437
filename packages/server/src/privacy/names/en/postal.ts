import type { Span } from '../../detect/span.ts'
import type { Read } from './read.ts'
import { hashOf } from './tokens.ts'
import { COUNTRY, FIRST_NAME, LAST_NAME, PLACE, STREET } from './vocabulary.ts'

const STATES =
  'A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]'
const AUSTRALIAN = 'NSW|VIC|QLD|WA|SA|TAS|ACT|NT'
/** Codes that are of the post for certain: of the United States, Australia, the United Kingdom, Canada and Ireland. */
const CODE = String.raw`(?:${STATES}),? \d{5}(?:-\d{4})?|(?:${AUSTRALIAN}),? \d{4}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]\d[\dW] ?[A-Z\d]{4}`
/** Numbers after the name of a town, which may count something else; after a comma, none before another town. */
const NUMBER = String.raw`(?<=\p{L}(?:[ \n]| ?[-–] ?))(?:\d{3} \d{3}|\d{4,6})|(?<=\p{L},[ \n])\d{4,6}(?! \p{Lu})`
const ANCHOR = new RegExp(
  String.raw`(?<![\p{L}\p{N}-])(?:(?<code>${CODE})|(?:${NUMBER}))(?![\p{L}\p{N}]|[-/.:]\d)`,
  'gu',
)
const COUNTRY_AFTER =
  /^(?:,\s|\n)(?:United Kingdom|UK|U\.K\.|England|Scotland|Wales|Northern Ireland|Republic of Ireland|Ireland|United States(?: of America)?|USA|U\.S\.A\.|US|Canada|Australia|New Zealand|India|Singapore|South Africa|Andhra Pradesh|Assam|Bihar|Delhi|Goa|Gujarat|Haryana|Karnataka|Kerala|Madhya Pradesh|Maharashtra|Odisha|Punjab|Rajasthan|Tamil Nadu|Telangana|Uttar Pradesh|West Bengal)(?![\p{L}\p{N}])/u

const LONGEST = 200
const MOST_FIELDS = 8
const MOST_WORDS = 9
const WORD = /^[#(]?(?:\p{Lu}|\d)[\p{L}\p{N}'’./#&()-]*$/u
/** A full stop ends a sentence after a long word. */
const SENTENCE_END = /\p{Ll}{4,}\.$|\d\.$/u
const WITHIN = new Set(
  'of the on upon y de la le les du des di da do dos das del rue avenue boulevard chemin place quai van der den en sur st'.split(
    ' ',
  ),
)
const HOUSE_NUMBER =
  /^#?\d{1,5}[A-Za-z]?(?:[-–/]\d{1,5}[A-Za-z]?)*$|^\p{Lu}{1,2}-?\d{1,5}[A-Za-z]?(?:[-/]\d+)*$/u
const UNIT =
  /^(?:flat|apt\.?|apartment|unit|suite|ste\.?|room|rm\.?|level|floor|shop|blk|block|plot|house|door|no\.?|h\.?no\.?|lot|penthouse|studio|tower|wing|box|gpo|po|p\.o\.)$/i
/** What streets and quarters of India end with. */
const QUARTER =
  /^(?:Nagar|Cross|Main|Marg|Layout|Sector|Colony|Enclave|Vihar|Chowk|Puram|Bagh|Circus|Gardens?|Jalan)$/
const FLOOR = /^(?:Ground|First|Second|Third|Top|Lower Ground|\d+(?:st|nd|rd|th)) Floor$/
/** What houses are called that have no number. */
const NAMED_HOUSE =
  /(?:House|Cottage|Barn|Lodge|Hall|Farm|Farmhouse|Court|Mansions?|Mill|Rectory|Vicarage|Villas?|Apartments?|Towers?|Building|Residency|Heights|Gables|Yard|Works|Mews|Park|Business Park|Industrial Estate|Enclave|Society|Complex|Plaza|Centre|Estate)$/i

interface Field {
  /** Of the first word. */
  readonly start: number
  /** What stands before this ends the field, unless it is cut. */
  readonly from: number
  readonly words: readonly { readonly word: string; readonly start: number }[]
  /** Words of a sentence stand before it. */
  readonly isCut: boolean
}

/** Addresses that end with a postcode, read from it to the number or the name of the house. */
export function postalAddresses(read: Read): readonly Place[] {
  const found: Place[] = []
  for (const match of read.text.matchAll(ANCHOR)) {
    const start = beginning(read, match.index, match.groups?.['code'] !== undefined)
    const before = found.at(-1)
    if (start === null || (before !== undefined && start > before.start && start < before.end)) continue
    if (before !== undefined && start <= before.start) found.pop()
    const end = match.index + match[0].length
    found.push({ start, end: end + (COUNTRY_AFTER.exec(read.text.slice(end, end + 40))?.[0].length ?? 0) })
  }
  return found
}

/** Where the number of a house stands, or the unit or name before it; null: it is no address. */
function beginning({ text, vocabulary }: Read, code: number, isCertain: boolean): number | null {
  const fields = fieldsBefore(text, code)
  const flagsOf = (word: string, flag: number): number =>
    vocabulary.flagsOf(hashOf(word.replace(/\.$/, ''))) & flag
  const isStreet = ({ words }: Field): boolean =>
    words.some(({ word }) => QUARTER.test(word) || flagsOf(word, STREET) !== 0)
  // Min-ji Park and Ada Hall are no houses.
  const isSomebody = (words: Field['words']): boolean =>
    words.length === 2 &&
    flagsOf(words[0]?.word ?? '', FIRST_NAME) !== 0 &&
    flagsOf(words[1]?.word ?? '', LAST_NAME) !== 0
  let [start, hasStreet, isHouse] = [null as number | null, isCertain, false]
  for (const [at, field] of fields.entries()) {
    const opens = openingOf(field, isSomebody)
    if (opens === null && start !== null) {
      // Unit 3, Willow, 77 Mill Road: the unit tells that it is a house.
      if (isHouse || field.isCut || field.words.length > 4) break
      isHouse = true
      continue
    }
    if (isHouse && !UNIT.test(field.words[0]?.word ?? '')) break
    if (opens === null && field.isCut) return isCertain ? townland(fields) : null
    const isNext = at > 0 || field.words.length > 1
    hasStreet ||= isStreet(field)
    if (opens !== null && isNext) start = opens
    if (field.isCut || (opens !== null && opens > field.start)) break
  }
  if (start === null && isCertain) return townland(fields)
  return hasStreet ? start : null
}

/** `Kilross, Tipperary, Co. Tipperary`: in the country houses of Ireland have no number. */
function townland([county, town, place]: readonly Field[]): number | null {
  if (
    !/^(?:Co\.?|County)$/i.test(county?.words[0]?.word ?? '') ||
    town === undefined ||
    county?.isCut === true
  )
    return null
  const first = town.isCut ? town : (place ?? town)
  return first.words.length > 3 ? town.start : first.start
}

/** The start of a number, a unit or a house in a field; null: it is of a town, or of somebody. */
function openingOf(
  { words, start, isCut }: Field,
  isSomebody: (words: Field['words']) => boolean,
): number | null {
  for (const [at, { word, start: from }] of words.entries()) {
    const next = words[at + 1]?.word ?? ''
    const isUnit = UNIT.test(word) && /\d|^\p{Lu}$|^(?:No\.?|O\.|Box)$/iu.test(next)
    if (isUnit && (at === 0 || !/^h?\.?no\.?$/i.test(word))) return from
    // Dublin 6, Sector 2
    if (HOUSE_NUMBER.test(word) && (next !== '' || at === 0)) return from
  }
  const said = words.map(({ word }) => word).join(' ')
  if (FLOOR.test(said)) return start
  const the = words.findLastIndex(({ word }) => word === 'The')
  const isCalled = the >= 0 && the < words.length - 1 && the > words.length - 5
  if (isCalled) return words[the]?.start ?? null
  if (!NAMED_HOUSE.test(said) || words.length < 2 || isSomebody(words)) return null
  return isCut || words.length > 4 ? null : start
}

/** What stands before a postcode between commas and ends of lines, the last first; as much of it as is written with capitals. */
function fieldsBefore(text: string, code: number): readonly Field[] {
  const fields: Field[] = []
  const least = Math.max(0, code - LONGEST)
  let end = code
  while (fields.length < MOST_FIELDS) {
    const field = fieldBefore(text, end, least)
    // Between a town and its code stands a comma or a dash, or nothing.
    if (field.words.length > 0) fields.push(field)
    else if (fields.length > 0) break
    if (field.isCut || !BETWEEN.has(text[field.from - 1] ?? '')) break
    end = field.from - 1
  }
  return fields
}

const BETWEEN = new Set([',', '\n'])
/** Around fields. */
const AROUND = new Set(Array.from(',\n\r\t;:|"“”(<>[]{}='))
const DASH = /^[-–]$/

function fieldBefore(text: string, to: number, least: number): Field {
  const words: { word: string; start: number }[] = []
  let [at, isCut] = [to, false]
  for (;;) {
    while (at > least && text[at - 1] === ' ') at -= 1
    if (at <= least || AROUND.has(text[at - 1] ?? '')) break
    let from = at
    while (from > least && text[from - 1] !== ' ' && !AROUND.has(text[from - 1] ?? '')) from -= 1
    const word = text.slice(from, at)
    const isLast = words.length === 0
    isCut = words.length === MOST_WORDS || !(isLast ? WORD.test(word) || DASH.test(word) : isPart(word))
    if (isCut) break
    if (!DASH.test(word)) words.unshift({ word, start: from })
    at = from
  }
  while (WITHIN.has(words[0]?.word ?? '')) {
    words.shift()
    isCut = true
  }
  return { start: words[0]?.start ?? to, from: at, words, isCut }
}

const isPart = (word: string): boolean => (WORD.test(word) && !SENTENCE_END.test(word)) || WITHIN.has(word)

/** Puts addresses whose postcode was read in place of what was taken for parts of them. Spans in the order of the text. */
export function withPostal(read: Read, spans: readonly Span[]): readonly Span[] {
  const addresses = grown(read, postalAddresses(read), spans)
  if (addresses.length === 0) return spans
  let next = 0
  const kept = spans.flatMap((span) => {
    while ((addresses[next]?.end ?? span.end) <= span.start) next += 1
    let last = next
    while ((addresses[last]?.start ?? span.end) < span.end) last += 1
    return remains(read, span, addresses.slice(next, last))
  })
  const added = addresses.map(({ start, end }): Span => {
    return { start, end, type: 'ADDRESS', score: SCORE, source: 'postal-address' }
  })
  return [...kept, ...added].toSorted((one, other) => one.start - other.start)
}

const SCORE = 0.75

interface Place {
  readonly start: number
  readonly end: number
}

/** With the level of a house before them, and the region after them, where these were taken for parts of them. */
function grown(read: Read, addresses: readonly Place[], spans: readonly Span[]): readonly Place[] {
  let next = 0
  let least = 0
  return addresses.map(({ start, end }) => {
    while ((spans[next]?.end ?? end) <= start) next += 1
    let place: Place = { start, end }
    for (let at = next; (spans[at]?.start ?? end) < end; at += 1) {
      const span = spans[at]
      if (span?.type !== 'ADDRESS') continue
      const before = read.text.slice(span.start, start)
      const after = read.text.slice(end, span.end)
      const isBefore = span.start >= least && BEFORE.test(before) && !isNamed(read, before)
      place = {
        start: isBefore ? Math.min(place.start, span.start) : place.start,
        end: AFTER.test(after) && isKnownPlace(read, after) ? Math.max(place.end, span.end) : place.end,
      }
    }
    least = place.end
    return place
  })
}

const BEFORE = /^(?:[\p{Lu}\d#][\p{L}\p{N}'’.#&/-]*(?: [\p{L}\p{N}'’.#&/-]+){0,4}(?:, ?|\n))+$/u
const AFTER = /^(?:,\s|\n)\p{Lu}[\p{L}.]+(?: \p{L}[\p{L}.]+){0,3}$/u

const isKnownPlace = ({ vocabulary }: Read, words: string): boolean =>
  words.split(/[\s,]+/).some((word) => (vocabulary.flagsOf(hashOf(word)) & (PLACE | COUNTRY)) !== 0)

/** Whether somebody stands there, and not only what is called after somebody. */
const isNamed = ({ vocabulary }: Read, fields: string): boolean =>
  fields.split(/[,\n]/).some((field) => {
    const words = field.trim().split(' ')
    const isFirst = words.slice(0, -1).some((word) => (vocabulary.flagsOf(hashOf(word)) & FIRST_NAME) !== 0)
    return isFirst && !NAMED_HOUSE.test(field.trim()) && !/\d/.test(field)
  })

/** What of a span is outside the addresses: somebody before one, the rest of a sentence, a country. */
function remains(read: Read, span: Span, addresses: readonly Place[]): readonly Span[] {
  let left: Span[] = [span]
  for (const { start, end } of addresses) {
    left = left.flatMap((one) => {
      if (start >= one.end || end <= one.start) return [one]
      return [
        { ...one, end: Math.min(one.end, start) },
        { ...one, start: Math.max(one.start, end) },
      ].flatMap((part) => (part.end > part.start ? trimmed(read, part) : []))
    })
  }
  return left
}

/** People in it, an address if it has a street and a number, and otherwise what it was without the marks around it. */
function trimmed(read: Read, part: Span): readonly Span[] {
  const words = read.text.slice(part.start, part.end)
  if (part.type !== 'ADDRESS')
    return cut(part, words, /[\p{L}\p{N}].*[\p{L}\p{N}.]|[\p{L}\p{N}]/su.exec(words))
  const flagsOf = (word: string): number => read.vocabulary.flagsOf(hashOf(word))
  const isStreet = words.split(/[\s,]+/).some((word) => (flagsOf(word) & STREET) !== 0)
  if (isStreet && /\d/.test(words)) return cut(part, words, /[\p{L}\p{N}#].*[\p{L}\p{N}]/su.exec(words))
  return [...words.matchAll(FULL_NAME)]
    .filter(({ 0: name }) => name.split(' ').some((word) => (flagsOf(word) & (FIRST_NAME | LAST_NAME)) !== 0))
    .flatMap((name) => cut({ ...part, type: 'PERSON' }, words, name))
}

const FULL_NAME = /\p{Lu}[\p{L}'’-]*\.?(?: \p{Lu}[\p{L}'’-]*\.?){0,2} \p{Lu}[\p{L}'’-]+/gu

const cut = (part: Span, words: string, match: RegExpExecArray | null): readonly Span[] =>
  match === null
    ? []
    : [{ ...part, start: part.start + match.index, end: part.start + match.index + match[0].length }]
