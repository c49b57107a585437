import assert from 'node:assert/strict'
import { test } from 'node:test'
import { i18n } from '../../../language/language.ts'
import { foundOf, titleOf } from './provider-findings.ts'

test('what a test of a provider found is said in words, and what has none is shown as it is', () => {
  i18n.activate('en')
  const found = (what: string, said: string, ok = true): string => foundOf({ what, ok, said })
  assert.equal(found('keys', '1'), '1 key')
  assert.equal(found('clock', '-1 s ahead of ours'), '1 s behind ours')
  assert.equal(found('clock', '0 s ahead of ours'), 'as ours')
  assert.equal(found('clock', '45 s ahead of ours', false), '45 s ahead of ours')
  assert.equal(found('clock', 'not told'), 'it does not tell the time')
  assert.equal(found('iss parameter', 'sent (RFC 9207)'), 'It does (RFC 9207).')
  assert.match(found('discovery', 'away', false), /^Nothing answers there/)
  assert.match(found('keys', 'keys', false), /no key that can be used/)
  assert.equal(found('discovery', 'something_new', false), 'something_new')
  assert.equal(titleOf({ what: 'something new', ok: true, said: '' }), 'something new')
})
