import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { jwks } from '@freehold/contract/requests.ts'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { openTokens } from '../../packages/server/src/identity/tokens.ts'
import type { Tokens } from '../../packages/server/src/identity/tokens.ts'
import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import type { Store } from '../../packages/server/src/store/store.ts'
import { openGround } from './identity-house.ts'
import type { Ground, Replica } from './identity-house.ts'

let ground: Ground
const opened: Tokens[] = []
before(async () => {
  ground = await openGround()
})
after(async () => {
  for (const tokens of opened) tokens.close()
  await ground.close()
})

const ISSUER = 'http://127.0.0.1:7070'

async function tokensOf(store: Store): Promise<Tokens> {
  const tokens = await openTokens({ store, clock: systemClock, issuer: () => ISSUER })
  opened.push(tokens)
  return tokens
}

/** What a target reads out of a token, with the public keys that it fetched. */
async function readAt(audience: string, token: string, { jwks: published }: Tokens) {
  const keys = createLocalJWKSet({ keys: [...jwks.parse(structuredClone(published())).keys] })
  const { payload } = await jwtVerify(token, keys, { audience, issuer: ISSUER, algorithms: ['EdDSA'] })
  return payload
}

const rowsOf = async ({ store }: Replica) =>
  (await ground.sql.query('SELECT * FROM signing_key WHERE tenant_id = $1', [store.home])).rows

test('a target checks a token of a key with what the installation publishes', async () => {
  const house = await ground.open()
  const { id, key } = await house.createKey()
  const tokens = await tokensOf(house.store)
  const caller = house.get({ 'x-api-key': key })
  const token = tokens.tokenFor(caller, 'payment', 'confidential')
  const { sub, tenant, class: dataClass } = await readAt('payment', token, tokens)
  assert.deepEqual([sub, tenant, dataClass], [id, house.store.home, 'confidential'])
  await assert.rejects(readAt('billing', token, tokens), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' })
})

test('replicas that start at once share one key, and each accepts what another signed, after a restart too', async () => {
  const house = await ground.open()
  const replicas = await Promise.all([1, 2, 3, 4].map(() => tokensOf(house.store)))
  const [first, ...others] = replicas
  assert.ok(first)
  assert.equal((await rowsOf(house)).length, 1)
  const token = first.tokenFor(house.operator, 'payment', 'internal')
  for (const other of [...others, await tokensOf(house.store)]) {
    assert.deepEqual(other.jwks(), first.jwks())
    await readAt('payment', token, other)
  }
  const { rows } = await ground.sql.query<{ subject: string }>(
    "SELECT subject FROM audit_event WHERE tenant_id = $1 AND action = 'signing_key.created'",
    [house.store.home],
  )
  assert.deepEqual(
    rows.map(({ subject }) => subject),
    first.jwks().keys.map(({ kid }) => kid),
  )
})

test('installations do not accept tokens of each other', async () => {
  const here = await ground.open()
  const there = await ground.open()
  const token = (await tokensOf(here.store)).tokenFor(here.operator, 'payment', 'internal')
  await assert.rejects(readAt('payment', token, await tokensOf(there.store)), {
    code: 'ERR_JWKS_NO_MATCHING_KEY',
  })
})

test('whoever steals the database finds no private key in it', async () => {
  const house = await ground.open()
  await tokensOf(house.store)
  const [row] = await rowsOf(house)
  // RFC 8410 section 7: every PKCS #8 Ed25519 key contains this object identifier.
  assert.equal(row.private_sealed.includes(Buffer.from('06032b6570', 'hex')), false)
  assert.equal(row.public_key.length, 32)
})

test('a public key that was exchanged in the database is not published: the start fails', async () => {
  const house = await ground.open()
  await tokensOf(house.store)
  await ground.sql.query(
    "UPDATE signing_key SET public_key = decode(repeat('ab', 32), 'hex') WHERE tenant_id = $1",
    [house.store.home],
  )
  await assert.rejects(tokensOf(house.store), /does not fit its public half/)
})

test('a key whose row was moved to another name does not open', async () => {
  const house = await ground.open()
  await tokensOf(house.store)
  await ground.sql.query("UPDATE signing_key SET id = 'other' WHERE tenant_id = $1", [house.store.home])
  await assert.rejects(tokensOf(house.store))
})

test('no audit, no signing key: it is not made when the record cannot be written', async () => {
  const house = await ground.open()
  await ground.sql.query('REVOKE INSERT ON audit_event FROM fh_app')
  try {
    await assert.rejects(tokensOf(house.store))
  } finally {
    await ground.sql.query('GRANT INSERT ON audit_event TO fh_app')
  }
  assert.deepEqual(await rowsOf(house), [])
})
