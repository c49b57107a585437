import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MOST_MERGED, segmentsToMerge } from './merging.ts'

const sizes = (...passages: number[]) =>
  passages.map((count) => ({ passages: count, size_bytes: count * 300 }))

test('eight segments are left alone, of nine the small ones are merged', () => {
  assert.deepEqual(segmentsToMerge(sizes(1, 1, 1, 1, 1, 1, 1, 1)), [])
  const merged = segmentsToMerge(sizes(5000, 1, 1, 2, 1, 1, 1, 1, 1))
  assert.deepEqual(
    merged.map(({ passages }) => passages),
    [1, 1, 1, 1, 1, 1, 1, 2],
  )
})

test('ten thousand single adds keep few segments and copy each passage only a few times', () => {
  let segments = sizes()
  let copied = 0
  for (let add = 0; add < 10_000; add++) {
    segments.push({ passages: 1, size_bytes: 300 })
    const parts = segmentsToMerge(segments)
    if (parts.length === 0) continue
    const passages = parts.reduce((sum, part) => sum + part.passages, 0)
    copied += passages
    segments = [...segments.filter((segment) => !parts.includes(segment)), ...sizes(passages)]
  }
  assert.ok(segments.length <= 9)
  assert.ok(copied / 10_000 < 25, `${copied / 10_000} copies of each`)
})

test('no merge is planned that a parser could not hold, and large segments do not call for one', () => {
  const large = sizes(...Array.from({ length: 30 }, () => 15_000))
  assert.deepEqual(segmentsToMerge(large), [])
  assert.deepEqual(segmentsToMerge([...large, ...sizes(1, 1, 1)]), [])
  for (const each of [3000, 7000, 10_000]) {
    const parts = segmentsToMerge(sizes(...Array.from({ length: 12 }, () => each)))
    const passages = parts.reduce((sum, part) => sum + part.passages, 0)
    assert.ok(parts.length > 1 && passages <= MOST_MERGED.passages, `${parts.length} of ${each}`)
  }
  const wordy = Array.from({ length: 12 }, () => ({ passages: 100, size_bytes: 5 * 1024 * 1024 }))
  assert.equal(segmentsToMerge(wordy).length, 3)
})
