import assert from 'node:assert/strict'
import { test } from 'node:test'
import { excerpt, readStep, splitCitations } from './answer.js'

const citation = (n: number) => ({ n, documentId: `d${n}`, title: `t${n}`, span: { start: 0, end: 1 } })
const delta = (value: object, finish: string | null = null) =>
  JSON.stringify({ model: 'extract-1', choices: [{ index: 0, delta: value, finish_reason: finish }] })

test('a number in brackets leads to its source; every other bracket stays as it was written', () => {
  const [one, two] = [citation(1), citation(2)]
  assert.deepEqual(splitCitations('[1] a[2][1] b [3] c[x] [12345] ', [one, two]), [
    { citation: one },
    { text: ' a' },
    { citation: two },
    { citation: one },
    { text: ' b [3] c[x] [12345] ' },
  ])
  assert.deepEqual(splitCitations('', []), [])
})

test('text, sources and the end of an answer are read from its events', () => {
  assert.equal(readStep(delta({ content: '一' })).text, '一')
  const annotations = [{ type: 'freehold_citation', ...citation(1) }, { type: 'url_citation' }]
  assert.deepEqual(
    readStep(delta({ annotations })).citations.map(({ n }) => n),
    [1],
  )
  assert.equal(readStep(delta({}, 'stop')).isFinished, true)
  assert.equal(readStep(delta({ role: 'assistant' })).isFinished, false)
  assert.equal(readStep('[DONE]').isFinished, true)
  assert.equal(readStep(JSON.stringify({ choices: [], usage: {} })).isFinished, false)
})

test('a refusal in the middle of a stream keeps its reason', () => {
  const { error, isFinished } = readStep('{"error":{"message":"Too slow.","code":"timed_out"}}')
  assert.deepEqual([error, isFinished], [{ message: 'Too slow.', code: 'timed_out' }, false])
})

test('the marked passage is exactly the span, with its surroundings on both sides', () => {
  const text = `${'before '.repeat(100)}THE PASSAGE${' after'.repeat(100)}`
  const shown = excerpt(text, { start: 700, end: 711 }, 300)
  assert.equal(shown.marked, 'THE PASSAGE')
  assert.match(shown.before, /^(before )+$/)
  assert.match(shown.after, /^( after)+$/)
  assert.ok(shown.before.length > 250 && shown.before.length <= 300)
  assert.deepEqual([shown.isCutBefore, shown.isCutAfter], [true, true])
})

test('the surroundings never begin or end inside a character', () => {
  const text = '😀'.repeat(50)
  for (let around = 0; around < 12; around += 1) {
    const { before, after } = excerpt(text, { start: 40, end: 44 }, around)
    assert.ok(`${before}${after}`.isWellFormed(), `${around} characters around`)
  }
})

test('a span beyond the text marks what is there', () => {
  assert.equal(excerpt('short', { start: 3, end: 99 }, 10).marked, 'rt')
  assert.equal(excerpt('short', { start: 99, end: 120 }, 10).marked, '')
})
