import assert from 'node:assert/strict'
import { test } from 'node:test'
import { laidOut, unhidden } from './json.ts'

test('arguments are laid out, and what is no JSON is shown as it came', () => {
  assert.equal(laidOut('{"a":1}'), '{\n  "a": 1\n}')
  assert.equal(laidOut('{"a":'), '{"a":')
})

test('what nobody sees in a call is shown as an escape', () => {
  assert.equal(unhidden('pay\u202egnp.exe\u200b\n'), 'pay\\u202egnp.exe\\u200b\n')
})
