import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blockAt, blocksOf } from './text-blocks.ts'

const marked = (text: string, start: number, end: number) =>
  blocksOf(text, { start, end }).map(({ pieces }) =>
    pieces.map((piece) => (piece.isMarked ? `[${piece.text}]` : piece.text)).join(''),
  )

test('what is cited is marked in the line it stands in, also over several lines', () => {
  assert.deepEqual(marked('one\ntwo words\nthree', 4, 7), ['one', '[two] words', 'three'])
  assert.deepEqual(marked('one\ntwo\nthree', 1, 9), ['o[ne]', '[two]', '[t]hree'])
  assert.deepEqual(marked('', 0, 0), [''])
  assert.deepEqual(marked('one\n', 9, 12), ['one', ''])
})

test('a long line is drawn in parts that lose no character', () => {
  const text = `${'字'.repeat(999)}😀${'word '.repeat(500)}\nend`
  const blocks = blocksOf(text, null)
  assert.ok(blocks.length > 3)
  assert.ok(blocks.every(({ pieces }) => pieces.every((piece) => piece.text.length <= 1001)))
  const whole = blocks.map(({ pieces }) => pieces.map((piece) => piece.text).join('')).join('')
  assert.equal(whole, text.replace('\n', ''))
  assert.ok(blocks.every(({ pieces }) => pieces.every((piece) => piece.text.isWellFormed())))
})

test('the block of a passage is found in a text of many', () => {
  const text = Array.from({ length: 5000 }, (_, line) => `line ${line}`).join('\n')
  const at = text.indexOf('line 4321')
  const blocks = blocksOf(text, { start: at, end: at + 9 })
  assert.equal(blockAt(blocks, { start: at, end: at + 9 }), 4321)
  assert.equal(blockAt(blocks, { start: 0, end: 1 }), 0)
})
