import type { Span } from '../../detect/span.ts'
import { isInCode } from './code.ts'
import type { Read } from './read.ts'
import { DIGITS, hashOf, LINE_END_SHAPE, LOWER_CASE, MARK_SHAPE } from './tokens.ts'
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
const NEXT = new RegExp(
  String.raw`(?: \([^()\n]{1,30}\))?(?:,|;|,? (?:and|or|&)) (${NAME})${NOT_BEHIND}`,
  'uy',
)
const BEFORE = new RegExp(String.raw`${NOT_BEFORE}(${NAME})(?:,|;|,? (?:and|or|&)) $`, 'u')
const LONGEST = 100
/** In a long list everybody has been seen by then. */
const MOST = 2000

interface Place {
  /** At the name, whose first letter is a capital. */
  readonly pattern: RegExp
  /** Whether the lists must know the name; where nobody else can stand they need not. */
  readonly isKnown: boolean
}

/** By what stands right before a name: the hash of a word, of a mark, or of the end of a line. */
const PLACES = new Map<number, Place[]>()
const LINE_END = '\n'
function place(
  after: readonly string[],
  [before, name, behind]: readonly [before: string, name: string, behind: string],
  isKnown = false,
): void {
  const made = { pattern: new RegExp(`${before}(${name})${behind}`, 'uy'), isKnown }
  for (const hash of new Set(after.map(hashOf))) PLACES.set(hash, [...(PLACES.get(hash) ?? []), made])
}
const words = (text: string): readonly string[] => text.split(' ')

const CLOSING = String.raw`(?:[Kk]ind|[Bb]est|[Ww]arm(?:est)?|[Mm]any|[Ww]ith (?:best|kind|many)|[Yy]ours)? ?(?:[Rr]egards|[Ww]ishes|[Tt]hanks|[Cc]heers|[Ss]incerely|[Ff]aithfully|[Tt]ruly|[Ll]ove|[Tt]hank you|[Rr]espectfully|[Bb]est)[,.!]?`
const RELATION =
  'boyfriend|girlfriend|husband|wife|sister|brother|mother|father|mum|mom|dad|son|daughter|uncle|aunt|auntie|grandma|grandpa|granddad|granny|cousin|nephew|niece|roommate|flatmate|fiancée?|neighbou?r|colleague|teammate|classmate|landlord|landlady'
const RANK =
  'Officer|Nurse|Detective|Inspector|Sergeant|Constable|Corporal|Midwife|Sister|Brother|Grandma|Grandpa|Uncle|Aunt|Auntie|Coach|Deputy|Councillor|Magistrate'
const HEAD =
  '[Bb]ill(?:ed)? [Tt]o|[Ss]hip(?:ped)? [Tt]o|[Dd]eliver(?:ed)? [Tt]o|[Ss]old [Tt]o|[Ii]nvoiced? [Tt]o|[Aa]ttn|[Aa]ttention|[Ww]inner|[Nn]ominee|[Nn]ext of kin|[Pp]repared (?:by|for)|[Aa]pproved by|[Rr]equested by|[Ss]igned by|[Ss]ubmitted by|[Rr]eported by|[Ww]itness(?:ed by)?|[Tt]rustee|[Ee]xecutor|[Pp]oint of contact|[Cc]ontact person'
const ROW_HEAD =
  '[Aa]ttendees|[Pp]resent|[Pp]articipants|[Ii]nvitees|[Gg]uests|[Mm]embers|[Aa]pologies|[Aa]bsent|[Pp]anel(?:lists)?|[Ww]itnesses|[Tt]eam|[Cc]rew|[Cc]c|[Rr]oster|[Ss]peakers|[Pp]assengers|[Pp]layers|[Vv]olunteers'

place(
  [LINE_END, '>'],
  [
    String.raw`(?<=(?:^|\n)[ \t>]{0,8}${CLOSING}[ \t]{0,4}\n{1,3}[ \t>]{0,8})`,
    NAME,
    String.raw`(?=[ \t]{0,4}(?:\n|$))`,
  ],
)
place(words('- — –'), [
  String.raw`(?<=(?:^|\n|[.!?] )(?:--|—|–) ?)`,
  NAME,
  String.raw`(?=[ \t]{0,4}(?:\n|$))`,
])
place(words('de of to name account card titular intestatario intestataria inhaber inhaberin :'), [
  String.raw`(?<=(?:a nombre de|au nom de|in the name of|made out to|payable to|on behalf of|titular|intestatari[oa]|Inhaber(?:in)?|[Nn]ame(?: on (?:the )?(?:account|card))?):? )`,
  FULL_NAME,
  NOT_BEHIND,
])
place(
  [':', LINE_END],
  [
    String.raw`(?<=(?:^|\n|[.;] )(?:${HEAD}):[ \t]{0,4}\n?[ \t]{0,4})`,
    FULL_NAME,
    String.raw`(?=[ \t]{0,4}(?:\n|$|[,;(]))`,
  ],
)
place(
  [...words(RELATION.replaceAll('|', ' ').replaceAll('?', '')), 'fiancé', 'neighbor', ','],
  [
    String.raw`(?<=\b(?:[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Yy]our|[Tt]heir|the) (?:${RELATION}),? )`,
    NAME,
    NOT_BEHIND,
  ],
)
place(['let'], ['(?<=[Ll]et )', NAME, String.raw`(?= know\b)`], true)
place(
  words(
    'told ask asked tell email emailed called texted messaged met phoned remind reminded invite invited thank thanked',
  ),
  ['(?<= |^|\n)', NAME, NOT_BEHIND],
  true,
)
place(words(RANK.toLowerCase().replaceAll('|', ' ')), [
  String.raw`(?<=(?<![\p{L}] |[\p{L}-])(?:${RANK}) )`,
  NAME,
  NOT_BEHIND,
])
place(words('dr mr mrs ms mx prof .'), [
  String.raw`(?<=(?<![\p{L}-])(?:Dr|Mrs?|Ms|Mx|Prof)\.? )`,
  NAME,
  NOT_BEHIND,
])
place(
  ['s', 'is', 'me', "i'm", 'i’m'],
  [
    String.raw`(?<=(?:[Ii]t['’]s|[Tt]his is|[Mm]y name is|[Nn]ame['’]s|[Cc]all me|I['’]m) )`,
    NAME,
    String.raw`(?= (?:from|calling|here|speaking|again|with|and I)\b)`,
  ],
  true,
)
place(
  [LINE_END, '-', '*', '•'],
  [String.raw`(?<=(?:^|\n)[ \t]{0,4}(?:[-*•] )?)`, `${WORD}, ${WORD}`, String.raw`(?= ?[–—(|\t-])`],
  true,
)

/** Before an address of mail. */
const WRITER = new RegExp(String.raw`${NOT_BEFORE}(${FULL_NAME}) $`, 'u')
const MAIL = /<[^\s<>@]{1,64}@[^\s<>]{3,80}>/y
/** Who signs with one word, where a message ends. */
const SIGNED = new RegExp(String.raw`(?<=\p{Ll}[.!?] {1,2})(${WORD})\s*$`, 'u')
/** `Attendees: Dawn, Bill and April`: nobody but people, who may be called as months and bills are. */
const ROW = new RegExp(
  String.raw`(?<=(?:^|\n|[.;] )(?:${ROW_HEAD}): )${NAME}(?:(?:, and |, | and | & |; )${NAME}){1,40}(?=[.;]?[ \t]{0,4}(?:\n|$|\p{L}))`,
  'uy',
)
const OF_ROW = new RegExp(NAME, 'gu')
/** `on_call:` and lines with a stroke, `"watchers": ["Ana Reis", "Tom Hale"]`. */
const LISTED = new RegExp(
  String.raw`(?<=(?:on_?call|owners|watchers|maintainers|reviewers|approvers|assignees|members|attendees|participants|authors|contacts|signers|passengers|guests|candidates|employees|patients|students)\\?["']?\s{0,2}[:=]\s{0,2})(?:(?:\s{0,12}- ["']?${NAME}["']?(?=\n|$)){1,40}|\s{0,2}\[\s{0,12}\\?["']${NAME}\\?["'](?:,\s{0,12}\\?["']${NAME}\\?["']){0,40})`,
  'uy',
)

/** Finds who stands beside those who were found, and in places of letters. Spans in the order of the text, and so is what returns. */
export function withBeside(read: Read, spans: readonly Span[]): readonly Span[] {
  const { text } = read
  const beside = new Beside(read, spans)
  findPlaces(read, beside)
  const signed = SIGNED.exec(text.slice(-LONGEST))
  if (signed?.[1] !== undefined && mayBeSomebody(read, signed[1], 'listed')) {
    const start = Math.max(0, text.length - LONGEST) + signed.index
    beside.add(start, start + signed[1].length)
  }
  const people = [...spans, ...beside.added].filter(({ type }) => type === 'PERSON').slice(0, MOST)
  // Whoever is added has neighbours as well.
  for (let one = people.pop(); one !== undefined; one = people.pop())
    for (const neighbour of neighboursOf(read, one)) {
      const added = beside.add(neighbour.start, neighbour.end)
      if (added !== null) people.push(added)
    }
  return beside.all()
}

/** Token by token: only where a word or a mark tells of it is a pattern tried. */
function findPlaces(read: Read, beside: Beside): void {
  const { text, tokens } = read
  let before = hashOf(LINE_END)
  for (let token = 0; token < tokens.count; token += 1) {
    const [shape, start] = [tokens.shape[token] ?? 0, tokens.start[token] ?? 0]
    const hash = tokens.hash[token] ?? 0
    if (shape === MARK_SHAPE) atMark(read, beside, start)
    else if (shape !== LOWER_CASE && shape !== DIGITS && shape !== LINE_END_SHAPE) {
      for (const { pattern, isKnown } of PLACES.get(before) ?? NO_PLACES) {
        const name = matchAt(pattern, text, start)?.[1]
        if (name !== undefined && mayBeSomebody(read, name, isKnown ? 'place' : 'anybody'))
          beside.add(start, start + name.length)
      }
      if (before === COLON_HASH) addRow(read, beside, start, matchAt(ROW, text, start)?.[0])
    }
    // A line ends with a hash of its own.
    before = shape === LINE_END_SHAPE ? LINE_END_HASH : hash
  }
}
const NO_PLACES: readonly Place[] = []
const [LINE_END_HASH, COLON_HASH] = [hashOf(LINE_END), hashOf(':')]

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function atMark(read: Read, beside: Beside, at: number): void {
  const { text } = read
  const mark = text[at]
  if (mark === ':' || mark === '=') addRow(read, beside, at + 1, matchAt(LISTED, text, at + 1)?.[0])
  if (mark !== '<' || text[at - 1] !== ' ' || matchAt(MAIL, text, at) === null) return
  const from = Math.max(0, at - LONGEST)
  const writer = WRITER.exec(text.slice(from, at))
  if (writer?.[1] !== undefined && mayBeSomebody(read, writer[1], 'anybody'))
    beside.add(from + writer.index, from + writer.index + writer[1].length)
}

/** A row of people, if the lists know half of them. */
function addRow(read: Read, beside: Beside, start: number, row: string | undefined): void {
  if (row === undefined) return
  const names = [...row.matchAll(OF_ROW)]
  const known = names.filter(({ 0: name }) =>
    name.split(' ').some((word) => isNamed(flagsOfWord(read, word))),
  )
  if (known.length * 2 < names.length) return
  for (const { 0: name, index } of names) beside.add(start + index, start + index + name.length)
}

/** The spans that were found, and those that are added where nothing stands yet. */
class Beside {
  readonly added: Span[] = []
  readonly #read: Read
  readonly #spans: readonly Span[]
  readonly #dropped = new Set<Span>()
  /** Made when somebody is to be added: most texts need none. */
  #taken: Uint8Array | null = null

  constructor(read: Read, spans: readonly Span[]) {
    this.#read = read
    this.#spans = spans
  }

  /** Null: the place is taken, or in code. */
  add(start: number, end: number): Span | null {
    const taken = (this.#taken ??= this.#cover())
    if (taken.subarray(start, end).includes(TAKEN) || isInCode(this.#read.text, start, end)) return null
    if (taken.subarray(start, end).includes(ADDRESS) && !this.#drop(start, end)) return null
    taken.fill(TAKEN, start, end)
    const span: Span = { start, end, type: 'PERSON', score: SCORE, source: 'english-names:beside' }
    this.added.push(span)
    return span
  }

  all(): readonly Span[] {
    if (this.added.length === 0) return this.#spans
    const kept = this.#spans.filter((span) => !this.#dropped.has(span))
    return [...kept, ...this.added].sort((one, other) => one.start - other.start)
  }

  #cover(): Uint8Array {
    const cover = new Uint8Array(this.#read.text.length)
    for (const { start, end, type } of this.#spans)
      cover.fill(type === 'ADDRESS' ? ADDRESS : TAKEN, start, end)
    return cover
  }

  /** Whether what had the place was no address, and is gone. */
  #drop(from: number, to: number): boolean {
    let [low, high] = [0, this.#spans.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#spans[middle]?.end ?? 0) <= from) low = middle + 1
      else high = middle
    }
    const span = this.#spans[low]
    if (span === undefined || !isNoAddress(this.#read, span, from, to)) return false
    this.#dropped.add(span)
    return true
  }
}
const [TAKEN, ADDRESS] = [1, 2]

function neighboursOf(read: Read, one: Span): readonly { readonly start: number; readonly end: number }[] {
  const { text } = read
  const found = []
  NEXT.lastIndex = one.end
  const next = NEXT.exec(text)
  if (
    next?.[1] !== undefined &&
    (mayBeSomebody(read, next[1], 'listed') || isGivenToo(read, one, next[0].replace(/^ \([^()]*\)/, '')))
  )
    found.push({ start: NEXT.lastIndex - next[1].length, end: NEXT.lastIndex })
  const from = Math.max(0, one.start - LONGEST)
  // Most have another word before them.
  const isJoined = text[one.start - 1] === ' ' && ',;&dr'.includes(text[one.start - 2] ?? ' ')
  const before = isJoined ? BEFORE.exec(text.slice(from, one.start)) : null
  const isBefore = (name: string) =>
    mayBeSomebody(read, name, 'listed') ||
    isGivenToo(read, one, / (?:and|&) $/.test(before?.[0] ?? '') ? ` and ${name}` : '')
  if (before?.[1] !== undefined && isBefore(before[1]))
    found.push({ start: from + before.index, end: from + before.index + before[1].length })
  return found
}

const SCORE = 0.7
const NO_NAMES = ORGANISATION | STREET | CALENDAR | TITLE | COUNTRY

/** `82472138A, a nombre de Pedro Müller` has the form of an address, and no street in it. */
function isNoAddress(read: Read, { type, start, end }: Span, from: number, to: number): boolean {
  if (type !== 'ADDRESS' || start > from || end < to) return false
  const rest = `${read.text.slice(start, from)} ${read.text.slice(to, end)}`
  return !(rest.match(/\p{L}+/gu) ?? []).some((word) => isOfAPlace(flagsOfWord(read, word)))
}

/** `Dr` is a drive as well. */
const isOfAPlace = (flags: number): boolean =>
  (flags & (STREET | PLACE | COUNTRY)) !== 0 && (flags & TITLE) === 0

/** `Ada and Jürgen`: who stands beside a given name is called by his, whether a list has it or not. */
function isGivenToo(read: Read, { start, end }: Span, joined: string): boolean {
  const word = /^ (?:and|&) (\p{Lu}\p{Ll}{2,20})$/u.exec(joined)?.[1]
  if (word === undefined || read.text.slice(start, end).includes(' ')) return false
  const flags = flagsOfWord(read, word)
  return flags === 0 || (flags & (FIRST_NAME | NO_NAMES)) === FIRST_NAME
}

const isNamed = (flags: number): boolean => (flags & (FIRST_NAME | LAST_NAME)) !== 0
const flagsOfWord = ({ vocabulary }: Read, word: string): number =>
  vocabulary.flagsOf(hashOf(word.toLowerCase()))

/** Whether anybody can stand there, the lists must have the first word as a name, or as nothing else where it stands alone. */
type Known = 'anybody' | 'place' | 'listed'

function mayBeSomebody(read: Read, name: string, known: Known): boolean {
  const isKnown = known !== 'anybody'
  const flags = name
    .split(/,? /)
    .filter((word) => !word.endsWith('.'))
    .map((word) => flagsOfWord(read, word))
  const [first = 0, ...others] = flags
  if (flags.some((one) => (one & NO_NAMES) !== 0 && (one & (FIRST_NAME | COUNTRY)) !== FIRST_NAME))
    return false
  // Daniel Love: the second may be any word where nobody else can stand.
  const isCertain = !isKnown && (first & (FIRST_NAME | COMMON)) === FIRST_NAME && others.length === 1
  if (!isCertain && flags.some((one) => (one & FREQUENT) !== 0 && !isNamed(one))) return false
  if (others.length === 0)
    return isKnown
      ? (first & (known === 'listed' ? FIRST_NAME | FREQUENT | PLACE : FIRST_NAME)) === FIRST_NAME
      : isNamed(first) || (first & (COMMON | PLACE | THING)) === 0
  return isKnown
    ? (isNamed(first) || name.includes(',')) &&
        others.every((one) => isNamed(one) || (one & (COMMON | PLACE)) === 0)
    : flags.some(isNamed) || flags.every((one) => (one & COMMON) === 0)
}
