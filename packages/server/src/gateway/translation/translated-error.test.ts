import assert from 'node:assert/strict'
import { test } from 'node:test'
import { translatedError } from './translated-error.ts'

test('an error of any server that speaks OpenAI’s API has a type that Anthropic’s clients know', () => {
  for (const [status, error, type] of [
    [400, { message: 'why', type: 'BadRequestError', code: 400 }, 'invalid_request_error'],
    [401, { message: 'why', type: 'invalid_request_error', code: 'invalid_api_key' }, 'authentication_error'],
    [402, { message: 'why' }, 'billing_error'],
    [404, 'why', 'not_found_error'],
    [422, { detail: 'why' }, 'invalid_request_error'],
    [429, { message: 'why', type: 'insufficient_quota' }, 'rate_limit_error'],
    [500, { message: 'why', type: 'server_error' }, 'api_error'],
    [500, { message: 'why', type: 'overloaded_error' }, 'overloaded_error'],
    [599, { message: 'why', type: 'NewError' }, 'api_error'],
  ] as const) {
    assert.deepEqual(translatedError(error, status, 'anthropic'), { type, message: 'why' })
  }
})

test('an error that says nothing says at least its status', () => {
  for (const error of [null, '', {}, { message: 5 }, []]) {
    assert.deepEqual(translatedError(error, 503, 'openai'), {
      message: 'The target answered with status 503.',
      type: 'server_error',
      param: null,
      code: null,
    })
  }
})
