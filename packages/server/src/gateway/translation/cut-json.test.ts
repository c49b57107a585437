import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closedJson } from './cut-json.ts'

const WHOLE = '{"a":"x\\"y\\\\","b":[1,{"c":true},"d"],"e":{},"f":-1.5e3}'

test('text that was cut anywhere is closed behind the last value that is whole', () => {
  for (let end = 1; end <= WHOLE.length; end += 1) {
    const closed: unknown = JSON.parse(closedJson(WHOLE.slice(0, end)))
    assert.equal(typeof closed, 'object')
  }
  assert.equal(closedJson(WHOLE), WHOLE)
  assert.deepEqual(
    ['{"a', '{"a":"x', '{"a":"x"', '{"a":"x","b', '{"a":1', '{"a":[1,2', '{"a":["x",{"b":"'].map(closedJson),
    ['{}', '{}', '{"a":"x"}', '{"a":"x"}', '{}', '{"a":[1]}', '{"a":["x",{}]}'],
  )
})
