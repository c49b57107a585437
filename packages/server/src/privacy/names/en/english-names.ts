import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Span } from '../../detect/span.ts'
import { Tagger } from '../tagger/tagger.ts'
import { withBeside } from './beside.ts'
import { isInCode } from './code.ts'
import { endOf, mended } from './edges.ts'
import type { Read, Stretch } from './read.ts'
import type { Window } from './features.ts'
import { featuresOf } from './features.ts'
import { joinNames } from './joins.ts'
import { LABELS, readModel } from './model.ts'
import { withParts } from './parts.ts'
import { PlainForms } from './plain-forms.ts'
import { withPostal } from './postal.ts'
import {
  CAPITALISED,
  CAPITALS,
  DIGITS,
  DIGITS_AND_LETTERS,
  hashOf,
  LINE_END_SHAPE,
  LOWER_CASE,
  MARK_SHAPE,
  tokenise,
  Tokens,
} from './tokens.ts'
import type { Vocabulary } from './vocabulary.ts'
import {
  COMMON,
  COUNTRY,
  EPONYM,
  FIRST_NAME,
  FREQUENT,
  LAST_NAME,
  ORGANISATION,
  PLACE,
  STREET,
  THING,
  TITLE,
} from './vocabulary.ts'

/** Tokens that are labelled at once; a longer text is cut where a line or, failing that, a word ends. */
const [LONG, LONGEST] = [160, 320]
const SHORT = 4096
const SCORE = 0.75

const TYPES: readonly (EntityType | null)[] = LABELS.map(typeOf)

/** What was said of the tokens of a window, and which words of the text are words. */
interface Seen {
  readonly labels: Uint8Array
  readonly plain: PlainForms
  /** How much the window is about programs. */
  readonly register: number
}

/** People, places, organisations and addresses in English text, and in what Latin letters stand elsewhere. */
export class EnglishNames {
  readonly #tagger: Tagger
  readonly #vocabulary: Vocabulary
  /** For short texts, of which a table has one in each of its cells. */
  readonly #tokens = new Tokens()
  readonly #labels = new Uint8Array(LONGEST)

  constructor() {
    const { model, vocabulary } = readModel()
    this.#tagger = new Tagger(model)
    this.#vocabulary = vocabulary
  }

  /** Whether a word is a first name and no other word: Kevin, not Mark. */
  isFirstName(word: string): boolean {
    const flags = this.#vocabulary.flagsOf(hashOf(word.toLowerCase()))
    return (flags & (FIRST_NAME | COMMON | PLACE)) === FIRST_NAME
  }

  /** Whether words name a thing: all of them are words and nobody's name (Nightly Digest), or a frequent one is the last (Harper Lamp). */
  isThing(words: string): boolean {
    const flags = words.split(' ').map((word) => this.#vocabulary.flagsOf(hashOf(word)))
    const isPlain = flags.every((known) => (known & (NAMES | COMMON)) === COMMON)
    return isPlain || (flags.length > 1 && ((flags.at(-1) ?? 0) & (FREQUENT | NAMED | TITLE)) === FREQUENT)
  }

  find(text: string): readonly Span[] {
    const tokens = tokenise(text, text.length <= SHORT ? this.#tokens : new Tokens())
    const labels = this.#labels.fill(0)
    const spans: Span[] = []
    const plain = new PlainForms(tokens)
    for (let from = 0; from < tokens.count;) {
      const to = endOfWindow(tokens, from)
      const features = featuresOf({ text, tokens, from, to }, this.#vocabulary)
      this.#tagger.tag(features, labels)
      this.#amend({ text, tokens, from, to }, labels)
      joinNames({ text, tokens, vocabulary: this.#vocabulary }, labels, { from, to })
      this.#collect({ text, tokens, from, to }, { labels, plain, register: features.register }, spans)
      from = to
    }
    const read: Read = { text, tokens, vocabulary: this.#vocabulary }
    return withParts(read, withBeside(read, withPostal(read, spans)))
  }

  /** A title is no part of a name, and whoever has one has a name. */
  #amend({ text, tokens, from, to }: Window, labels: Uint8Array): void {
    for (let token = from; token < to; token += 1) {
      const { shape, hash } = tokens
      if (shape[token] === LOWER_CASE) this.#amendPlain(tokens, token, labels, from)
      if (shape[token] !== CAPITALISED || (this.#vocabulary.flagsOf(hash[token] ?? 0) & TITLE) === 0) continue
      const label = labels[token - from] ?? OUTSIDE
      if (label !== OUTSIDE && label !== NAME_BEGINS && !isTitledOther(label, text, tokens, token)) continue
      const isShort = text.charCodeAt(tokens.end[token] ?? 0) === FULL_STOP
      const next = token + (isShort ? 2 : 1)
      if (next >= to || (shape[next] !== CAPITALISED && shape[next] !== CAPITALS)) continue
      const after = renamed(labels, label, next - from)
      const isName = after === NAME_BEGINS || after === NAME_GOES_ON
      if (
        !isName &&
        !(after === OUTSIDE && ALWAYS_BEFORE_NAMES.has(text.slice(tokens.start[token], tokens.end[token])))
      )
        continue
      for (let title = token; title < next; title += 1) labels[title - from] = OUTSIDE
      labels[next - from] = NAME_BEGINS
    }
  }

  /** `mr bansal`, as people chat. */
  #amendPlain({ hash, shape, count }: Tokens, token: number, labels: Uint8Array, from: number): void {
    if (!PLAIN_TITLES.has(hash[token] ?? 0) || token + 1 >= count || shape[token + 1] !== LOWER_CASE) return
    const flags = this.#vocabulary.flagsOf(hash[token + 1] ?? 0)
    if ((flags & FREQUENT) !== 0 || labels[token + 1 - from] !== OUTSIDE) return
    labels[token + 1 - from] = NAME_BEGINS
  }

  #collect({ text, tokens, from, to }: Window, { labels, plain, register }: Seen, into: Span[]): void {
    const read: Read = { text, tokens, vocabulary: this.#vocabulary }
    for (let token = from; token < to; token += 1) {
      const type = TYPES[labels[token - from] ?? 0] ?? null
      if (type === null) continue
      const first = token
      while (token + 1 < to && isInside(labels[token + 1 - from] ?? 0, type)) token += 1
      for (const part of mended(read, { type, first, last: token })) {
        const [start, end] = [tokens.start[part.first] ?? 0, endOf(read, part)]
        const gain = this.#tagger.gain(labels, part.first - from, part.last - from)
        // What an address turned out to be, nobody has weighed; but a list of drinks is none of people.
        const isEnough =
          part.type === type
            ? gain >= this.#leastIn(read, part, { plain, register })
            : !this.#isPhrase(tokens.hash, part)
        const isSomebody =
          part.type === 'LOCATION' && (!isEnough || part.type !== type) && this.#isInFull(tokens.hash, part)
        if (!isEnough && !isSomebody) continue
        const isName = this.#isTitled(tokens, part.first) || this.#isNamed(tokens, part)
        if (isName && !isInCode(text, start, end))
          into.push({
            start,
            end,
            type: isSomebody ? 'PERSON' : part.type,
            score: SCORE,
            source: 'english-names',
          })
      }
    }
  }

  /** A word that stands in lower case elsewhere must be said to be a name all the more, and nobody has ten names. */
  #leastIn({ tokens }: Read, part: Stretch, { plain, register }: Omit<Seen, 'labels'>): number {
    const { type, first, last } = part
    const known = this.#least(tokens, part)
    const least = known === LEAST.UNKNOWN ? known + (BY_REGISTER[register] ?? 0) : known
    if (type === 'PERSON' && last - first >= MOST_WORDS) return Number.POSITIVE_INFINITY
    if (first < last || type === 'ADDRESS' || tokens.shape[first] === LOWER_CASE) return least
    const flags = this.#vocabulary.flagsOf(tokens.hash[first] ?? 0)
    const isWord = (flags & (FREQUENT | COMMON)) !== 0 || (flags & NAMED) === 0
    return isWord && Number.isFinite(least) && plain.has(tokens.hash[first] ?? 0)
      ? Math.max(least, LEAST.PLAIN)
      : least
  }

  /** So much the words must say: less where lists know them, most of a frequent word that stands alone. */
  #least(tokens: Tokens, { type, first, last }: Stretch): number {
    const { hash } = tokens
    if (this.#isTitled(tokens, first)) return Number.NEGATIVE_INFINITY
    const root = Math.sqrt(last - first + 1)
    if (type === 'ADDRESS') return (hasNumber(tokens, first, last) ? LEAST.ADDRESS : LEAST.NO_NUMBER) * root
    if (type !== 'ORGANIZATION' && this.#isCalledThing(hash, first, last))
      return (first < last ? LEAST.THING : LEAST.ONE_THING) * root
    if (first < last) return this.#leastOfWords(tokens, { type, first, last }) * root
    const flags = this.#vocabulary.flagsOf(hash[first] ?? 0)
    if (type === 'ORGANIZATION' && tokens.shape[first] === CAPITALS)
      return (flags & ORGANISATION) === 0 ? LEAST.SHORT_FORM : LEAST.KNOWN
    const isKnown = (flags & (type === 'PERSON' ? NAMES : NAMED)) !== 0
    if (!isKnown && type !== 'ORGANIZATION' && tokens.shape[first] === CAPITALS) return LEAST.IN_CAPITALS
    if (type === 'LOCATION') return isKnown ? LEAST.KNOWN_PLACE : LEAST.UNKNOWN
    if (type === 'ORGANIZATION') return isKnown ? LEAST.FREQUENT : LEAST.ONE_FIRM
    if ((flags & (FREQUENT | COMMON)) !== 0) return LEAST.FREQUENT
    if (isKnown) return LEAST.KNOWN
    return this.#isKey(tokens, first) ? LEAST.KEY : LEAST.UNKNOWN
  }

  #leastOfWords(tokens: Tokens, { type, first, last }: Stretch): number {
    const { hash } = tokens
    if (type === 'LOCATION') return LEAST.KNOWN_PLACE
    if (type !== 'PERSON')
      return this.#isClause(tokens, first, last) || this.#isPlain(hash, first, last)
        ? LEAST.ONE_FIRM
        : LEAST.FIRM
    let all = 0
    for (let token = first; token <= last; token += 1) all |= this.#vocabulary.flagsOf(hash[token] ?? 0)
    if ((all & NAMES) === 0) return (all & (FREQUENT | COMMON)) === 0 ? LEAST.STRANGERS : LEAST.FREQUENT
    return (all & (FREQUENT | COMMON)) === 0 ? LEAST.PEOPLE : LEAST.WORDS
  }

  /** `Makefile Generators`: words of every text, none of which firms are called by. */
  #isPlain(hash: Uint32Array, first: number, last: number): boolean {
    // Ulster Peat, of the Ulster Peat Company.
    if ((this.#vocabulary.flagsOf(hash[last + 1] ?? 0) & ORGANISATION) !== 0) return false
    for (let token = first; token <= last; token += 1)
      if ((this.#vocabulary.flagsOf(hash[token] ?? 0) & (COMMON | NAMED | ORGANISATION)) !== COMMON)
        return false
    return true
  }

  /** `Adeyemi replaced Kowalski` is two people and what one did, and no firm. */
  #isClause({ hash, shape, start, end }: Tokens, first: number, last: number): boolean {
    let hasVerb = false
    for (let token = first; token <= last; token += 1) {
      if ((this.#vocabulary.flagsOf(hash[token] ?? 0) & ORGANISATION) !== 0) return false
      const isInner = token > first && token < last && shape[token] === LOWER_CASE
      if (isInner && (end[token] ?? 0) - (start[token] ?? 0) > LONGEST_PARTICLE) hasVerb = true
    }
    return hasVerb
  }

  /** A book, a dish or a make, of several words or of one. */
  #isCalledThing(hash: Uint32Array, first: number, last: number): boolean {
    if (first < last) return this.#isPhrase(hash, { first, last })
    return (this.#vocabulary.flagsOf(hash[first] ?? 0) & (THING | EPONYM)) !== 0
  }

  #isPhrase(hash: Uint32Array, { first, last }: Pick<Stretch, 'first' | 'last'>): boolean {
    return this.#vocabulary.phraseAt(hash, first, last + 1) === last + 1 - first
  }

  /** Savannah Brown, who is taken for a place in a list of results. */
  #isInFull(hash: Uint32Array, { first, last }: Stretch): boolean {
    if (first === last || last - first > 3 || this.#isPhrase(hash, { first, last })) return false
    const given = this.#vocabulary.flagsOf(hash[first] ?? 0)
    const family = this.#vocabulary.flagsOf(hash[last] ?? 0)
    return (given & FIRST_NAME) !== 0 && (family === 0 || (family & LAST_NAME) !== 0)
  }

  /** Before a colon or a number, where a line begins; and behind an article of a language that writes nouns so: die Rechnung. */
  #isKey({ hash, shape, count }: Tokens, token: number): boolean {
    if (token > 0 && shape[token - 1] !== LINE_END_SHAPE) return ARTICLES.has(hash[token - 1] ?? 0)
    const next = hash[token + 1] ?? 0
    return BEHIND_KEY.has(next) || (token + 1 < count && shape[token + 1] === DIGITS)
  }

  #isTitled({ hash, end }: Pick<Tokens, 'hash' | 'end'>, first: number): boolean {
    const isAfterStop = hash[first - 1] === STOP_HASH && end[first - 1] === (end[first - 2] ?? 0) + 1
    return (this.#vocabulary.flagsOf(hash[isAfterStop ? first - 2 : first - 1] ?? 0) & TITLE) !== 0
  }

  /** Without any capital, and with no name that a list knows, words are words; numbers alone are no address. */
  #isNamed({ shape, hash, start, end }: Tokens, { type, first, last }: Stretch): boolean {
    for (let token = first; token <= last; token += 1) {
      const form = shape[token]
      const flags = this.#vocabulary.flagsOf(hash[token] ?? 0)
      if ((flags & NAMED) !== 0 && ((flags & COMMON) === 0 || type === 'ADDRESS')) return true
      if (form === LOWER_CASE || form === MARK_SHAPE || form === LINE_END_SHAPE) continue
      if (type !== 'ADDRESS' || (isCapital(form) && (end[token] ?? 0) - (start[token] ?? 0) > 2)) return true
    }
    return false
  }
}

function hasNumber({ shape }: Tokens, first: number, last: number): boolean {
  for (let token = first; token <= last; token += 1)
    if (shape[token] === DIGITS || shape[token] === DIGITS_AND_LETTERS) return true
  return false
}

const isCapital = (shape: number | undefined): boolean => shape === CAPITALISED || shape === CAPITALS

const PLAIN_TITLES = new Set(['mr', 'mrs', 'ms', 'miss', 'dr', 'prof'].map(hashOf))
const ADDRESS_BEGINS = LABELS.indexOf('B-ADDRESS')
/** `Lt. Grzegorczyk` taken for a firm or a place. */
const isTitledOther = (label: number, text: string, tokens: Tokens, token: number): boolean =>
  label > NAME_GOES_ON &&
  LABELS[label]?.startsWith('B-') === true &&
  label !== ADDRESS_BEGINS &&
  ALWAYS_BEFORE_NAMES.has(text.slice(tokens.start[token], tokens.end[token]))

/** What was taken for the rest of something else goes on as a name. Returns the label of the token after the title. */
function renamed(labels: Uint8Array, begins: number, next: number): number {
  if (begins > NAME_GOES_ON) for (let at = next; labels[at] === begins + 1; at += 1) labels[at] = NAME_GOES_ON
  return labels[next] ?? OUTSIDE
}

/** In the units of the weights. Found on texts that name nobody. */
const LEAST = {
  THING: 500,
  ONE_THING: 600,
  /** `ARN`, `QUIC`: technical text is full of them, and few are firms. */
  SHORT_FORM: 1200,
  ADDRESS: -1500,
  /** Streets without a number are few, and so are addresses. */
  NO_NUMBER: -300,
  PEOPLE: 20,
  /** Robin Hill, in which a word of every day is. */
  WORDS: 150,
  /** Of whom no list knows a name. */
  STRANGERS: 300,
  FIRM: 370,
  ONE_FIRM: 1000,
  KNOWN_PLACE: 440,
  /** Hope, Bill and Grant are names as well. */
  FREQUENT: 550,
  UNKNOWN: 560,
  /** `AUTOMOC`, of which no list knows a name. */
  IN_CAPITALS: 900,
  /** `Telefon:`, which no list knows. */
  KEY: 1200,
  KNOWN: 390,
  /** `Deserialization`, where `deserialization` stands too. */
  PLAIN: 1000,
}
/** What no list knows is more often a program where the text is about programs, and somebody where it is not. */
const BY_REGISTER = [-60, 0, 60]
const LONGEST_PARTICLE = 4
/** Words and marks of a name. */
const MOST_WORDS = 10
const NAMES = FIRST_NAME | LAST_NAME
const NAMED = FIRST_NAME | LAST_NAME | PLACE | COUNTRY | STREET
const FULL_STOP = 46
const STOP_HASH = hashOf('.')
const ARTICLES = new Set(
  'der die das den dem des ein eine einen einem einer une il gli een het ett'.split(' ').map(hashOf),
)
const BEHIND_KEY = new Set([':', '(', '+'].map(hashOf))
/** Others are also the names of offices, films and relations. */
const ALWAYS_BEFORE_NAMES = new Set([
  'Mr',
  'Mrs',
  'Ms',
  'Miss',
  'Dr',
  'Mx',
  'Prof',
  'Lt',
  'Sgt',
  'Capt',
  'Rev',
  'Fr',
  'Hon',
  'Doña',
  'Alhaji',
  'Shri',
  'Smt',
  'Herr',
  'Frau',
  'Madame',
  'Monsieur',
  'Señor',
  'Señora',
])

/** Labels of names as the model has them. */
const [OUTSIDE, NAME_BEGINS, NAME_GOES_ON] = [0, LABELS.indexOf('B-PERSON'), LABELS.indexOf('I-PERSON')]

function typeOf(label: (typeof LABELS)[number]): EntityType | null {
  switch (label) {
    case 'B-PERSON':
    case 'I-PERSON':
      return 'PERSON'
    case 'B-ADDRESS':
    case 'I-ADDRESS':
      return 'ADDRESS'
    case 'B-LOCATION':
    case 'I-LOCATION':
      return 'LOCATION'
    case 'B-ORGANIZATION':
    case 'I-ORGANIZATION':
      return 'ORGANIZATION'
    default:
      return null
  }
}

function endOfWindow({ shape, count }: Tokens, from: number): number {
  const most = Math.min(count, from + LONGEST)
  for (let at = from + LONG; at < most; at += 1) if (shape[at] === LINE_END_SHAPE) return at + 1
  return most
}

const isInside = (label: number, type: EntityType): boolean =>
  TYPES[label] === type && LABELS[label]?.startsWith('I-') === true
