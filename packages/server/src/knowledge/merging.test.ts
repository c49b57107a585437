import assert from 'node:assert/strict'
import { test } from 'node:test'
import { segmentsToMerge } from './merging.ts'

const sizes = (...passages: number[]) => passages.map((count) => ({ passages: count }))

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
    segments.push({ passages: 1 })
    const parts = segmentsToMerge(segments)
    if (parts.length === 0) continue
    const passages = parts.reduce((sum, part) => sum + part.passages, 0)
    copied += passages
    segments = [...segments.filter((segment) => !parts.includes(segment)), { passages }]
  }
  assert.ok(segments.length <= 9)
  assert.ok(copied / 10_000 < 25, `${copied / 10_000} copies of each`)
})
