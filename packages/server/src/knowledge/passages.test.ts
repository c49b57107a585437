import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { headingLines, passagesOf } from './passages.ts'

const ENGLISH =
  'The cold store is kept at minus eighteen degrees and is checked by the night shift every day. '
const CHINESE = '冷库的温度应保持在零下十八摄氏度,并由夜班人员每天检查一次温度记录。'

test('English passages hold 150 to 300 words, Chinese ones 400 to 800 characters', () => {
  const english = passagesOf(ENGLISH.repeat(100), [])
  const words = english.map(({ start, end }) => (end - start) / ENGLISH.length).map((n) => n * 17)
  assert.ok(
    words.slice(0, -1).every((count) => count >= 150 && count <= 300),
    String(words),
  )
  const chinese = passagesOf(CHINESE.repeat(100), [])
  const sizes = chinese.map(({ start, end }) => end - start)
  assert.ok(
    sizes.slice(0, -1).every((size) => size >= 400 && size <= 800),
    String(sizes),
  )
})

test('a passage starts at a heading and does not run into the next', () => {
  const text = `# One\n\n${ENGLISH}\n\n# Two\n\n## Two A\n\n${ENGLISH}`
  const passages = passagesOf(text, headingLines(text)).map(({ start, end }) => text.slice(start, end))
  assert.deepEqual(
    passages.map((passage) => passage.split('\n')[0]),
    ['# One', '# Two'],
  )
  assert.match(passages[1] ?? '', /## Two A/)
})

test('whatever the text, passages are in order and hold all its words', () => {
  const line = fc.oneof(
    fc.lorem({ maxCount: 30 }),
    fc.constant(CHINESE),
    fc.constant('# Heading'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 80 }), (lines) => {
      const text = lines.join('\n')
      let last = 0
      for (const { start, end } of passagesOf(text, headingLines(text))) {
        assert.ok(start >= last && end > start && end <= text.length)
        assert.doesNotMatch(text.slice(last, start), /[\p{L}\p{N}]/u)
        last = end
      }
      assert.doesNotMatch(text.slice(last), /[\p{L}\p{N}]/u)
    }),
    { numRuns: 150 },
  )
})
