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
  assert.match(before, /^… a{240}$/)
  assert.equal(after, 'b'.repeat(10))
})

test('what stands around a passage begins and ends with whole words', () => {
  const words = 'somewhere over there '.repeat(40)
  const { before, after } = passageOf(`${words}QUOTED ${words}`, {
    start: words.length,
    end: words.length + 6,
  })
  assert.match(before, /^… (somewhere|over|there) /)
  assert.match(after, / (somewhere|over|there) …$/)
  const { before: whole } = passageOf('😀'.repeat(200), { start: 391, end: 400 })
  assert.match(whole, /^… 😀/)
})
