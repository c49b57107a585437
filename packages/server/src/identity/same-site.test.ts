import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import { isSafe, refuseOtherSites, requireOwnOrigin } from './same-site.ts'

const verdicts: readonly (readonly [string, IncomingHttpHeaders, string | null, boolean])[] = [
  ['our own page', { 'sec-fetch-site': 'same-origin' }, null, true],
  ['a typed address', { 'sec-fetch-site': 'none' }, null, true],
  ['another site', { 'sec-fetch-site': 'cross-site' }, null, false],
  ['another port of the same host', { 'sec-fetch-site': 'same-site' }, null, false],
  ['a word nobody knows', { 'sec-fetch-site': 'same-origin-ish' }, null, false],
  [
    'another site with a forged origin',
    { 'sec-fetch-site': 'cross-site', origin: 'http://h:1', host: 'h:1' },
    null,
    false,
  ],
  ['an old browser on our page', { origin: 'http://127.0.0.1:7070', host: '127.0.0.1:7070' }, null, true],
  [
    'an old browser on another port',
    { origin: 'http://127.0.0.1:8080', host: '127.0.0.1:7070' },
    null,
    false,
  ],
  ['a sandboxed frame', { origin: 'null', host: '127.0.0.1:7070' }, null, false],
  [
    'our page behind a proxy that changes Host',
    { origin: 'https://ai.example.org', host: '10.0.0.1' },
    'https://ai.example.org/x',
    true,
  ],
  [
    'http in place of our https',
    { origin: 'http://ai.example.org', host: '10.0.0.1' },
    'https://ai.example.org',
    false,
  ],
  ['no browser at all', {}, null, true],
]

for (const [who, headers, publicUrl, passes] of verdicts) {
  test(`${who} ${passes ? 'may' : 'may not'} change something with a cookie`, () => {
    const attempt = (): void => refuseOtherSites({ headers, method: 'POST' }, publicUrl)
    if (passes) attempt()
    else assert.throws(attempt, { code: 'csrf' })
  })
}

test('only reading methods are safe, and an unknown one is not', () => {
  assert.deepEqual(
    ['GET', 'HEAD', 'OPTIONS', 'POST', 'get', undefined].map((method) => isSafe({ headers: {}, method })),
    [true, true, true, false, false, false],
  )
})

test('a WebSocket with a cookie must come from our own page, where a request that only looks may come from anywhere', () => {
  const host = '127.0.0.1:7070'
  const handshake = (headers: IncomingHttpHeaders) => ({ method: 'GET', headers: { host, ...headers } })
  const mayOpen = (headers: IncomingHttpHeaders, publicUrl: string | null = null): boolean => {
    try {
      requireOwnOrigin(handshake(headers), publicUrl)
      return true
    } catch {
      return false
    }
  }
  const foreign = { origin: 'https://evil.example' }
  assert.equal(mayOpen({ origin: 'http://127.0.0.1:7070' }), true)
  assert.equal(mayOpen({ origin: 'https://ai.example.org' }, 'https://ai.example.org'), true)
  for (const headers of [
    foreign,
    {},
    { origin: 'null' },
    { origin: 'http://127.0.0.1:7071' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1:7070' },
    { 'sec-fetch-site': 'same-origin', ...foreign },
  ])
    assert.equal(mayOpen(headers), false, JSON.stringify(headers))
  // What the rule for requests would have let in.
  assert.equal(isSafe(handshake(foreign)), true)
})
