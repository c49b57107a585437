import { test } from 'node:test'
import assert from 'node:assert/strict'
import { createEngine } from './engine.ts'

test('an address in a sentence is found where it stands', () => {
  const text = '请联系 anna.schmidt@example.org，谢谢'
  const [span, ...others] = createEngine().detect(text, { language: 'zh', key: null })
  assert.equal(others.length, 0)
  assert.equal(text.slice(span?.start, span?.end), 'anna.schmidt@example.org')
  assert.equal(span?.type, 'EMAIL')
})
