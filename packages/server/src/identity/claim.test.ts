import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { tenantId } from '../store/tenant-id.ts'
import { claimLink, claimToken, requireClaimToken } from './claim.ts'

const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const rooted = (root: string) => (label: string, info: string) =>
  createHmac('sha256', root).update(`${label}\0${info}`).digest()

test('the link is the same at every start and different for every installation and tenant', () => {
  const token = claimToken(rooted('a'), tenant)
  assert.equal(token, claimToken(rooted('a'), tenant))
  assert.notEqual(token, claimToken(rooted('b'), tenant))
  assert.notEqual(token, claimToken(rooted('a'), tenantId('00000000-0000-7000-8000-000000000002')))
})

test('the token stands in the fragment, which no server ever sees', () => {
  const token = claimToken(rooted('a'), tenant)
  const link = new URL(claimLink('http://127.0.0.1:7070/', token))
  assert.deepEqual([link.pathname, link.search, link.hash], ['/', '', `#claim=${token}`])
})

test('a token cut short, changed or empty is refused', () => {
  const token = claimToken(rooted('a'), tenant)
  requireClaimToken(token, token)
  for (const sent of [token.slice(1), `${token}x`, token.toUpperCase(), '', '€'.repeat(14)]) {
    assert.throws(() => requireClaimToken(sent, token), { code: 'wrong_claim', param: 'token' })
  }
})
