import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passageOf, quotedPieces } from './quoting.ts'

test('marks of an answer are told from its words', () => {
  assert.deepEqual(quotedPieces('Keys expire. [1] See a[2]. Not [9].', [1, 2]), [
    { text: 'Keys expire. ' },
    { n: 1 },
    { text: ' See a' },
    { n: 2 },
    { text: '. Not [9].' },
  ])
  assert.deepEqual(quotedPieces('', [1]), [])
})

test('a passage is shown with a little around it', () => {
  const text = `${'a'.repeat(500)}QUOTED${'b'.repeat(10)}`
  const { before, passage, after } = passageOf(text, { start: 500, end: 506 })
  assert.equal(passage, 'QUOTED')
  assert.match(before, /^…a{240}$/)
  assert.equal(after, 'b'.repeat(10))
})
