import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCancel, laneOf, readResponseMessage } from './response-message.ts'

const read = (text: string) => {
  const { body, lane } = readResponseMessage(Buffer.from(text))
  return [body.toString(), lane]
}

test('a message becomes the body that HTTP takes, streamed, and every other byte stays', () => {
  const rows: readonly (readonly [string, string, string | null])[] = [
    ['{"type":"response.create","model":"m"}', '{"stream":true,"model":"m"}', null],
    [
      '{"model":"m", "n":1.0, "type":"response.create","stream_id":"a:1"}',
      '{"stream":true,"model":"m", "n":1.0}',
      'a:1',
    ],
    [
      ' {"stream":false,"type":"response.create","generate":true,"background":null,"model":"m","x":{"type":1}}',
      '{"stream":true,"model":"m","x":{"type":1}}',
      null,
    ],
    ['{"type":"x","model":"m","type":"response.create","stream":false}', '{"stream":true,"model":"m"}', null],
  ]
  for (const [message, body, lane] of rows) {
    assert.deepEqual(read(message), [body, lane])
    assert.equal(JSON.parse(body).stream, true)
  }
})

test('a type of the client is named in the refusal only where it looks like one', () => {
  const refusal = (type: unknown): unknown => {
    try {
      return read(JSON.stringify({ type, model: 'm' }))
    } catch (error) {
      return error instanceof Error ? error.message : error
    }
  }
  assert.match(String(refusal('response.steer')), /^type: response\.steer is not offered here/)
  for (const type of ['my name is Ann', 'x'.repeat(81), 7, null, undefined])
    assert.match(String(refusal(type)), /^type: is missing/)
})

test('a cancel is one whatever stands around it, and nothing else is', () => {
  assert.equal(isCancel(Buffer.from(' { "type" : "response.cancel" } ')), true)
  for (const text of [
    '',
    'x',
    '[]',
    'null',
    '{"type":"response.create"}',
    '{"type":"response.cancel","a":1}',
  ])
    assert.equal(isCancel(Buffer.from(text)), false, text)
})

test('the lane of a message that was not read is found where it is sound', () => {
  assert.equal(laneOf(Buffer.from('{"stream_id":"l"}')), 'l')
  for (const text of [
    '',
    'null',
    '7',
    '{"stream_id":7}',
    '{"stream_id":"a b"}',
    `{"stream_id":"l"}${' '.repeat(70_000)}`,
  ])
    assert.equal(laneOf(Buffer.from(text)), null, text.slice(0, 20))
})
