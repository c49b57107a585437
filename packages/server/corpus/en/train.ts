import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { featuresOf } from '../../src/privacy/names/en/features.ts'
import { LABELS, MODEL_FILE, VOCABULARY_FILE } from '../../src/privacy/names/en/model.ts'
import { tokenise } from '../../src/privacy/names/en/tokens.ts'
import type { Vocabulary } from '../../src/privacy/names/en/vocabulary.ts'
import type { Lesson } from '../perceptron.ts'
import { Perceptron } from '../perceptron.ts'
import { Random } from '../random.ts'
import type { Labelled } from './generate.ts'
import { filled, FRAMES, NEGATIVES, recased } from './generate.ts'
import { vocabulary } from './words.ts'

/** Rounds through all frames. */
export const PASSES = 25
/** One learner for each. */
const SEEDS = [20, 21, 22]
const BUCKETS = 2 ** 18
/** Shares of what is withheld: words of names, what lists say of them, words elsewhere, and that a word is of a thing. */
const HIDDEN = { name: 0.5, list: 0.12, allLists: 0.14, word: 0.03, thing: 0.2, allThings: 0.25 }

/** Share of texts after which another one stands. */
const GOES_ON = 0.3

const NAMING = /\{(?:PERSON|FIRST|LAST|WORDNAME|ADDRESS|STREET|LOCATION|ORG)\}/

/** Trains the tagger of English text from the frames. Returns the two files, before they are compressed. */
export function train(passes: number, told: (line: string) => void): { model: Buffer; words: Buffer } {
  const known = vocabulary()
  const learners = SEEDS.map((seed) => learned(known, { passes, seed, told }))
  const { steps, weights } = Perceptron.model(learners, LABELS)
  const model = Buffer.concat([Buffer.from(steps.buffer), Buffer.from(weights.buffer)])
  return { model, words: known.packed() }
}

interface Course {
  readonly passes: number
  readonly seed: number
  readonly told: (line: string) => void
}

function learned(known: Vocabulary, { passes, seed, told }: Course): Perceptron {
  const random = new Random(seed)
  const frames = new Set(FRAMES)
  const perceptron = new Perceptron(LABELS.length, BUCKETS)
  for (let pass = 1; pass <= passes; pass += 1) {
    let [wrong, all] = [0, 0]
    let before: Labelled | null = null
    for (const text of shuffled([...FRAMES, ...NEGATIVES], random)) {
      const isFrame = frames.has(text)
      // What has slots looks different each time; where nobody is named, there is more that may look like a name.
      for (
        let times = !isFrame || !text.includes('{') ? 1 : NAMING.test(text) ? 2 : 3;
        times > 0;
        times -= 1
      ) {
        const labelled = recased(isFrame ? filled(text, random) : { text, spans: [] }, random)
        const whole: Labelled = before === null ? labelled : joined(before, labelled, random)
        before = null
        if (random.chance(GOES_ON)) {
          before = whole
          continue
        }
        const lesson = lessonFrom(whole, known, random)
        if (lesson.features.count === 0) continue
        wrong += perceptron.learn(lesson)
        all += lesson.features.count
      }
    }
    told(`seed ${seed}, pass ${pass} of ${passes}: ${((100 * wrong) / all).toFixed(2)} % of ${all} labels`)
  }
  return perceptron
}

/** One text after the other, as they stand in a document: so it is learned what a word says that begins a sentence. */
function joined(one: Labelled, other: Labelled, random: Random): Labelled {
  const text = one.text + random.pick([' ', ' ', '\n', '\n\n'])
  const moved = other.spans.map(({ start, end, type }) => {
    return { start: start + text.length, end: end + text.length, type }
  })
  return { text: text + other.text, spans: [...one.spans, ...moved] }
}

function lessonFrom({ text, spans }: Labelled, known: Vocabulary, random: Random): Lesson {
  const tokens = tokenise(text)
  const gold = new Uint8Array(tokens.count)
  for (const { start, end, type } of spans) {
    let label = LABELS.findIndex((name) => name === `B-${type}`)
    for (let token = 0; token < tokens.count; token += 1) {
      if ((tokens.start[token] ?? 0) < start || (tokens.end[token] ?? 0) > end) continue
      gold[token] = label
      label = LABELS.findIndex((name) => name === `I-${type}`)
    }
  }
  const isBare = random.chance(HIDDEN.allLists)
  const words = gold.map((label) => (random.chance(label === 0 ? HIDDEN.word : HIDDEN.name) ? 1 : 0))
  const flags = gold.map((label) => (label !== 0 && (isBare || random.chance(HIDDEN.list)) ? 1 : 0))
  const isPlain = random.chance(HIDDEN.allThings)
  const things = gold.map(() => (isPlain || random.chance(HIDDEN.thing) ? 1 : 0))
  const withheld = {
    thing: (token: number) => things[token] === 1,
    word: (token: number) => words[token] === 1,
    flags: (token: number) => flags[token] === 1,
  }
  return { features: featuresOf({ text, tokens, from: 0, to: tokens.count }, known, withheld), gold }
}

function shuffled<T>(all: readonly T[], random: Random): readonly T[] {
  const order = [...all]
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1)
    const [one, two] = [order[at], order[other]]
    if (one !== undefined && two !== undefined) [order[at], order[other]] = [two, one]
  }
  return order
}

if (import.meta.main) {
  const { model, words } = train(PASSES, (line) => void process.stderr.write(`${line}\n`))
  writeFileSync(MODEL_FILE, gzipSync(model, { level: 9 }))
  writeFileSync(VOCABULARY_FILE, gzipSync(words, { level: 9 }))
}
