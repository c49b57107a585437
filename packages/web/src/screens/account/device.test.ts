import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviceOf } from './device.ts'

test('a browser is called as people call it, and anything else as it calls itself', () => {
  const edge =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0'
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile Safari/604.1'
  assert.equal(deviceOf(edge), 'Edge · Windows')
  assert.equal(deviceOf(phone), 'Safari · iPhone')
  assert.equal(deviceOf('curl/8.9'), 'curl/8.9')
  assert.equal(deviceOf('x'.repeat(200)).length, 60)
})
