import assert from 'node:assert/strict'
import { test } from 'node:test'
import { broken, compressed, faultOf } from './call-faults.ts'

const named = (fields: object, message = ''): Error => Object.assign(new Error(message), fields)

test('a target that was reached is not said to be out of reach', () => {
  for (const [cause, wasSent, code, words] of [
    [named({ code: 'ECONNREFUSED' }), false, 'upstream_down', 'cannot be reached'],
    [named({ code: 'ECONNRESET' }), true, 'upstream_down', 'closed the connection'],
    [named({ code: 'UND_ERR_SOCKET' }, 'other side closed'), true, 'upstream_down', 'closed the connection'],
    [named({ code: 'UND_ERR_SOCKET' }, 'bad upgrade'), true, 'upstream_down', 'no answer of HTTP'],
    [named({ name: 'HTTPParserError' }), true, 'upstream_down', 'no answer of HTTP'],
    [named({ code: 'UND_ERR_HEADERS_OVERFLOW' }), true, 'upstream_broke', 'larger than is taken'],
    [named({ code: 'UND_ERR_CONNECT_TIMEOUT' }), false, 'upstream_timeout', 'within its time'],
  ] as const) {
    const fault = faultOf(cause, wasSent)
    assert.equal(fault.code, code)
    assert.match(fault.message, new RegExp(words))
  }
})

test('what is known of a break is told, and nothing else is made up', () => {
  const known = faultOf(named({ code: 'ECONNRESET' }), true)
  assert.equal(broken(known), known)
  assert.equal(broken(new Error('10.0.0.1 is gone')).message.includes('10.0.0.1'), false)
  assert.equal(compressed({}), null)
  assert.equal(compressed({ 'content-encoding': 'identity' }), null)
  assert.match(compressed({ 'content-encoding': 'br' })?.message ?? '', /compressed/)
})
