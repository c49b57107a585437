import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ObjectEnd } from './object-end.ts'

test('an object has ended at its last brace, in whichever pieces it came', () => {
  const text = ' {"a":"\\"}{","b":[{}],"c":{"d":1}} '
  const end = new ObjectEnd()
  for (const [at, letter] of Array.from(text).entries()) {
    assert.equal(end.isWhole, at > text.lastIndexOf('}'), text.slice(0, at))
    end.add(letter)
  }
  assert.equal(end.isWhole, true)
})

test('what is no object, or more than one, never ends', () => {
  for (const text of ['', '[]', '1', 'x{}', '{}x', '{}{}', '{"a":"}', '{"a":{}'])
    for (const pieces of [[text], Array.from(text)]) {
      const end = new ObjectEnd()
      for (const piece of pieces) end.add(piece)
      assert.equal(end.isWhole, false, text)
    }
})
