import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchingStep, newTotpSecret, totp, totpUri } from './totp.ts'

/** RFC 6238 appendix B, SHA-1, of which six digits are shown. */
const VECTORS: readonly (readonly [seconds: number, code: string])[] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
]
const KEY = Buffer.from('12345678901234567890')
/** The same in base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test('codes are those of the published vectors', () => {
  for (const [seconds, code] of VECTORS) {
    assert.equal(totp(KEY, Math.floor(seconds / 30)), code)
    const step = matchingStep(SECRET, code, { nowMs: seconds * 1000, after: 0 })
    assert.equal(step, Math.floor(seconds / 30))
  }
})

test('a code is good half a minute early or late, and once', () => {
  const nowMs = 1_234_567_890_000
  const step = Math.floor(nowMs / 30_000)
  const at = (offset: number, after = 0) => matchingStep(SECRET, totp(KEY, step + offset), { nowMs, after })
  assert.deepEqual([at(-2), at(-1), at(0), at(1), at(2)], [null, step - 1, step, step + 1, null])
  assert.equal(at(0, step), null)
  assert.equal(at(-1, step), null)
  assert.equal(at(1, step), step + 1)
})

test('a secret has 160 bits and stands in the address that apps read', () => {
  const secret = newTotpSecret()
  assert.match(secret, /^[A-Z2-7]{32}$/)
  assert.notEqual(secret, newTotpSecret())
  const uri = new URL(totpUri(secret, { issuer: 'Free hold', account: '张伟 & co' }))
  assert.equal(decodeURIComponent(uri.pathname), '/Free hold:张伟 & co')
  assert.equal(uri.searchParams.get('secret'), secret)
  assert.ok(!uri.search.includes('+'))
})
