import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceAccountInput } from '@freehold/contract/service-accounts.ts'
import { isRegistered, withAnswer } from './redirect-uris.ts'

const REGISTERED = ['https://wiki.example/back?from=here', 'http://127.0.0.1/back', 'http://[::1]:8000/back']

test('an address counts as registered letter by letter, and at a loopback address on any port', () => {
  for (const address of [...REGISTERED, 'http://127.0.0.1:49152/back', 'http://[::1]/back'])
    assert.equal(isRegistered(address, REGISTERED), true, address)
  for (const address of [
    'https://wiki.example/back',
    'https://wiki.example/back?from=here&more',
    'https://wiki.example/back?from=here/x',
    'https://wiki.example/back?from=here#',
    'https://wiki.example:8443/back?from=here',
    'https://a.wiki.example/back?from=here',
    'https://wiki.example.evil.example/back?from=here',
    'https://wiki.example@evil.example/back?from=here',
    'HTTPS://wiki.example/back?from=here',
    'http://wiki.example/back?from=here',
    'http://127.0.0.1/back/',
    'http://127.0.0.1/back?x',
    'http://127.0.0.1/../back',
    'http://127.0.0.1:80@evil.example/back',
    'http://127.0.0.1:99999/back',
    'http://127.0.0.2/back',
    'http://localhost/back',
    'https://127.0.0.1/back',
    '',
  ])
    assert.equal(isRegistered(address, REGISTERED), false, address)
})

test('what is told is added to the query that an address has', () => {
  assert.equal(
    withAnswer('https://a.example/x', { code: 'a b', state: null }),
    'https://a.example/x?code=a+b',
  )
  assert.equal(withAnswer('https://a.example/x?y=1', { code: 'c' }), 'https://a.example/x?y=1&code=c')
})

test('only https and loopback addresses without fragment, wildcard or name can be registered', () => {
  const takes = (uri: string): boolean =>
    serviceAccountInput.safeParse({ name: 'wiki', redirectUris: [uri] }).success
  for (const uri of REGISTERED) assert.equal(takes(uri), true, uri)
  for (const uri of [
    'http://wiki.example/back',
    'http://localhost/back',
    'https://wiki.example/#x',
    'https://*.wiki.example/back',
    'https://wiki.example/b ack',
    'https://me@wiki.example/back',
    'https:wiki.example',
    'https:\\\\wiki.example',
    'javascript:alert(1)',
    'com.example.wiki:/back',
    `https://wiki.example/${'x'.repeat(512)}`,
  ])
    assert.equal(takes(uri), false, uri)
})
