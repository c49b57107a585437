// Makes word-names.bin of privacy/names/zh: node packages/server/corpus/zh/train-words.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Lexicon } from '../../src/privacy/names/zh/lexicon.ts'
import { readLexicon } from '../../src/privacy/names/zh/lexicon.ts'
import { Segmenter } from '../../src/privacy/names/zh/segmenter.ts'
import type { Tokens } from '../../src/privacy/names/zh/tokens.ts'
import { ALNUM, MARK, NAME } from '../../src/privacy/names/zh/tokens.ts'
import { WordFeatures } from '../../src/privacy/names/zh/word-features.ts'
import { mayBeName, WORD_LABELS, WORD_MODEL_FILE } from '../../src/privacy/names/zh/word-names.ts'
import { CUE, NAME_PART, SAYS, TITLE } from '../../src/privacy/names/zh/word-table.ts'
import type { Draw, Example, Language } from '../fill-frames.ts'
import { fillFrame, readFrames } from '../fill-frames.ts'
import type { Lesson } from '../perceptron.ts'
import { Perceptron } from '../perceptron.ts'
import { Random } from '../random.ts'
import { asRead, CHINESE } from './language.ts'

const PASSES = 8
const SEEDS = [31, 32, 33]
const BUCKETS = 2 ** 16
/** So much of what says something is withheld at a time, that no word beside a name says all. */
const WITHHELD = 0.3
/** So often each frame is filled. */
const ROUNDS = 3
/** Of the names in the frames, so many are words. */
const WORDS = 0.6
/** Of the words in the frames, so many are replaced by others. */
const OTHERS = 0.4

interface Word {
  readonly word: string
  /** In eighths of a nat: of the word in a text, and of its end as a given name. */
  readonly cost: number
  readonly given: number
  readonly kind: string
}

/** Words of the dictionary that begin with a surname and go on with what somebody may be called. */
function words({ surnames, given }: Lexicon): Word[] {
  return readFileSync(join(import.meta.dirname, '../../src/privacy/names/zh/words.txt'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [kind = '', cost, ...row] = line.split(' ')
      return row.map((word) => ({
        word,
        kind,
        cost: Number(cost),
        given: given.only[word.charCodeAt(1)] ?? 0,
      }))
    })
    .filter(({ word, given: end }) => {
      const surname = surnames[word.charCodeAt(0)] ?? 0
      return word.length === 2 && surname > 0 && surname <= DEAREST_SURNAME && end > 0 && end <= DEAREST_GIVEN
    })
}

/** One of the words, those of more weight oftener. */
function weighted(all: readonly Word[], weightOf: (word: Word) => number): Draw {
  const sums: number[] = []
  for (const word of all) sums.push((sums.at(-1) ?? 0) + weightOf(word))
  return (random) => {
    const at = random() * (sums.at(-1) ?? 0)
    return all[sums.findIndex((sum) => sum > at)]?.word ?? ''
  }
}

const [DEAREST_SURNAME, DEAREST_GIVEN] = [55, 130]
/** What costs so much more is drawn half as often, which is less than the truth: rare ones are to be seen too. */
const HALVES = { name: 20, word: 12 }

/** A word that is none: one of any beginning, for what stands around a name is to be learned and not what begins one. */
function isWord(tokens: Tokens, index: number): boolean {
  const length = tokens.length(index)
  return (
    length > 1 &&
    length < 4 &&
    (tokens.kind(index) & (MARK | ALNUM | NAME | CUE | TITLE | SAYS | NAME_PART)) === 0
  )
}

interface Class {
  readonly lexicon: Lexicon
  readonly segmenter: Segmenter
  readonly features: WordFeatures
}

function* lessonsOf({ text, entities }: Example, { segmenter, features, lexicon }: Class): Generator<Lesson> {
  const tokens = segmenter.cut(text)
  for (let i = 0; i < tokens.count; i += 1) {
    const [start, end] = [tokens.start(i), tokens.end(i)]
    const value = entities.find((one) => start < one.end && one.start < end)
    const isName = value?.type === 'PERSON' && value.start === start && value.end === end && end - start === 2
    const isOther =
      (value === undefined || value.type === 'LOCATION') &&
      (isWord(tokens, i) || mayBeName(text, tokens, i, lexicon))
    if (!isName && !isOther) continue
    const { hashes, ...rest } = features.of(text, tokens, i)
    yield { features: { ...rest, hashes: Uint32Array.from(hashes) }, gold: Uint8Array.of(isName ? 1 : 0) }
  }
}

/** The example, and one in which other words that begin like a name stand where words stand. */
function* withOthers(
  example: Example,
  { segmenter }: Class,
  others: Draw,
  random: Random,
): Generator<Example> {
  yield example
  const tokens = segmenter.cut(example.text)
  const places: number[] = []
  for (let i = 0; i < tokens.count; i += 1) {
    const [start, end] = [tokens.start(i), tokens.end(i)]
    const isInside = example.entities.some((one) => start < one.end && one.start < end)
    if (end - start === 2 && !isInside && isWord(tokens, i) && random.chance(OTHERS)) places.push(start)
  }
  if (places.length === 0) return
  let { text } = example
  for (const place of places)
    text = text.slice(0, place) + others(() => random.next()) + text.slice(place + 2)
  yield { ...example, text }
}

function lessons(random: Random): Lesson[] {
  const lexicon = readLexicon()
  const room: Class = { lexicon, segmenter: new Segmenter(lexicon), features: new WordFeatures(lexicon) }
  const all = words(lexicon)
  const names = weighted(
    all.filter(({ kind }) => kind !== 'f'),
    ({ given }) => 2 ** (-given / HALVES.name),
  )
  const others = weighted(all, ({ cost }) => 2 ** (-cost / HALVES.word))
  const person = CHINESE.values.get('PERSON') ?? (() => '')
  const language: Language = {
    ...CHINESE,
    values: new Map([
      ...CHINESE.values,
      ['PERSON', (draw: () => number) => (draw() < WORDS ? names(draw) : person(draw))],
    ]),
  }
  const found: Lesson[] = []
  for (const frames of readFrames(join(import.meta.dirname, 'frames')).values())
    for (const frame of frames)
      for (let round = 0; round < (frame.includes('{PERSON') ? ROUNDS : 1); round += 1)
        for (const example of withOthers(
          asRead(fillFrame(frame, language, () => random.next())),
          room,
          others,
          random,
        ))
          found.push(...lessonsOf(example, room))
  return found
}

/** The lesson without some of what it says. */
function withheld({ features, gold }: Lesson, random: Random): Lesson {
  const hashes = features.hashes.filter(() => !random.chance(WITHHELD))
  return { features: { count: 1, perToken: hashes.length, hashes }, gold }
}

function learned(seed: number): Perceptron {
  const random = new Random(seed)
  const all = lessons(random)
  const perceptron = new Perceptron(WORD_LABELS.length, BUCKETS)
  for (let pass = 0; pass < PASSES; pass += 1) {
    for (let at = all.length - 1; at > 0; at -= 1) {
      const other = random.below(at + 1)
      const [one, two] = [all[at], all[other]]
      if (one !== undefined && two !== undefined) [all[at], all[other]] = [two, one]
    }
    for (const lesson of all) perceptron.learn(withheld(lesson, random))
  }
  return perceptron
}

/** The weights that tell names that are words from words, before they are compressed. */
export function wordModel(): Buffer {
  const { steps, weights } = Perceptron.model(SEEDS.map(learned), WORD_LABELS)
  return Buffer.concat([Buffer.from(steps.buffer), Buffer.from(weights.buffer)])
}

if (import.meta.main) writeFileSync(WORD_MODEL_FILE, gzipSync(wordModel(), { level: 9 }))
