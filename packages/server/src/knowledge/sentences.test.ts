import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { SENTENCE_LENGTH, sentencesOf } from './sentences.ts'

const cut = (text: string): string[] => sentencesOf(text).map(({ start, end }) => text.slice(start, end))

const CASES: readonly (readonly [says: string, sentences: readonly string[]])[] = [
  [
    'abbreviations and initials do not end a sentence',
    ['Dr. J. R. Smith met e.g. Mrs. Jones.', 'They left.'],
  ],
  [
    'numbers, versions and addresses stay whole',
    ['Version 3.5 costs 1.99 at https://x.org/a?b=1!c.', 'Buy it.'],
  ],
  ['a list number belongs to its line', ['1. Open the valve.', '2. Close it!', 'Done?', 'Yes.']],
  ['Chinese marks end a sentence without a space', ['年假有十五天。', '真的吗？', '是的！', '甲；', '乙']],
  ['closing quotes belong to what they close', ['他说:“走吧。”', '大家走了。', 'She said "no."', 'He left.']],
  ['a lower-case letter goes on with the sentence', ['The no. of items is 5 approx. as planned.', 'End.']],
]
for (const [says, sentences] of CASES)
  test(says, () => {
    const text = sentences.reduce(
      (all, next) => (all === '' || /[\u3000-\uffef”]$/.test(all) ? all + next : `${all} ${next}`),
      '',
    )
    assert.deepEqual(cut(text), sentences)
  })

test('a line wrapped by an editor is one sentence, a list is many', () => {
  const wrapped = 'The pump must be filled with water before the first\nstart, because it would run dry.'
  assert.deepEqual(cut(wrapped), [wrapped])
  assert.deepEqual(cut('- apples\n- pears\n\nPlums'), ['- apples', '- pears', 'Plums'])
  const table = 'a rather long first cell of a table | with a second cell\nanother row | with a second cell'
  assert.equal(cut(table).length, 2)
})

test('an endless line is cut, never inside a character', () => {
  for (const text of ['x'.repeat(50_000), '𝒳'.repeat(20_000), '字'.repeat(50_000)]) {
    const spans = sentencesOf(text)
    assert.ok(spans.length >= text.length / SENTENCE_LENGTH - 1)
    assert.ok(spans.every(({ start, end }) => text.slice(start, end).isWellFormed()))
  }
})

const written = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '. ',
        '。',
        '\n',
        '\n\n',
        '! ',
        '? ',
        '；',
        'e.g. ',
        '3.5',
        ' ',
        '“',
        '”',
        '- ',
        '🦜',
        '\r\n',
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.lorem({ maxCount: 4 }),
      fc.constantFrom('年假有十五天', '知识库', '数据'),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''))

test('sentences are in order, slice back and hold every letter and digit of the text', () => {
  fc.assert(
    fc.property(written, (text) => {
      let last = 0
      let kept = ''
      for (const { start, end } of sentencesOf(text)) {
        assert.ok(start >= last && end > start && end <= text.length)
        assert.equal(text.slice(start, end), text.slice(start, end).trim())
        assert.doesNotMatch(text.slice(last, start), /[\p{L}\p{N}]/u)
        kept += text.slice(start, end)
        last = end
      }
      assert.doesNotMatch(text.slice(last), /[\p{L}\p{N}]/u)
      assert.equal(kept.match(/[\p{L}\p{N}]/gu)?.length, text.match(/[\p{L}\p{N}]/gu)?.length)
    }),
    { numRuns: 300 },
  )
})
