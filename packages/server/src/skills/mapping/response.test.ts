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

test('what a service says of why it refused is told in one line, and pages are not', () => {
  const why = (body: unknown, type = 'application/json'): string => {
    try {
      read(typeof body === 'string' ? body : JSON.stringify(body), type, undefined, 422)
      return 'done'
    } catch (error) {
      return error instanceof Fault ? error.message : 'bug'
    }
  }
  assert.equal(
    why({ title: 'Unprocessable', detail: 'from is\nmissing' }, 'application/problem+json'),
    'The service answered 422: from is missing',
  )
  assert.equal(why({ error: { code: 7, message: 'no van' } }), 'The service answered 422: no van')
  assert.equal(why({ errors: [{ msg: 'too long' }, { msg: 'b' }] }), 'The service answered 422: too long')
  assert.equal(why('no\u202e van', 'text/plain; charset=utf-8'), 'The service answered 422: no van')
  assert.equal(why({ message: 'x'.repeat(1000) }).length, 'The service answered 422: '.length + 300)
  for (const nothing of ['<p>no van</p>', '{"message":', '', 'x'.repeat(20_000)])
    assert.equal(
      why(nothing, nothing.startsWith('<') ? 'text/html' : 'application/json'),
      'The service answered 422.',
    )
  assert.equal(why({ a: { b: 1 }, message: [[[['deep']]]] }), 'The service answered 422.')
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
