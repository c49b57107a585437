import { test } from 'node:test'
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { errorResponse, Fault, FAULT_CODES } from './fault.ts'

const parsed = (body: Buffer): unknown => JSON.parse(body.toString('utf8'))

test('every refusal is a client or server error that says whether trying again helps', () => {
  for (const code of FAULT_CODES) {
    const fault = new Fault(code, 'Refused.')
    assert.ok(fault.status >= 400 && fault.status <= 599, code)
    const { headers } = errorResponse(fault, 'req_1')
    assert.equal(headers['retry-after'], fault.retryAfterS === null ? undefined : '1', code)
  }
})

test('a refusal reaches an OpenAI client in the shape it knows', () => {
  const fault = new Fault('invalid', 'temperature must be a number.', { param: 'temperature' })
  const { status, code, headers, body } = errorResponse(fault, 'req_1')
  assert.deepEqual([status, code, headers['x-freehold-request']], [400, 'invalid', 'req_1'])
  assert.equal(headers['content-type'], 'application/json; charset=utf-8')
  assert.deepEqual(parsed(body), {
    error: {
      message: 'temperature must be a number.',
      type: 'invalid_request_error',
      param: 'temperature',
      code: 'invalid',
    },
  })
})

test('and an Anthropic client in its own', () => {
  const { body } = errorResponse(new Fault('too_many', 'Wait a moment.'), 'req_1', 'anthropic')
  assert.deepEqual(parsed(body), {
    type: 'error',
    error: { type: 'rate_limit_error', message: 'Wait a moment.', param: null, code: 'too_many' },
    request_id: 'req_1',
  })
})

test('the time to wait is rounded up to whole seconds', () => {
  const fault = new Fault('unavailable', 'The database is away.', { retryAfterS: 2.1 })
  assert.equal(errorResponse(fault, 'req_1').headers['retry-after'], '3')
})

test('a bug tells the caller its request id and nothing more', () => {
  for (const bug of [new TypeError('Canary of customer 4711'), 'Canary', null, { message: 'Canary' }]) {
    for (const dialect of ['openai', 'anthropic'] as const) {
      const { status, code, headers, body } = errorResponse(bug, 'req_abc', dialect)
      assert.deepEqual([status, code, headers['retry-after']], [500, 'bug', undefined])
      assert.match(body.toString(), /req_abc/)
      assert.doesNotMatch(body.toString() + JSON.stringify(headers), /Canary/)
    }
  }
})

test('a refusal keeps its cause for the log, not for the caller', () => {
  const fault = new Fault('unavailable', 'Try again soon.', { cause: new Error('Canary') })
  assert.match(inspect(fault), /Canary/)
  assert.doesNotMatch(errorResponse(fault, 'req_1').body.toString(), /Canary/)
})
