import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { tenantId } from '../store/tenant-id.ts'
import { Mint } from './tokens.ts'

const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const ISSUER = 'https://ai.example'
const MINUTE_MS = 60_000

/** A mint whose clock the test turns and whose signatures are counted; instant ones are none. */
function house({ isInstant = false, ...options }: { maxTokens?: number; isInstant?: boolean } = {}) {
  const hands = { now: Date.UTC(2026, 5, 1, 12), signed: 0 }
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const mint = new Mint({
    ...options,
    clock: { now: () => hands.now },
    issuer: () => ISSUER,
    signer: () => ({
      kid: 'k1',
      sign(text) {
        hands.signed += 1
        return isInstant ? Buffer.alloc(64) : sign(null, text, privateKey)
      },
    }),
  })
  const keys = createLocalJWKSet({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1' }] })
  const verify = (token: string, audience: string) =>
    jwtVerify(token, keys, {
      audience,
      issuer: ISSUER,
      algorithms: ['EdDSA'],
      currentDate: new Date(hands.now),
    })
  return { hands, mint, verify }
}

const key = (id = 'k') => ({ tenant, principal: { kind: 'key' as const, id, name: null } })

test('a target can check who asks, in which tenant and class, and that the token is meant for it', async () => {
  const { hands, mint, verify } = house()
  const token = mint.tokenFor(key('4Zk9qX0bTr1P'), 'payment', 'confidential')
  const { payload, protectedHeader } = await verify(token, 'payment')
  const { jti, iat = 0, nbf = 0, exp = 0, ...claims } = payload
  assert.deepEqual(claims, {
    iss: ISSUER,
    aud: 'payment',
    sub: '4Zk9qX0bTr1P',
    tenant,
    class: 'confidential',
  })
  assert.deepEqual(protectedHeader, { alg: 'EdDSA', typ: 'JWT', kid: 'k1' })
  assert.match(jti ?? '', /^[\da-f-]{36}$/)
  assert.equal(iat, hands.now / 1000)
  assert.ok(exp - nbf <= 300, 'five minutes at most, from the first moment to the last')
})

test('a target refuses a token for another one, one that is over, one that was changed and one of a stranger', async () => {
  const { hands, mint, verify } = house()
  const token = mint.tokenFor(key(), 'payment', 'internal')
  await assert.rejects(verify(token, 'billing'), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' })
  const [header = '', claims = '', signature = ''] = token.split('.')
  const raised = Buffer.from(claims, 'base64url').toString().replace('internal', 'public')
  await assert.rejects(
    verify(`${header}.${Buffer.from(raised).toString('base64url')}.${signature}`, 'payment'),
    {
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    },
  )
  await assert.rejects(house().verify(token, 'payment'), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  hands.now += 5 * MINUTE_MS
  await assert.rejects(verify(token, 'payment'), { code: 'ERR_JWT_EXPIRED' })
})

test('one token per caller, audience and class is reused and signed once; any of the three makes another', () => {
  const { hands, mint } = house()
  const caller = key()
  const token = mint.tokenFor(caller, 'a', 'internal')
  assert.equal(mint.tokenFor(caller, 'a', 'internal'), token)
  assert.equal(mint.tokenFor(key(), 'a', 'internal'), token, 'the same key, seen as another object')
  const others = new Set([
    token,
    mint.tokenFor(caller, 'b', 'internal'),
    mint.tokenFor(caller, 'a', 'public'),
    mint.tokenFor(key('other'), 'a', 'internal'),
    mint.tokenFor({ ...caller, tenant: tenantId('00000000-0000-7000-8000-000000000002') }, 'a', 'internal'),
  ])
  assert.deepEqual([others.size, hands.signed, mint.size], [5, 5, 5])
})

test('a token for a target that we show a certificate is bound to it, and to no other', async () => {
  const { mint, verify } = house()
  const bearer = key()
  const plain = mint.tokenFor(bearer, 'vllm', 'internal')
  const bound = mint.tokenFor(bearer, 'vllm', 'internal', 'thumbprint-1')
  const renewed = mint.tokenFor(bearer, 'vllm', 'internal', 'thumbprint-2')
  assert.equal(new Set([plain, bound, renewed]).size, 3)
  assert.equal(mint.tokenFor(bearer, 'vllm', 'internal', 'thumbprint-1'), bound)
  assert.equal(mint.tokenFor(bearer, 'vllm', 'internal'), plain)
  assert.deepEqual((await verify(bound, 'vllm')).payload['cnf'], { 'x5t#S256': 'thumbprint-1' })
  assert.equal((await verify(plain, 'vllm')).payload['cnf'], undefined)
})

test('no two callers share a token, however their names and audiences run together', () => {
  const { mint } = house()
  const names = ['a', 'ab', '1 a', '1', 'b', ' ', 'a 1 a']
  const tokens = names.flatMap((id) => names.map((audience) => mint.tokenFor(key(id), audience, 'internal')))
  assert.equal(new Set(tokens).size, names.length ** 2)
})

test('a token in use is renewed ahead of its end, so that no request waits for a signature', async () => {
  const { hands, mint, verify } = house()
  const caller = key()
  const tokens = new Set<string>()
  let ends = 0
  mint.tokenFor(caller, 'a', 'internal')
  for (let second = 0; second < 1800; second += 1) {
    hands.now += 1000
    mint.renew()
    const renewed = hands.signed
    const token = mint.tokenFor(caller, 'a', 'internal')
    assert.equal(hands.signed, renewed, 'signed while a request waits')
    if (!tokens.has(token)) ends = (await verify(token, 'a')).payload.exp ?? 0
    assert.ok(ends * 1000 - hands.now >= MINUTE_MS)
    tokens.add(token)
  }
  assert.equal(hands.signed, tokens.size)
  assert.ok(tokens.size <= 14, `${tokens.size} tokens in half an hour`)
})

test('without renewing, the request that comes too late gets a fresh one all the same', async () => {
  const { hands, mint, verify } = house()
  const caller = key()
  const old = mint.tokenFor(caller, 'a', 'internal')
  hands.now += 4 * MINUTE_MS
  const fresh = mint.tokenFor(caller, 'a', 'internal')
  assert.notEqual(fresh, old)
  await verify(fresh, 'a')
})

test('what nobody asks for any more is forgotten', () => {
  const { hands, mint } = house()
  for (let n = 0; n < 100; n += 1) mint.tokenFor(key(`k${n}`), 'a', 'internal')
  const steady = key('k0')
  for (let tenth = 0; tenth < 6000; tenth += 1) {
    hands.now += 100
    mint.renew()
    mint.tokenFor(steady, 'a', 'internal')
  }
  assert.equal(mint.size, 1)
})

test('two thousand tokens minted in one moment are all renewed in time', () => {
  const { hands, mint } = house({ isInstant: true })
  const callers = Array.from({ length: 2000 }, (_, n) => key(`k${n}`))
  for (const caller of callers) mint.tokenFor(caller, 'a', 'internal')
  for (let tenth = 0; tenth < 2099; tenth += 1) {
    hands.now += 100
    mint.renew()
  }
  hands.signed = 0
  for (const caller of callers) mint.tokenFor(caller, 'a', 'internal')
  assert.equal(hands.signed, 0)
})

test('memory is bounded: beyond it the one that was minted first makes room, and its owner is served all the same', () => {
  const { hands, mint } = house({ maxTokens: 3 })
  const callers = ['a', 'b', 'c', 'd'].map((id) => key(id))
  const [first] = callers.map((caller) => mint.tokenFor(caller, 'x', 'internal'))
  assert.equal(mint.size, 3)
  const again = mint.tokenFor(key('a'), 'x', 'internal')
  const known = callers[0] ?? key()
  assert.equal(mint.tokenFor(known, 'x', 'internal'), again)
  assert.notEqual(again, first)
  assert.deepEqual([mint.size, hands.signed], [3, 5])
})

test('after the clock was set back tokens are not from the future, and renewing goes on', async () => {
  const { hands, mint, verify } = house()
  const caller = key()
  mint.tokenFor(key('idle'), 'a', 'internal')
  mint.tokenFor(caller, 'a', 'internal')
  hands.now -= 60 * MINUTE_MS
  await verify(mint.tokenFor(caller, 'a', 'internal'), 'a')
  for (let second = 0; second < 200; second += 1) {
    hands.now += 1000
    mint.renew()
  }
  const before = hands.signed
  await verify(mint.tokenFor(caller, 'a', 'internal'), 'a')
  assert.equal(hands.signed, before)
})

test('every class has a token of its own', () => {
  const { mint } = house()
  const caller = key()
  const classes: readonly DataClass[] = ['public', 'internal', 'confidential', 'restricted']
  const tokens = classes.map((name) => mint.tokenFor(caller, 'a', name))
  assert.deepEqual(
    classes.map((name) => mint.tokenFor(caller, 'a', name)),
    tokens,
  )
  assert.equal(new Set(tokens).size, 4)
})
