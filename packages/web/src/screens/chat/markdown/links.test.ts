import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decoded, safeAddress } from './links.ts'

test('a link leads to pages and letter boxes', () => {
  assert.equal(safeAddress('https://example.org/a?b#c'), 'https://example.org/a?b#c')
  assert.equal(safeAddress('mailto:ada@example.org'), 'mailto:ada@example.org')
})

test('a link leads nowhere else', () => {
  for (const address of [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'blob:https://example.org/x',
    'file:///etc/passwd',
    '/api/keys',
    '//example.org',
    'https://example.org/\u202egnp.exe',
  ])
    assert.equal(safeAddress(address), null, address)
})

test('entities are letters', () => {
  assert.equal(decoded('a &amp; b &lt;c&gt; &#65;&#x42; &unknown; &#0;'), 'a & b <c> AB &unknown; &#0;')
})
