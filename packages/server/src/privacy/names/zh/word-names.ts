import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { TaggerModel } from '../tagger/tagger.ts'
import { Tagger } from '../tagger/tagger.ts'
import type { Lexicon } from './lexicon.ts'
import { NEVER_NAMES } from './never-names.ts'
import type { Tokens } from './tokens.ts'
import { ALNUM, MARK, NAME } from './tokens.ts'
import { Slots } from './slots.ts'
import { WordFeatures } from './word-features.ts'
import { CUE, FUNCTION_WORD, NAME_PART, PLACE, SAYS, TITLE } from './word-table.ts'

export const WORD_LABELS = ['word', 'name'] as const
export const WORD_MODEL_FILE = new URL('word-names.bin', import.meta.url)
const STEP_BYTES = (WORD_LABELS.length + 1) * WORD_LABELS.length * 2

/** Weights as training left them (packages/server/corpus/zh/train-words.ts). */
function readModel(): TaggerModel {
  const { buffer, byteOffset, length } = new Uint8Array(gunzipSync(readFileSync(WORD_MODEL_FILE)))
  return {
    labels: WORD_LABELS,
    buckets: (length - STEP_BYTES) / WORD_LABELS.length,
    steps: new Int16Array(buffer, byteOffset, STEP_BYTES / 2),
    weights: new Int8Array(buffer, byteOffset + STEP_BYTES),
  }
}

/** Whatever is dearer is a surname in a table of old ones only. */
const DEAREST_SURNAME = 60
const NO_WORDS = MARK | ALNUM | CUE | TITLE | SAYS | NAME_PART

/** A word that would be a name as well by its form: 高兴, 方圆, 何必. */
export function mayBeName(
  text: string,
  tokens: Tokens,
  index: number,
  { surnames, given, things }: Lexicon,
): boolean {
  const length = tokens.length(index)
  if (length < 2 || length > 3 || (tokens.kind(index) & NO_WORDS) !== 0) return false
  const start = tokens.start(index)
  if (isNickname(text, tokens, index, surnames)) return true
  const surname = surnames[text.charCodeAt(start)] ?? 0
  if (surname === 0 || surname > DEAREST_SURNAME) return false
  const isGiven =
    length === 2
      ? given.only[text.charCodeAt(start + 1)] !== 0
      : given.first[text.charCodeAt(start + 1)] !== 0 && given.second[text.charCodeAt(start + 2)] !== 0
  const word = text.slice(start, start + length)
  return isGiven && !NEVER_NAMES.has(word) && !things.has(word)
}

/** 小钱 and 老夏: some of these are words as well. */
const isNickname = (text: string, tokens: Tokens, index: number, surnames: Uint8Array) => {
  const surname = surnames[text.charCodeAt(tokens.start(index) + 1)] ?? 0
  return (
    tokens.length(index) === 2 &&
    '老小阿'.includes(text[tokens.start(index)] ?? ' ') &&
    surname > 0 &&
    surname <= NICKNAME_SURNAME
  )
}
/** One in five hundred is called so. */
const NICKNAME_SURNAME = 52

/** Words that nobody is called, unless the place says that somebody must stand there: 马上, 段落, 沙漠, 从容. */
const UNLIKELY = { never: 200, thing: 160, given: 120, surname: 120, function: 100 }

/** How unlikely it is that somebody is called as this word is; infinite: it does not begin with a surname. */
function unlikelihood(
  text: string,
  tokens: Tokens,
  index: number,
  { surnames, given, things }: Lexicon,
): number {
  const start = tokens.start(index)
  const surname = surnames[text.charCodeAt(start)] ?? 0
  if (tokens.length(index) !== 2 || surname === 0 || (tokens.kind(index) & NO_WORDS) !== 0) return Infinity
  const word = text.slice(start, start + 2)
  return (
    Math.max(NEVER_NAMES.has(word) ? UNLIKELY.never : 0, things.has(word) ? UNLIKELY.thing : 0) +
    (given.only[text.charCodeAt(start + 1)] === 0 ? UNLIKELY.given : 0) +
    (surname > DEAREST_SURNAME ? UNLIKELY.surname : 0) +
    ((tokens.kind(index) & FUNCTION_WORD) === 0 ? 0 : UNLIKELY.function)
  )
}

/** What the weights of the model are in the units of all that is added to it. */
const UNIT = 2 / 3
/** What must be said for a name where nothing else tells of one, and where the same word is one elsewhere in the text. */
const ENOUGH = 20
const ENOUGH_AGAIN = -70
/** A word costs less the more common it is, and one that everybody says must be seen in a better place. */
const COMMON_WORD = 84
const FOR_COMMON = 7
/** 黄山 is most often the mountain. */
const FOR_PLACE = 350
/** Alone between marks, in a list or a table, stands as well a thing. */
const FOR_CELL = 50

/** Sees names in words of the dictionary, by what stands around them. */
export class WordNames {
  readonly #lexicon: Lexicon
  readonly #features: WordFeatures
  readonly #tagger = new Tagger(readModel())
  readonly #name = Uint8Array.of(1)
  readonly #said = new Uint8Array(1)

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon
    this.#features = new WordFeatures(lexicon)
  }

  /** How much more says that the word is a name than that it is a word. */
  score(text: string, tokens: Tokens, index: number): number {
    this.#tagger.tag(this.#features.of(text, tokens, index), this.#said)
    const cost = this.#lexicon.words.costOf(text, tokens.start(index), tokens.end(index))
    const place = (tokens.kind(index) & PLACE) === 0 ? 0 : FOR_PLACE
    const cell = (tokens.kind(index - 1) & tokens.kind(index + 1) & MARK) === 0 ? 0 : FOR_CELL
    const gain = this.#tagger.gain(this.#name, 0, 0) * UNIT
    return gain - Math.max(0, COMMON_WORD - cost) * FOR_COMMON - place - cell
  }

  /** The tokens that are names though they are words; they are names for whoever reads the tokens after it. */
  find(text: string, tokens: Tokens): number[] {
    const known = new Set<string>()
    const found = new Set<number>()
    const word = (index: number) => text.slice(tokens.start(index), tokens.end(index))
    const take = (judged: ReadonlyMap<number, Judged>) => {
      for (const [index, { score }] of judged) if (score >= ENOUGH) known.add(word(index))
      for (const [index, { score }] of judged)
        if (score >= ENOUGH || (score >= ENOUGH_AGAIN && known.has(word(index)))) {
          found.add(index)
          tokens.name(index)
        }
    }
    const first = this.#judge(text, tokens)
    take(first)
    // Who is found tells of those beside, in a row of names and by what is said with both.
    if (found.size > 0) take(this.#judge(text, tokens, { first, found }))
    return [...found].sort((one, other) => one - other)
  }

  /** What says for a name at each word that may be one; again: at those beside which it may have changed. */
  #judge(text: string, tokens: Tokens, again: Again | null = null): ReadonlyMap<number, Judged> {
    const judged = new Map<number, Judged>()
    const slots = new Slots(text, tokens)
    for (let i = 0; i < tokens.count; i += 1) {
      if ((tokens.kind(i) & NAME) !== 0) continue
      const isLikely = mayBeName(text, tokens, i, this.#lexicon)
      const price = isLikely ? 0 : unlikelihood(text, tokens, i, this.#lexicon)
      if (price === Infinity) continue
      const slot = slots.at(i)
      if (again !== null && again.first.get(i)?.slot === slot && !isBeside(i, again.found)) continue
      if (isLikely || slot !== 0) judged.set(i, { slot, score: this.score(text, tokens, i) + slot - price })
    }
    return judged
  }
}

interface Judged {
  readonly slot: number
  readonly score: number
}

interface Again {
  readonly first: ReadonlyMap<number, Judged>
  readonly found: ReadonlySet<number>
}

const isBeside = (index: number, found: ReadonlySet<number>): boolean =>
  found.has(index - 1) || found.has(index + 1) || found.has(index - 2) || found.has(index + 2)
