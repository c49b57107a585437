import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorAnswered, isWholeObject, toldError, withoutMark } from './whole-json.ts'

const ANSWER = '{"choices":[{"message":{"content":"a \\"}]} {[ \\\\"}}],"usage":{"prompt_tokens":1}}'

test('a body is whole only when its first brace ends with its last one, wherever it was cut', () => {
  for (const text of [ANSWER, ` \n${ANSWER}\r\n\t`, '{}'])
    assert.equal(isWholeObject(Buffer.from(text)), true, text)
  for (let at = 0; at < ANSWER.length; at += 1)
    assert.equal(isWholeObject(Buffer.from(ANSWER.slice(0, at))), false, ANSWER.slice(0, at))
  for (const text of [`${ANSWER}\n${ANSWER}`, `[${ANSWER}]`, `${ANSWER}}`, '<p>{}</p>', '', '"{}"'])
    assert.equal(isWholeObject(Buffer.from(text)), false, text)
})

test('of a very large body only the two ends are looked at', () => {
  assert.equal(isWholeObject(Buffer.from(`{"a":"${'x'.repeat(2e6)}","b":{"c":1}`)), true)
})

test('a byte order mark is taken off', () => {
  assert.equal(withoutMark(Buffer.from('\ufeff{}')).toString(), '{}')
  assert.equal(withoutMark(Buffer.from('{}')).toString(), '{}')
})

test('an error that came as an answer is one in each of its shapes, and an answer is none', () => {
  const said = (value: object): string | null => {
    const error = errorAnswered(Buffer.from(JSON.stringify(value)))
    return error === null ? null : String(Object(error).message)
  }
  assert.equal(said({ error: { message: 'no credits', code: 402 } }), 'no credits')
  assert.equal(said({ error: 'no model' }), 'no model')
  assert.equal(said({ type: 'error', error: { type: 'overloaded_error', message: 'busy' } }), 'busy')
  assert.equal(said({ object: 'error', message: 'too long', code: 400 }), 'too long')
  assert.equal(said({ error: { message: 'gone' }, choices: [], data: null }), 'gone')
  assert.equal(said({ error: null, choices: [{}] }), null)
  assert.equal(said({ id: 'resp', object: 'response', error: { message: 'failed' }, output: [] }), null)
  assert.equal(said({ choices: [{ message: { content: 'the word "error": {' } }] }), null)
})

test('what a target says went wrong is found in whichever shape it has', () => {
  for (const [said, message] of [
    [{ error: { message: 'a', type: 't' } }, 'a'],
    [{ error: 'a' }, 'a'],
    [{ message: 'a' }, 'a'],
    [{ detail: 'a' }, 'a'],
    [{ detail: [{ loc: ['body', 'x'], msg: 'a' }] }, 'body.x: a'],
    [[{ error: { message: 'a' } }], 'a'],
    [{ error: null }, undefined],
    [{ detail: 5 }, undefined],
    [[[{ message: 'a' }]], undefined],
    ['a', undefined],
    [null, undefined],
  ] as const)
    assert.equal(toldError(said)?.['message'], message, JSON.stringify(said))
})
