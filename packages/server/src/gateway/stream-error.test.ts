import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorEvent, numberedError } from './stream-error.ts'

const error = { message: 'It broke.', type: 'upstream_error', param: null, code: 'upstream_broke' }

test('the error of a Responses stream has the number after the last event', () => {
  const numberOf = (last: string | null): unknown =>
    JSON.parse(numberedError({ error }, last === null ? null : Buffer.from(last))).sequence_number
  assert.equal(numberOf('data: {"sequence_number":6}\n\ndata: {"sequence_number": 7}\n\n: ping\n\n'), 8)
  assert.deepEqual([numberOf(null), numberOf(': ping\n\n')], [0, 0])
})

test('an error event ends whatever line was cut before it', () => {
  assert.equal(errorEvent('{}').toString(), '\n\nevent: error\ndata: {}\n\n')
})
