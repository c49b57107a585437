import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { FRAMES } from '../../packages/server/corpus/en/generate.ts'
import { PASSES, train } from '../../packages/server/corpus/en/train.ts'
import { MODEL_FILE, VOCABULARY_FILE } from '../../packages/server/src/privacy/names/en/model.ts'

/** Three words in a row, without what stands in the slots. */
function trigrams(frame: string): ReadonlySet<string> {
  const words = frame
    .replaceAll(/\{[A-Z]+\}/g, ' ')
    .toLowerCase()
    .match(/[\p{L}\p{N}']+/gu)
  const found = (words ?? []).slice(2).map((_, at) => (words ?? []).slice(at, at + 3).join(' '))
  return new Set(found)
}

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

test('no two English frames say the same: less than half of their words in a row are shared', (context) => {
  assert.ok(FRAMES.length >= 3000, `${FRAMES.length} frames`)
  const shares = overlaps(FRAMES)
  const tenths = Array.from(
    { length: 11 },
    (_, tenth) => shares.filter((one) => Math.floor(one * 10) === tenth).length,
  )
  context.diagnostic(`largest overlap of each frame with another, by tenths: ${tenths.join(' ')}`)
  assert.deepEqual(
    FRAMES.filter((_, at) => (shares[at] ?? 0) > 0.5),
    [],
  )
})

test('two frames that differ in a slot alone are told', () => {
  const shares = overlaps(['Please call {PERSON} about the roof', 'Please call {ORG} about the roof'])
  assert.ok(shares.every((share) => share > 0.5))
})

test('training from the frames gives the weights that are here, to the byte', () => {
  const { model, words } = train(PASSES, () => {})
  assert.ok(model.equals(gunzipSync(readFileSync(MODEL_FILE))))
  assert.ok(words.equals(gunzipSync(readFileSync(VOCABULARY_FILE))))
})
