import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHECKSUMS, checksums } from '../../packages/server/corpus/checksums.ts'
import { FRAMES } from '../../packages/server/corpus/en/generate.ts'
import type { Example } from '../../packages/server/corpus/fill-frames.ts'
import { fillFrame, readFrames } from '../../packages/server/corpus/fill-frames.ts'
import { Random } from '../../packages/server/corpus/random.ts'
import { CHINESE } from '../../packages/server/corpus/zh/language.ts'
import { score, told } from './detection-score.ts'

/** Three words, or three characters of Chinese, in a row, without what stands in the slots. */
function trigrams(frame: string): ReadonlySet<string> {
  const plain = frame
    .replaceAll(/\{[A-Z_]+\d?\}/g, '|')
    .replaceAll(/\\[nt]/g, '|')
    .toLowerCase()
  const rows = HAN.test(plain)
    ? plain.split(/[^\p{L}\p{N}]+/u).map((row) => Array.from(row))
    : [plain.match(/[\p{L}\p{N}']+/gu) ?? []]
  return new Set(rows.flatMap((row) => row.slice(2).map((_, at) => row.slice(at, at + 3).join(' '))))
}
const HAN = /\p{Script=Han}/u

/** For each frame the largest share of its trigrams that stands in one other frame. */
function overlaps(frames: readonly string[]): readonly number[] {
  const sets = frames.map(trigrams)
  const places = new Map<string, number[]>()
  for (const [at, set] of sets.entries())
    for (const gram of set) places.set(gram, [...(places.get(gram) ?? []), at])
  return sets.map((set, at) => {
    const shared = new Map<number, number>()
    for (const gram of set)
      for (const other of places.get(gram) ?? [])
        if (other !== at) shared.set(other, (shared.get(other) ?? 0) + 1)
    return Math.max(
      0,
      ...[...shared].map(([other, count]) => count / Math.min(set.size, sets[other]?.size ?? 1)),
    )
  })
}

const CHINESE_FRAMES = Array.from(
  readFrames(join(import.meta.dirname, '../../packages/server/corpus/zh/frames')).values(),
).flat()

for (const [language, frames] of [
  ['English', FRAMES],
  ['Chinese', CHINESE_FRAMES],
] as const)
  test(`no two ${language} frames say the same: at most half of what they say in a row is shared`, (context) => {
    assert.ok(frames.length >= 3000, `${frames.length} frames`)
    const shares = overlaps(frames)
    const tenths = Array.from(
      { length: 11 },
      (_, tenth) => shares.filter((one) => Math.floor(one * 10) === tenth).length,
    )
    context.diagnostic(
      `${frames.length} frames; largest overlap of each with another, by tenths: ${tenths.join(' ')}`,
    )
    assert.deepEqual(
      frames.filter((_, at) => (shares[at] ?? 0) > 0.5),
      [],
    )
  })

test('two frames that differ in a slot alone are told', () => {
  for (const frames of [
    ['Please call {PERSON} about the roof', 'Please call {ORG} about the roof'],
    ['请联系{PERSON}处理屋顶漏水', '请联系{ORG}处理屋顶漏水'],
  ])
    assert.ok(overlaps(frames).every((share) => share > 0.5))
})

test('the labels of a filled Chinese frame are the values of its slots', () => {
  const random = new Random(7)
  const { text, entities } = fillFrame('{PERSON2}转告{SURNAME}姐：{ADDRESS}，{PERSON2}收', CHINESE, () =>
    random.next(),
  )
  const [first = '', , , again = ''] = entities.map(({ start, end }) => text.slice(start, end))
  assert.deepEqual(
    entities.map(({ type }) => type),
    ['PERSON', 'PERSON', 'ADDRESS', 'PERSON'],
  )
  assert.ok(
    first.length > 1 &&
      first === again &&
      text === `${first}${text.slice(first.length, -first.length - 1)}${again}收`,
  )
})

// That training gives them again is seen by `npm run test:long`: it takes minutes.
test('what training made is here as it was made, of the frames and lists that are here', () => {
  assert.equal(
    checksums(),
    readFileSync(CHECKSUMS, 'utf8'),
    'train again, then: node packages/server/corpus/checksums.ts',
  )
})

const corpus = join(import.meta.dirname, '../../packages/server/corpus/zh')
/** The shape of what we wrote ourselves. */
const rowsOf = (file: string) =>
  readFileSync(join(corpus, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Example)

test('in Chinese frames that nothing was learned from, values are found and little else is', (context) => {
  const random = new Random(4242)
  const frames = Array.from(readFrames(join(corpus, 'held-out')).values()).flat()
  const filled = frames.filter((frame) => frame.includes('{'))
  const rows = [frames, filled, filled, filled]
    .flat()
    .map((frame) => fillFrame(frame, CHINESE, () => random.next()))
  const figures = score(rows)
  context.diagnostic(told('held-out frames', figures))
  assert.ok(figures.lenientF1('PERSON') >= 0.95)
  assert.ok(figures.lenientF1('ADDRESS') >= 0.95 && figures.strictF1('ADDRESS') >= 0.85)
  assert.ok(figures.leak <= 0.04 && figures.over <= 0.01 && figures.cleanFlagged <= 0.02)
})

test('Chinese rows that were written by hand, with names that are words, are found no worse than they were', (context) => {
  const [plain, hard] = [score(rowsOf('development.jsonl')), score(rowsOf('development-hard.jsonl'))]
  context.diagnostic(told('development', plain))
  context.diagnostic(told('hard', hard))
  assert.ok(plain.lenientF1('PERSON') >= 0.96 && plain.leak <= 0.04 && plain.over <= 0.01)
  assert.ok(hard.lenientF1('PERSON') >= 0.9 && hard.leak <= 0.08 && hard.over <= 0.02)
})

/** Lines with `[TYPE:value]` in them, or `[TYPE:Sir value|value]`, that were written by hand. */
const englishRows = (name: string): readonly Example[] =>
  readFileSync(join(corpus, `../en/development/${name}.txt`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      let text = ''
      let at = 0
      const entities: Example['entities'][number][] = []
      const written = line.replaceAll('\\n', '\n').replaceAll('\\t', '\t')
      for (const { 0: all, 1: type, 2: words = '', 3: value = words, index } of written.matchAll(
        /\[(PERSON|ADDRESS|LOCATION|ORGANIZATION):([^\]|]*)(?:\|([^\]]*))?\]/g,
      )) {
        text += written.slice(at, index)
        const start = text.length + words.lastIndexOf(value)
        // The pattern has no other types.
        entities.push({ type: type as Example['entities'][number]['type'], start, end: start + value.length })
        text += words
        at = index + all.length
      }
      return { text: text + written.slice(at), lang: 'en', entities }
    })

test('English rows that were written by hand are found no worse than they were', (context) => {
  for (const [name, least] of [
    ['ordinary', { person: 0.95, leak: 0.02, over: 0.01 }],
    ['hard', { person: 0.88, leak: 0.09, over: 0.01 }],
    ['structured', { person: 0.97, leak: 0.01, over: 0.05 }],
  ] as const) {
    const figures = score(englishRows(name))
    context.diagnostic(told(name, figures))
    assert.ok(figures.lenientF1('PERSON') >= least.person && figures.lenientF1('ADDRESS') >= 0.95)
    assert.ok(figures.leak <= least.leak && figures.over <= least.over)
  }
})
