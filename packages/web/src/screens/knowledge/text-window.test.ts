import assert from 'node:assert/strict'
import { test } from 'node:test'
import { windowOf } from './text-window.ts'

test('a short document is shown whole, and a long one around the passage', () => {
  assert.deepEqual(windowOf('short', 3), { start: 0, end: 5 })
  const long = 'line of words\n'.repeat(10_000)
  const { start, end } = windowOf(long, 70_000)
  assert.ok(start <= 62_000 && start > 59_000 && long[start - 1] === '\n')
  assert.ok(end >= 94_000 && end < 97_000 && long[end] === '\n')
})

test('a window never cuts a character in half', () => {
  const text = '😀'.repeat(40_000)
  const { start, end } = windowOf(text, 40_001)
  assert.equal(text.slice(start, end).isWellFormed(), true)
})
