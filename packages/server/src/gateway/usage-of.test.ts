import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerIdOf, usageOf } from './usage-of.ts'

const of = (answer: unknown): unknown =>
  usageOf(Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer)))

test('the figures of either dialect are read, with space or without', () => {
  assert.deepEqual(of({ usage: { prompt_tokens: 3, completion_tokens: 4, details: { cached: 1 } } }), {
    input: 3,
    output: 4,
  })
  assert.deepEqual(of('{"usage" : {"input_tokens": 5, "output_tokens": 6}, "id": 1}'), {
    input: 5,
    output: 6,
  })
  assert.deepEqual(of({ usage: { prompt_tokens: 8, total_tokens: 8 } }), { input: 8, output: null })
})

test('the word in the text of an answer is not taken for the figures', () => {
  const content = '"usage":{"prompt_tokens":999}'
  assert.deepEqual(of({ choices: [{ message: { content } }] }), { input: null, output: null })
  assert.deepEqual(
    of({ choices: [{ message: { content } }], usage: { prompt_tokens: 1, completion_tokens: 2 } }),
    {
      input: 1,
      output: 2,
    },
  )
})

test('what is cut or no JSON says nothing', () => {
  for (const text of ['', '{"usage":', '{"usage":{"prompt_tokens":1', '{"usage":null}', '"usage":{x}'])
    assert.deepEqual(of(text), { input: null, output: null }, text)
})

test('the id of a Responses answer is its first', () => {
  assert.equal(answerIdOf(Buffer.from('{"id":"resp_1","output":[{"id":"msg_1"}]}')), 'resp_1')
  assert.equal(answerIdOf(Buffer.from('{}')), null)
})
