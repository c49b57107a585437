import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  csrfTokenOf,
  fingerprintOf,
  newSessionSecret,
  requireCsrfToken,
  sessionCookie,
} from './session-cookie.ts'

test('the cookie cannot be read by scripts nor sent by other sites, and over https no sibling can plant it', () => {
  assert.equal(
    sessionCookie(null).set('s', 60),
    'freehold_session=s; Max-Age=60; Path=/; HttpOnly; SameSite=Strict',
  )
  assert.equal(
    sessionCookie('https://ai.example.org').set('s', 60),
    '__Host-freehold_session=s; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Strict',
  )
  assert.match(sessionCookie(null).clear(), /^freehold_session=; Max-Age=0;/)
})

test('the secret is found among other cookies, and nothing else is taken for it', () => {
  const cookie = sessionCookie(null)
  const secret = newSessionSecret()
  assert.equal(cookie.read({ cookie: `a=b; freehold_session=${secret}; c=d` }), secret)
  assert.equal(cookie.read({ cookie: `__Host-freehold_session=${secret}` }), null)
  assert.equal(cookie.read({ cookie: `freehold_session=${secret}x` }), null)
  assert.equal(cookie.read({ cookie: `${'x'.repeat(9000)}; freehold_session=${secret}` }), null)
  assert.equal(cookie.read({}), null)
})

test('the CSRF token belongs to one session and gives neither the secret nor its stored hash away', () => {
  const secret = newSessionSecret()
  const token = csrfTokenOf(secret)
  assert.equal(token, csrfTokenOf(secret))
  assert.notEqual(token, csrfTokenOf(newSessionSecret()))
  assert.equal([secret, fingerprintOf(secret)].includes(token), false)
})

test('a change without the right CSRF token is refused', () => {
  const secret = newSessionSecret()
  requireCsrfToken({ 'x-csrf-token': csrfTokenOf(secret) }, secret)
  for (const sent of [undefined, '', 'x', csrfTokenOf(newSessionSecret()), [csrfTokenOf(secret), 'x']]) {
    const headers = sent === undefined ? {} : { 'x-csrf-token': sent }
    assert.throws(() => requireCsrfToken(headers, secret), { code: 'csrf' })
  }
})
