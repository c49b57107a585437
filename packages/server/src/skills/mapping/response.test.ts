import { test } from 'node:test'
import assert from 'node:assert/strict'
import { Fault } from '../../kernel/fault.ts'
import { answerReader } from './response.ts'

const read = (
  body: string | Buffer,
  type?: string,
  mapping?: Parameters<typeof answerReader>[0],
  status = 200,
): unknown =>
  answerReader(mapping)({
    status,
    headers: type === undefined ? {} : { 'content-type': type },
    body: Buffer.from(body),
  })
const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'done'
  } catch (error) {
    return error instanceof Fault ? error.code : 'bug'
  }
}

test('JSON is a value, text is a text, and nothing is null', () => {
  assert.deepEqual(read('{"a":1}', 'application/json; charset=utf-8'), { a: 1 })
  assert.deepEqual(read('[1]', 'application/problem+json'), [1])
  assert.equal(read('{"a":1}', 'text/plain'), '{"a":1}')
  assert.equal(read('<a/>', 'application/xml'), '<a/>')
  assert.equal(read('', undefined), null)
  assert.deepEqual(read('{"a":1}'), { a: 1 })
  assert.equal(read('hello'), 'hello')
})

test('what is picked is picked from JSON, whatever it is called', () => {
  assert.equal(read('{"a":{"b":2}}', 'text/html', '$.a.b'), 2)
  assert.deepEqual(read('{"a":{"b":2}}', undefined, { b: '$.a.b', c: '$.a.c' }), { b: 2 })
  assert.equal(read('{"a":1}', 'application/json', '$.b'), null)
})

test('what cannot be read, and what is a refusal, fails the call', () => {
  assert.equal(
    codeOf(() => read('{"a":', 'application/json')),
    'skill_failed',
  )
  assert.equal(
    codeOf(() => read(Buffer.from([0xff, 0xfe]), 'text/plain')),
    'skill_failed',
  )
  assert.equal(
    codeOf(() => read('x', 'image/png')),
    'skill_failed',
  )
  assert.equal(
    codeOf(() => read('['.repeat(300) + ']'.repeat(300), 'application/json')),
    'skill_failed',
  )
  assert.deepEqual(
    [301, 400, 404, 500].map((status) => codeOf(() => read('', undefined, undefined, status))),
    Array.from({ length: 4 }, () => 'skill_failed'),
  )
  assert.deepEqual(
    [429, 502, 503, 504].map((status) => codeOf(() => read('', undefined, undefined, status))),
    Array.from({ length: 4 }, () => 'upstream_down'),
  )
})

test('a service that says what was wrong is heard where that is no secret, in two sentences for people', () => {
  const refusal = (body: string, tellsProblems = true, type = 'application/problem+json'): string => {
    try {
      answerReader(undefined, { tellsProblems })({
        status: 409,
        headers: { 'content-type': type },
        body: Buffer.from(body),
      })
      return 'done'
    } catch (error) {
      return error instanceof Fault ? error.message : 'bug'
    }
  }
  const problem = JSON.stringify({
    type: 'https://library.example/problems/renewals',
    title: 'Too many renewals',
    detail: 'A loan can be renewed\n twice\u200b at most.',
    trace: 'at Loans.renew (loans.js:7)',
  })
  assert.equal(
    refusal(problem),
    'The service answered 409: Too many renewals. A loan can be renewed twice⟨U+200B⟩ at most.',
  )
  assert.equal(refusal(JSON.stringify({ detail: 'x'.repeat(5000) })).length, 327)
  for (const silent of [
    refusal(problem, false),
    refusal(problem, true, 'application/json'),
    refusal('{"title":', true),
    refusal('[]'),
    refusal('{"title":7,"detail":{"a":1}}'),
  ])
    assert.equal(silent, 'The service answered 409.')
})
