import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { FRAMES } from '../../packages/server/corpus/en/generate.ts'
import { PASSES, train } from '../../packages/server/corpus/en/train.ts'
import { fillFrame, readFrames } from '../../packages/server/corpus/fill-frames.ts'
import { Random } from '../../packages/server/corpus/random.ts'
import { CHINESE } from '../../packages/server/corpus/zh/language.ts'
import { MODEL_FILE, VOCABULARY_FILE } from '../../packages/server/src/privacy/names/en/model.ts'

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

test('training from the frames gives the weights that are here, to the byte', () => {
  const { model, words } = train(PASSES, () => {})
  assert.ok(model.equals(gunzipSync(readFileSync(MODEL_FILE))))
  assert.ok(words.equals(gunzipSync(readFileSync(VOCABULARY_FILE))))
})
