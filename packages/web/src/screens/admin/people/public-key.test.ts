import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { publicKeyOf } from './public-key.ts'

test('a public key is taken as OpenSSL writes it, of each kind, and as JSON', async () => {
  const keys = [
    generateKeyPairSync('ed25519').publicKey,
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
  ]
  for (const key of keys) {
    const pem = key.export({ type: 'spki', format: 'pem' }).toString()
    const jwk = key.export({ format: 'jwk' })
    assert.deepEqual(await publicKeyOf(pem), jwk)
    assert.deepEqual(await publicKeyOf(JSON.stringify(jwk)), jwk)
  }
})

test('what is no public key is none', async () => {
  const secret = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  for (const text of ['', 'hello', '{', secret, secret.replaceAll('PRIVATE', 'PUBLIC')])
    assert.equal(await publicKeyOf(text), null)
})
