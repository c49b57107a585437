import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createLocalJWKSet, importPKCS8, jwtVerify } from 'jose'
import * as client from 'openid-client'
import type { FaultBody } from '@freehold/contract/fault-body.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, ordinary } from './gateway-upstream.ts'
import { eddsa, hmac, rs256, KEYS, token, unsigned } from './hostile-provider.ts'
import { askFor, assertion, newKey, nowS } from './issuer-house.ts'
import type { TokenClient } from './issuer-house.ts'

const RESOURCE = 'https://payroll.example/'
let house: GatewayHouse
let model: CaptureServer
let reporter: TokenClient & { readonly publicPem: string }

async function makeClient(name: string, ...options: readonly string[]): Promise<typeof reporter> {
  const { privateKey, publicKey } = newKey()
  const publicPem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const file = join(house.data, `${name}.pem`)
  writeFileSync(file, publicPem)
  const made = await house.cli('service', 'create', name, '--public-key', file, '--json', ...options)
  rmSync(file)
  assert.equal(made.status, 0, made.stderr)
  return { id: (JSON.parse(made.stdout) as { id: string }).id, key: privateKey, publicPem }
}

before(async () => {
  model = await captureServer(ordinary)
  const config = { targets: [privateModel(model.url)], routes: [{ to: ['house'] }] }
  house = await openGateway(config, { key: ['--scope', '*'] })
})
after(async () => {
  await house.close()
  await model.close()
})

const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
const chat = (text: string) =>
  house.post(
    '/v1/chat/completions',
    { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
    bearer(text),
  )
const whoAmI = (text: string) => house.get('/api/session', bearer(text))
const codeOf = async (answer: Response): Promise<string> =>
  answer.ok ? 'ok' : ((await answer.json()) as FaultBody).error.code

test('without a client there is no issuer', async () => {
  for (const path of [
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
    '/oidc/token',
  ])
    assert.equal((await fetch(house.url + path)).status, 404)
  reporter = await makeClient('reporter', '--scope', 'model', '--scope', 'requests', '--resource', RESOURCE)
})

/** As a program of anybody else would do it. */
async function relyingParty(): Promise<client.Configuration> {
  const key = await importPKCS8(reporter.key.export({ format: 'pem', type: 'pkcs8' }).toString(), 'EdDSA')
  return client.discovery(new URL(house.url), reporter.id, undefined, client.PrivateKeyJwt(key), {
    execute: [client.allowInsecureRequests],
  })
}

test('openid-client finds the issuer, gets a token with its own key, and comes in with it', async () => {
  const config = await relyingParty()
  const metadata = config.serverMetadata()
  assert.deepEqual(
    [metadata.issuer, metadata.token_endpoint, metadata.jwks_uri],
    [house.url, `${house.url}/oidc/token`, `${house.url}/.well-known/jwks.json`],
  )
  assert.deepEqual(metadata.token_endpoint_auth_methods_supported, ['private_key_jwt'])
  const got = await client.clientCredentialsGrant(config)
  assert.equal(got.expires_in, 300)
  const view = (await (await whoAmI(got.access_token)).json()) as { caller: object }
  assert.deepEqual(view.caller, {
    principal: reporter.id,
    kind: 'service',
    name: 'reporter',
    roles: ['member'],
    groups: [],
    powers: ['model', 'requests'],
    baseClass: 'internal',
    classCeiling: 'restricted',
  })
  assert.equal(await codeOf(await chat(got.access_token)), 'ok')
  assert.equal(await codeOf(await house.get('/api/requests', bearer(got.access_token))), 'ok')
  assert.equal(await codeOf(await house.get('/api/keys', bearer(got.access_token))), 'not_allowed')
})

test('a token can be asked to be for less, and for a service that the client was given', async () => {
  const config = await relyingParty()
  const less = await client.clientCredentialsGrant(config, { scope: 'model' })
  assert.equal(await codeOf(await chat(less.access_token)), 'ok')
  assert.equal(await codeOf(await house.get('/api/requests', bearer(less.access_token))), 'not_allowed')
  const other = await client.clientCredentialsGrant(config, { resource: RESOURCE })
  const published = (await (await fetch(`${house.url}/.well-known/jwks.json`)).json()) as { keys: object[] }
  const { payload, protectedHeader } = await jwtVerify(other.access_token, createLocalJWKSet(published), {
    issuer: house.url,
    audience: RESOURCE,
    typ: 'at+jwt',
    algorithms: ['EdDSA'],
  })
  assert.deepEqual([payload.sub, payload['client_id']], [reporter.id, reporter.id])
  assert.equal(protectedHeader.kid, (published.keys[0] as { kid: string }).kid)
  assert.equal(await codeOf(await whoAmI(other.access_token)), 'unidentified')
  for (const [wish, error] of [
    [{ resource: 'https://elsewhere.example/' }, 'invalid_target'],
    [{ scope: 'everything' }, 'invalid_scope'],
    [{ scope: 'model', resource: RESOURCE }, 'invalid_scope'],
  ] as const)
    await assert.rejects(client.clientCredentialsGrant(config, wish), { error })
})

test('proofs that are forged, old, used or for somebody else get nothing, and a good one beside them does', async () => {
  const neighbour = await makeClient('neighbour')
  const { id, publicPem } = reporter
  const of = (more: Parameters<typeof assertion>[2] = {}) => assertion(reporter, house.url, more)
  const used = of()
  assert.equal((await askFor(house.url, used)).status, 200)
  const proofs: Readonly<Record<string, string>> = {
    'used before': used,
    'alg none': of({ header: { alg: 'none' }, sign: unsigned }),
    'HS256 under the public key': of({ header: { alg: 'HS256' }, sign: hmac(publicPem) }),
    'RS256 under a key of the attacker': of({ header: { alg: 'RS256' }, sign: rs256(KEYS.rsa.privateKey) }),
    'EdDSA under a key of the attacker': of({ sign: eddsa(newKey().privateKey) }),
    'EdDSA under the key of another client': of({ sign: eddsa(neighbour.key) }),
    'in the name of another client': assertion({ id: neighbour.id, key: reporter.key }, house.url),
    'of nobody': assertion({ id: crypto.randomUUID(), key: reporter.key }, house.url),
    'issued by another client': of({ claims: { iss: neighbour.id } }),
    'for another server': of({ claims: { aud: 'https://evil.example' } }),
    'without an audience': of({ claims: { aud: undefined } }),
    expired: of({ claims: { iat: nowS() - 600, exp: nowS() - 300 } }),
    'without an end': of({ claims: { exp: undefined } }),
    'good for a day': of({ claims: { exp: nowS() + 86_400 } }),
    'without an id': of({ claims: { jti: undefined } }),
    'not good yet': of({ claims: { nbf: nowS() + 600 } }),
    'no token at all': 'hello',
    'an access token': (await askFor(house.url, of())).body.access_token ?? '',
  }
  for (const [what, proof] of Object.entries(proofs)) {
    const { status, body } = await askFor(house.url, proof)
    assert.ok([400, 401].includes(status), `${what}: ${status}`)
    assert.match(String(body.error), /^invalid_(client|request)$/, what)
    assert.equal(body.access_token, undefined)
  }
  const wrong = { client_id: neighbour.id }
  assert.equal((await askFor(house.url, of(), wrong)).body.error, 'invalid_request')
  assert.equal(
    (await askFor(house.url, of(), { grant_type: 'password' })).body.error,
    'unsupported_grant_type',
  )
  assert.equal((await askFor(house.url, of(), { client_id: id })).status, 200)
  assert.match(await house.metrics(), /freehold_oidc_tokens_total\{outcome="invalid_client"\} \d\d/)
})

/** Everything that was truly signed here for something else, and forgeries that need no key of ours. */
async function foreignTokens(): Promise<Readonly<Record<string, string>>> {
  const { access_token: good = '' } = (await askFor(house.url, assertion(reporter, house.url))).body
  const own = await askFor(house.url, assertion(reporter, house.url), { resource: RESOURCE })
  await house.post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'hi' }] })
  const sent = String(model.seen.at(-1)?.headers.authorization).replace('Bearer ', '')
  const [head = '', body = '', proof = ''] = good.split('.')
  const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as object
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object
  const published = (await (await fetch(`${house.url}/.well-known/jwks.json`)).json()) as {
    keys: { x: string }[]
  }
  const x = published.keys[0]?.x ?? ''
  const more = (wish: object): string =>
    `${head}.${Buffer.from(JSON.stringify({ ...claims, ...wish })).toString('base64url')}.${proof}`
  assert.equal(await codeOf(await whoAmI(good)), 'ok')
  assert.equal(await codeOf(await chat(good)), 'ok')
  return {
    'what a private target was sent': sent,
    'a token for another service': own.body.access_token ?? '',
    'a proof of the client itself': assertion(reporter, house.url),
    'alg none': token({ ...header, alg: 'none' }, claims, unsigned),
    'HS256 under the published key': token({ ...header, alg: 'HS256' }, claims, hmac(x)),
    'HS256 under its bytes': token({ ...header, alg: 'HS256' }, claims, hmac(Buffer.from(x, 'base64url'))),
    'signed by the client': token(header, claims, eddsa(reporter.key)),
    'signed by anybody': token(header, claims, eddsa(newKey().privateKey)),
    'another kid': token({ ...header, kid: 'x' }, claims, eddsa(newKey().privateKey)),
    'a key in its header': token(
      { ...header, jwk: { kty: 'OKP', crv: 'Ed25519', x } },
      claims,
      eddsa(reporter.key),
    ),
    'a longer life': more({ exp: nowS() + 86_400 }),
    'another subject': more({ sub: crypto.randomUUID() }),
    'more scopes': more({ scope: '*' }),
    'another audience': more({ aud: RESOURCE }),
    'without its signature': `${head}.${body}.`,
    'cut short': good.slice(0, -2),
    'with padding': `${good}=`,
  }
}

test('what was signed here for something else, and what was not, opens neither the API nor the data path', async () => {
  const asked = model.seen.length
  const tokens = await foreignTokens()
  const before = model.seen.length
  assert.ok(before > asked)
  for (const [what, text] of Object.entries(tokens)) {
    assert.equal(await codeOf(await whoAmI(text)), 'unidentified', what)
    assert.equal(await codeOf(await chat(text)), 'unidentified', what)
  }
  assert.equal(model.seen.length, before)
})

test('one that is disabled gets no tokens, and those that it has open nothing', async () => {
  const brief = await makeClient('brief', '--scope', 'model')
  const { access_token: good = '' } = (await askFor(house.url, assertion(brief, house.url))).body
  assert.equal(await codeOf(await chat(good)), 'ok')
  assert.equal((await house.cli('service', 'disable', 'brief')).status, 0)
  assert.equal(await codeOf(await chat(good)), 'unidentified')
  assert.equal((await askFor(house.url, assertion(brief, house.url))).body.error, 'invalid_client')
})

test('addresses come from the configuration, whatever a client says, and nothing is for pages of other sites', async () => {
  const answer = await fetch(`${house.url}/.well-known/openid-configuration`, {
    headers: {
      origin: 'https://evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    },
  })
  const text = await answer.text()
  assert.equal(answer.status, 200)
  assert.doesNotMatch(text, /evil/)
  assert.equal(answer.headers.get('access-control-allow-origin'), null)
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  assert.match(String(answer.headers.get('content-security-policy')), /default-src 'none'/)
  for (const path of ['/oidc/authorize', '/oidc/end', '/oidc/end/confirm'])
    assert.equal((await fetch(house.url + path, { method: 'POST' })).status, 404, path)
  assert.equal((await fetch(`${house.url}/oidc/token`)).status, 405)
  assert.equal((await fetch(`${house.url}/oidc/token`, { method: 'OPTIONS' })).status, 405)
  const long = { method: 'POST', body: 'x'.repeat(17 * 1024) }
  assert.equal((await fetch(`${house.url}/oidc/token`, long)).status, 413)
})

test('a private key, a short one and no key at all are refused as public keys', async () => {
  const { privateKey } = newKey()
  const jwk = privateKey.export({ format: 'jwk' })
  for (const key of [jwk, { kty: 'oct', k: 'AAAA' }, { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }]) {
    const answer = await house.post('/api/service-accounts', { name: 'x', keys: [key] })
    assert.equal(await codeOf(answer), 'invalid', JSON.stringify(key))
  }
})
