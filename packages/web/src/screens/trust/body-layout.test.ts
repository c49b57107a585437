import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunksOf, countTypes, layOut } from './body-layout.ts'

const marked = (text: string, ...parts: readonly string[]) =>
  parts.map((part) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length, type: 'EMAIL' }))

test('a body is laid out on lines and its marks stay on what they marked', () => {
  const body = String.raw`{"model":"m","messages":[{"content":"Hi [A_1],\n\"write\" to [B_2] \u4f60"}],"tools":[],"x":{}}`
  const { text, spans } = layOut(body, marked(body, '[A_1]', '[B_2]'))
  assert.deepEqual(
    spans.map(({ start, end }) => text.slice(start, end)),
    ['[A_1]', '[B_2]'],
  )
  assert.match(text, /^\{\n {2}"model": "m",\n/)
  assert.match(text, /Hi \[A_1\],\n"write" to \[B_2\] 你/)
  assert.match(text, /"tools": \[\],\n {2}"x": \{\}\n\}$/)
})

test('what is not JSON is shown as it is', () => {
  for (const body of ['a=1&b=[A_1]', '{"half": ', ''])
    assert.deepEqual(layOut(body, []), { text: body, spans: [] })
})

test('signs that nobody sees stay written as they were', () => {
  const body = String.raw`["a\u200bb\u0000c"]`
  assert.ok(layOut(body, []).text.includes(String.raw`a\u200bb\u0000c`))
})

test('a long line is cut, and what is cut is put together to the very same text', () => {
  const body = `${'word '.repeat(30)}[EMAIL_k7f2_1]${'😀'.repeat(40)}\n\nend`
  const spans = marked(body, '[EMAIL_k7f2_1]')
  for (const longest of [7, 10, 41, 155, 1000]) {
    const chunks = chunksOf(body, spans, longest)
    assert.equal(chunks.flatMap(({ pieces }) => pieces.map(({ text }) => text)).join(''), body)
    const marks = chunks.flatMap(({ pieces }) => pieces.filter(({ span }) => span !== null))
    assert.deepEqual(marks, [{ text: '[EMAIL_k7f2_1]', span: 0 }])
    for (const { pieces } of chunks) for (const { text } of pieces) assert.ok(text.isWellFormed())
  }
})

test('marks are counted by their types', () => {
  assert.deepEqual(countTypes([{ type: 'A' }, { type: 'B' }, { type: 'A' }]), { A: 2, B: 1 })
})
