import assert from 'node:assert/strict'
import { test } from 'node:test'
import { windowsOf } from './windows.ts'

test('a long text is cut into windows that overlap and end between characters', () => {
  const text = '😀 Anna Müller. '.repeat(300)
  const windows = windowsOf(text, 1000)
  let end = 0
  for (const window of windows) {
    assert.equal(text.slice(window.start, window.start + window.text.length), window.text)
    assert.ok(window.text.length <= 1000 && window.text.isWellFormed())
    assert.ok(end === 0 || end - window.start >= 200)
    end = window.start + window.text.length
  }
  assert.equal(end, text.length)
  assert.deepEqual(windowsOf('short', 1000), [{ start: 0, text: 'short' }])
})
