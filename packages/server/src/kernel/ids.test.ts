import { test } from 'node:test'
import assert from 'node:assert/strict'
import { isUuid, requestId, uuidV7 } from './ids.ts'

test('an id is a UUID of version 7 and carries its time', () => {
  const id = uuidV7(1_700_000_000_123)
  assert.ok(isUuid(id))
  assert.match(id, /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  assert.equal(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16), 1_700_000_000_123)
})

test('ids sort by the time they were made and never repeat', () => {
  const times = [0, 1, 1_700_000_000_000, 2 ** 48 - 1]
  const ids = times.map((ms) => uuidV7(ms))
  assert.deepEqual([...ids].sort(), ids)
  assert.equal(new Set(Array.from({ length: 10_000 }, () => uuidV7(1))).size, 10_000)
})

test('ids of one millisecond sort in the order in which they were made', () => {
  const ids = Array.from({ length: 2000 }, () => uuidV7(1_700_000_000_456))
  assert.deepEqual(ids.toSorted(), ids)
})

test('only the canonical form counts as a UUID', () => {
  const id = uuidV7()
  for (const wrong of ['', id.toUpperCase(), `${id} `, `${id}\n`, id.replaceAll('-', ''), `{${id}}`]) {
    assert.equal(isUuid(wrong), false, JSON.stringify(wrong))
  }
})

test('a request id can be read aloud and does not repeat', () => {
  assert.match(requestId(), /^req_[\da-f]{24}$/)
  assert.notEqual(requestId(), requestId())
})
