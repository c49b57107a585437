import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWholeAnswer } from './whole-answer.ts'

const json = (body: object): boolean => isWholeAnswer(Buffer.from(JSON.stringify(body)), false)
const events = (...texts: readonly string[]): boolean =>
  isWholeAnswer(Buffer.from(texts.map((text) => `${text}\n\n`).join('')), true)

test('an answer that speaks of errors is whole; one that is an error, or was cut short, is not', () => {
  assert.ok(json({ choices: [{ message: { content: 'an "error" has a "status"' } }] }))
  assert.ok(json({ error: null, status: 'completed', output: [] }))
  assert.ok(!json({ error: { message: 'no' } }))
  assert.ok(!json({ choices: [{ finish_reason: 'error' }] }))
  assert.ok(!json({ type: 'error', message: 'x' }))
  for (const status of ['incomplete', 'failed', 'in_progress']) assert.ok(!json({ error: null, status }))
  assert.ok(isWholeAnswer(Buffer.from('\n {"choices": []} \r\n'), false))
  for (const text of ['', ' ', '{', '{"a": [', '[]', 'ok', '{"error": '])
    assert.ok(!isWholeAnswer(Buffer.from(text), false), text)
  assert.ok(!isWholeAnswer(Buffer.alloc(0), true))
})

test('a stream with an error in its middle is not whole, though its last event came', () => {
  const delta = 'data: {"choices":[{"delta":{"content":"error"}}]}'
  assert.ok(events(delta, 'data: [DONE]'))
  assert.ok(!events(delta, 'data: {"error":{"message":"gpu"}}', 'data: [DONE]'))
  assert.ok(!events(delta, 'event: error\ndata: {}', 'data: [DONE]'))
  assert.ok(!events(delta, 'data: {"choices":[{"finish_reason":"error"}]}', 'data: [DONE]'))
})

test('a stream of the Responses API is whole where it was completed', () => {
  const created = 'data: {"type":"response.created","response":{"status":"in_progress"}}'
  assert.ok(events(created, 'data: {"type":"response.completed","response":{"error":null}}'))
  for (const end of ['response.incomplete', 'response.failed', 'response.cancelled'])
    assert.ok(!events(created, `data: {"type":"${end}"}`))
})
