import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Span } from '../../detect/span.ts'
import type { LabelledValue } from '../labelled-values.ts'
import { addresses } from './addresses.ts'
import { Called } from './called.ts'
import { NAMES_WITH_PLACES } from './cue-words.ts'
import { dottedNames } from './dotted-names.ts'
import { createJudge } from './labelled.ts'
import type { Lexicon } from './lexicon.ts'
import { readLexicon } from './lexicon.ts'
import { isNobody } from './nobody.ts'
import type { Stretch } from './organisations.ts'
import { organisations } from './organisations.ts'
import { inRowsOfThings } from './rows.ts'
import { Segmenter } from './segmenter.ts'
import { simplified } from './traditional.ts'
import type { Tokens } from './tokens.ts'
import { MARK, NAME } from './tokens.ts'
import { WordNames } from './word-names.ts'
import { CUE, FUNCTION_WORD, NAME_PART, PLACE, SAYS, TITLE } from './word-table.ts'

const SCORE = 0.75
const LABELLED = 0.9
const LABELLED_WORD = 0.85

/** Which characters of a text are taken, so that spans do not overlap and no list is searched for each of them. */
class Cover {
  readonly #taken: Uint8Array

  constructor(length: number) {
    this.#taken = new Uint8Array(length)
  }

  take({ start, end }: Stretch): void {
    this.#taken.fill(1, start, end)
  }

  touches({ start, end }: Stretch): boolean {
    for (let at = start; at < end; at += 1) if (this.#taken[at] === 1) return true
    return false
  }

  holds({ start, end }: Stretch): boolean {
    return this.#taken[start] === 1 && this.#taken[end - 1] === 1
  }
}

/** Finds names, addresses and organisations in Chinese text. It keeps buffers between calls and holds no text. */
export class ChineseNames {
  readonly lexicon: Lexicon = readLexicon()
  readonly #segmenter = new Segmenter(this.lexicon)
  readonly #judge = createJudge(this.lexicon)
  readonly #words = new WordNames(this.lexicon)
  readonly #called = new Called(this.lexicon, this.#words, this.#segmenter)

  /** `values` are the stretches that stand under a key. */
  find(written: string, values: readonly LabelledValue[]): Span[] {
    const text = simplified(written)
    const tokens = this.#segmenter.cut(text)
    const cover = new Cover(text.length)
    const spans: Span[] = []
    const add = (type: EntityType, stretch: Stretch, score = SCORE) => {
      if (cover.touches(stretch)) return
      cover.take(stretch)
      spans.push({ start: stretch.start, end: stretch.end, type, score, source: `zh-${type.toLowerCase()}` })
    }
    for (const value of values) {
      const type = this.#judge(value.labels, text.slice(value.start, value.end))
      // What is a word as well is not known everywhere by being a name here.
      const isWord = value.end - value.start === 2 && this.#called.isWord(text.slice(value.start, value.end))
      if (type !== null) add(type, value, isWord ? LABELLED_WORD : LABELLED)
    }
    const dotted = dottedNames(text)
    for (const name of dotted) add('PERSON', name)
    const { houses, firms } = apart(text, tokens)
    for (const house of houses) add('ADDRESS', house)
    for (const firm of firms) add('ORGANIZATION', firm)
    const ofThings = inRowsOfThings(text, tokens, this.lexicon)
    const words = this.#words
      .find(text, tokens)
      .filter((index) => !isMeasured(text, tokens.end(index)) && ofThings?.[index] !== 1)
      .map((index) => ({ start: tokens.start(index), end: tokens.end(index) }))
    const addPerson = (stretch: Stretch) => {
      if (!isNobody(text, stretch)) add('PERSON', stretch)
    }
    for (const word of words) addPerson(word)
    for (const place of places(text, tokens, ofThings)) add('LOCATION', place)
    for (const name of this.#persons(text, tokens, ofThings)) addPerson(name)
    for (const name of this.#called.find(text, tokens, namesOf(text, spans))) add('PERSON', name)
    return spans.sort((one, other) => one.start - other.start)
  }

  #persons(text: string, tokens: Tokens, ofThings: Uint8Array | null): Stretch[] {
    const found: Stretch[] = []
    for (let i = 0; i < tokens.count; i += 1) {
      const kind = tokens.kind(i)
      let last = i
      if ((kind & NAME_PART) !== 0) {
        while ((tokens.kind(last + 1) & NAME_PART) !== 0) last += 1
        const alone =
          last === i &&
          tokens.length(i) < 3 &&
          ((tokens.kind(i - 1) | tokens.kind(i + 1)) & BESIDE_PART) === 0
        if (!alone) found.push({ start: tokens.start(i), end: tokens.end(last) })
        i = last
      } else if (isMeasured(text, tokens.end(i)) || ofThings?.[i] === 1) continue
      else if ((kind & NAME) !== 0 || this.#isNameByPlace(text, tokens, i))
        found.push({ start: tokens.start(i), end: tokens.end(i) })
    }
    return found
  }

  /** 我姓水; and a word in a row of names: 骆宾、蓝天、童欣; 成功和向上, if one of them is surely a name. */
  #isNameByPlace(text: string, tokens: Tokens, index: number): boolean {
    const length = tokens.length(index)
    const start = tokens.start(index)
    if (length > 3 || this.lexicon.surnames[text.charCodeAt(start)] === 0) return false
    if (length === 1) return text[start - 1] === '姓' && (tokens.kind(index + 1) & MARK) !== 0
    if ((tokens.kind(index) & (PLACE | FUNCTION_WORD | TITLE | CUE)) !== 0) return false
    const listed = (joint: number, other: number) =>
      tokens.length(joint) === 1 &&
      '、和与'.includes(text[tokens.start(joint)] ?? '.') &&
      (tokens.kind(other) & NAME) !== 0
    return (
      (listed(index - 1, index - 2) && (tokens.kind(index + 1) & ENDS_ROW) !== 0) ||
      (listed(index + 1, index + 2) && (tokens.kind(index - 1) & ENDS_ROW) !== 0)
    )
  }
}

/** 白芷 15 克: nobody is weighed so. */
const MEASURE =
  /[ \t|]?\d{1,5}(?:\.\d{1,3})? ?(?:[gG]|[kK][gG]|[mM][lLmM]|[cC][mM]|克|千克|毫升|厘米|毫米|汤匙|茶匙|[勺颗粒瓣])(?![A-Za-z])/y
function isMeasured(text: string, end: number): boolean {
  MEASURE.lastIndex = end
  return MEASURE.test(text)
}

/** One part of a name of two characters may be a syllable of another word. */
const BESIDE_PART = MARK | CUE | SAYS | TITLE
const ENDS_ROW = MARK | CUE | SAYS

/** Addresses and organisations where they overlap: an address down to a number holds what is inside; else the name wins. */
function apart(text: string, tokens: Tokens): { houses: readonly Stretch[]; firms: readonly Stretch[] } {
  const all = addresses(text, tokens)
  const exact = new Cover(text.length)
  for (const house of all) if (house.isExact) exact.take(house)
  const firms = organisations(text, tokens).filter((firm) => !exact.holds(firm))
  const named = new Cover(text.length)
  for (const firm of firms) named.take(firm)
  return {
    houses: all.filter((house) => !(house.isExact ? named.holds(house) : named.touches(house))),
    firms,
  }
}

function places(text: string, tokens: Tokens, ofThings: Uint8Array | null): Stretch[] {
  const found: Stretch[] = []
  for (let i = 0; i < tokens.count; i += 1) {
    if ((tokens.kind(i) & PLACE) === 0 || ofThings?.[i] === 1) continue
    let last = i
    while ((tokens.kind(last + 1) & PLACE) !== 0) last += 1
    if (!isOfPeople(text, tokens.end(last))) found.push({ start: tokens.start(i), end: tokens.end(last) })
    i = last
  }
  return found
}

/** 温州人 are people and no place, 桂林米粉 a dish; 江西抚州人 between marks says where somebody is from. */
function isOfPeople(text: string, end: number): boolean {
  return (
    NAMES_WITH_PLACES.some((word) => text.startsWith(word, end)) ||
    (text[end] === '人' && !/^(?:$|[，,。；;、）)\s])/.test(text.slice(end + 1, end + 2)))
  )
}

const namesOf = (text: string, spans: readonly Span[]): ReadonlySet<string> =>
  new Set(spans.filter(({ type }) => type === 'PERSON').map(({ start, end }) => text.slice(start, end)))
