import assert from 'node:assert/strict'
import { test } from 'node:test'
import { piecesOf } from './highlighting.ts'

const marked = (text: string, terms: readonly string[]): string =>
  piecesOf(text, terms)
    .map((piece) => (piece.isMarked ? `[${piece.text}]` : piece.text))
    .join('')

test('the words of a question are marked where they stand, endings included', () => {
  assert.equal(marked('The rents rose; rent parents.', ['rent']), 'The [rents] rose; [rent] parents.')
  assert.equal(marked('the monthly rent', ['monthli']), 'the [monthly] rent')
  assert.equal(marked('住宿标准为每晚四百五十元', ['住宿', '标准']), '[住宿][标准]为每晚四百五十元')
  assert.equal(marked('what (.*) is', ['(.*)']), 'what [(.*)] is')
})

test('words that overlap are marked once', () => {
  assert.equal(marked('travel expenses', ['travel', 'travel exp']), '[travel][ expenses]')
  assert.equal(marked('nothing', []), 'nothing')
})
