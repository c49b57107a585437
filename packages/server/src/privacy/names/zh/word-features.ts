import type { Features } from '../tagger/tagger.ts'
import type { Lexicon } from './lexicon.ts'
import { contextCode } from './context.ts'
import type { Tokens } from './tokens.ts'
import { BETWEEN, hashOfWord, PERSON_WORDS } from './person-words.ts'
import { ALNUM, MARK, NAME } from './tokens.ts'
import { FUNCTION_WORD, PLACE, VERB, WORD, nextHash } from './word-table.ts'

/** Hashes that describe a word and what stands around it. */
export const PER_WORD = 45

const OWN_KINDS = VERB | FUNCTION_WORD | PLACE
/** Words that cost about the same are alike. */
const COST_STEP = 6
/** So are given names. */
const GIVEN_STEP = 12
/** Words that are names about as often are alike. */
const ODDS_STEP = 10
const EVEN = 64
/** Words of three characters are learned from too seldom to be compared. */
const LONG = 255
const UNKNOWN_SURNAME = 80
/** Beyond the ends of the text. */
const BEYOND = 4096
const [ALNUM_HASH, NAME_HASH] = [1, 2]

/** The words on both sides of one: their kinds, hashes and what they say of people. */
interface Beside {
  readonly kind1: number
  readonly kind3: number
  readonly word1: number
  readonly word3: number
  readonly before2: number
  readonly before: number
  readonly after: number
  readonly after2: number
}

/**
 * What tells whether a word of the dictionary is somebody's name where it stands: the words, characters and kinds on both
 * sides, how common it is, and hardly anything else of itself.
 */
export class WordFeatures {
  readonly #lexicon: Lexicon
  readonly #hashes = new Uint32Array(PER_WORD)
  readonly #features: Features = { count: 1, perToken: PER_WORD, hashes: this.#hashes }
  #count = 0

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon
  }

  /** Of token `index`; good until the next call. */
  of(text: string, tokens: Tokens, index: number): Features {
    this.#count = 0
    const start = tokens.start(index)
    const end = tokens.end(index)
    const own = tokens.kind(index) & OWN_KINDS
    const cost = Math.floor(this.#lexicon.words.costOf(text, start, end) / COST_STEP)
    const name = Math.floor(this.#asGiven(text, start, end) / GIVEN_STEP)
    const [kind2, kind1] = [kindOf(tokens, index - 2), kindOf(tokens, index - 1)]
    const [kind3, kind4] = [kindOf(tokens, index + 1), kindOf(tokens, index + 2)]
    const [word2, word1] = [wordOf(text, tokens, index - 2), wordOf(text, tokens, index - 1)]
    const [word3, word4] = [wordOf(text, tokens, index + 1), wordOf(text, tokens, index + 2)]
    this.#add(0)
    this.#add(cost, end - start)
    this.#add(name)
    this.#add(cost, name)
    this.#add(text.charCodeAt(end - 1))
    this.#add(own)
    this.#add(word1)
    this.#add(word1, word2)
    this.#add(word3)
    this.#add(word3, word4)
    this.#add(kind1)
    this.#add(kind3)
    this.#add(kind1, kind3)
    this.#add(kind1, kind2)
    this.#add(kind3, kind4)
    this.#add(word1, word3)
    this.#add(word1, kind3)
    this.#add(kind1, word3)
    this.#add(own, kind1, kind3)
    this.#add(cost, kind1, kind3)
    this.#add(contextCode(text, start - 1))
    this.#add(contextCode(text, start - 1), contextCode(text, start - 2))
    this.#add(contextCode(text, end))
    this.#add(contextCode(text, end), contextCode(text, end + 1))
    this.#add(contextCode(text, start - 1), contextCode(text, start - 2), contextCode(text, start - 3))
    this.#add(contextCode(text, end), contextCode(text, end + 1), contextCode(text, end + 2))
    this.#add(word2)
    this.#add(word4)
    const odds = end - start === 2 ? this.#odds(text, start, end) : LONG
    this.#add(odds)
    this.#add(odds, kind1, kind3)
    this.#add(odds, own)
    this.#addOfPeople(text, tokens, index, {
      kind1,
      kind3,
      word1,
      word3,
      before2: classOf(kind2, word2),
      before: classOf(kind1, word1),
      after: classOf(kind3, word3),
      after2: classOf(kind4, word4),
    })
    return this.#features
  }

  /** What the words on both sides say of somebody; behind the word those between it and what is done are passed over. */
  #addOfPeople(
    text: string,
    tokens: Tokens,
    index: number,
    { kind1, kind3, word1, word3, before2, before, after, after2 }: Beside,
  ): void {
    let [deed, doing, done] = [index + 1, after, word3]
    while (deed < index + PASSED && (doing & BETWEEN) !== 0) {
      deed += 1
      done = wordOf(text, tokens, deed)
      doing = classOf(kindOf(tokens, deed), done)
    }
    const passed = deed > index + 1 ? 1 : 0
    this.#add(before)
    this.#add(after)
    this.#add(before, after)
    this.#add(before, kind3)
    this.#add(kind1, after)
    this.#add(before2, before)
    this.#add(after, after2)
    this.#add(doing, passed)
    this.#add(doing, before)
    this.#add(doing, kind1)
    this.#add(done, passed)
    this.#add(word3, after2)
    this.#add(before2, word1)
    this.#add(before2, before, doing)
  }

  /** How much less the word costs as a name than as a word, in steps. */
  #odds(text: string, start: number, end: number): number {
    const { surnames, given, words } = this.#lexicon
    const surname = surnames[text.charCodeAt(start)] || UNKNOWN_SURNAME
    const name = surname + (given.only[text.charCodeAt(start + 1)] ?? 0)
    return EVEN + Math.floor((words.costOf(text, start, end) - name) / ODDS_STEP)
  }

  /** What the rest behind the surname costs as a given name. */
  #asGiven(text: string, start: number, end: number): number {
    const { only, first, second } = this.#lexicon.given
    const one = text.charCodeAt(start + 1)
    if (end - start === 2) return only[one] ?? 0
    return ((first[one] ?? 0) + (second[text.charCodeAt(start + 2)] ?? 0)) / 2
  }

  #add(one: number, two = 0, three = 0): void {
    const hash = nextHash(nextHash(nextHash(this.#count + 1, one), two), three)
    this.#hashes[this.#count] = hash ^ (hash >>> 16)
    this.#count += 1
  }
}

/** So far behind the word is looked for what somebody does. */
const PASSED = 5
const NO_CLASS = MARK | ALNUM | NAME

/** Of marks and names their kind, else what the word says of people. */
function classOf(kind: number, word: number): number {
  if (kind === BEYOND) return BEYOND
  const mark = kind & NO_CLASS
  return mark === 0 ? (PERSON_WORDS.get(word) ?? 0) : mark << 5
}

const kindOf = (tokens: Tokens, index: number): number =>
  index < 0 || index >= tokens.count ? BEYOND : tokens.kind(index) & ~WORD

function wordOf(text: string, tokens: Tokens, index: number): number {
  const kind = kindOf(tokens, index)
  if (kind === BEYOND) return BEYOND
  if ((kind & NAME) !== 0) return NAME_HASH
  if ((kind & ALNUM) !== 0) return ALNUM_HASH
  return hashOfWord(text, tokens.start(index), tokens.end(index))
}
