import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isObject, numberOf, parseExact } from './exact-json.ts'

test('numbers that a double would change are written again as they came', () => {
  for (const number of ['0.10', '1E-7', '12345678901234567890', '0.12345678901234567', '7', '0.5']) {
    const text = `{"a":[${number}],"b":"1.0"}`
    assert.equal(JSON.stringify(parseExact(text)), text)
  }
  assert.deepEqual([numberOf(parseExact('1.50')), isObject(parseExact('1.50'))], [1.5, false])
})
