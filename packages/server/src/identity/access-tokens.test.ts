import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { tenantId } from '../store/tenant-id.ts'
import { AccessTokens } from './access-tokens.ts'
import { scopesOf } from './authorise.ts'
import { TenantDirectory } from './tenants/directory.ts'
import { createIdentify } from './identify.ts'
import { KnownCallers } from './known-callers.ts'
import { LastUse } from './last-use.ts'
import { Roster } from './roster.ts'
import type { ServiceAccount } from './roster.ts'
import { sessionCookie } from './session-cookie.ts'

const tenant = tenantId('00000000-0000-7000-8000-000000000001')
const CLIENT = '018f0000-0000-7000-8000-00000000c11e'
const ISSUER = 'https://ai.example'
const KID = 'k1'
const now = Date.UTC(2026, 5, 1, 12)
const nowS = now / 1000
const keys = {
  own: generateKeyPairSync('ed25519'),
  next: generateKeyPairSync('ed25519'),
  foreign: generateKeyPairSync('ed25519'),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
}

const service: ServiceAccount = {
  tenant,
  id: CLIENT,
  name: 'nightly report',
  role: 'member',
  customScopes: new Set(),
  scopes: new Set(['model', 'requests']),
  class: 'confidential',
  ceiling: 'confidential',
  limits: { rpm: 30 },
  keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'AA' }],
  certificate: null,
  resources: [],
  redirectUris: [],
  keyless: false,
}

/** A door that knows one service account, and two keys of the issuer. */
function house({ services = [service] }: { readonly services?: readonly ServiceAccount[] } = {}) {
  const hands = { now }
  const roster = new Roster([{ accounts: [], services, sessions: [], keys: [], policies: null }])
  const verifier = ({ publicKey }: { readonly publicKey: KeyObject }, kid: string) => ({
    kid,
    jwk: { kty: 'OKP', crv: 'Ed25519', x: '', kid, use: 'sig', alg: 'EdDSA' } as const,
    sign: () => Buffer.alloc(0),
    verify: (text: Buffer, signature: Buffer) => verify(null, text, publicKey, signature),
  })
  const published = [verifier(keys.own, KID), verifier(keys.next, 'k2')]
  const tokens = new AccessTokens({
    keys: { find: (kid) => published.find((key) => key.kid === kid) },
    issuer: () => ISSUER,
    clock: { now: () => hands.now },
  })
  const directory = new TenantDirectory(
    [
      {
        id: tenant,
        slug: 'home',
        createdAt: new Date(0),
        suspendedAt: null,
        deletesAt: null,
        isolation: 'pooled',
        bounds: {},
      },
    ],
    tenant,
  )
  const identify = createIdentify({
    snapshot: { roster, directory },
    callers: new KnownCallers(() => ({})),
    lastUse: new LastUse(),
    clock: { now: () => hands.now },
    cookie: sessionCookie(null),
    publicUrl: null,
    tokens,
    tokenGraceMs: 0,
  })
  const get = (token: string) => identify({ headers: { authorization: `Bearer ${token}` }, method: 'POST' })
  return { hands, tokens, get, identify }
}

const encoded = (part: unknown): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')

const HEADER = { alg: 'EdDSA', typ: 'at+jwt', kid: KID }
const CLAIMS = {
  iss: ISSUER,
  aud: ISSUER,
  sub: CLIENT,
  client_id: CLIENT,
  tenant,
  iat: nowS,
  nbf: nowS,
  exp: nowS + 300,
  jti: 'j1',
}
const ed =
  (pair: { readonly privateKey: KeyObject } = keys.own) =>
  (text: string): Buffer =>
    sign(null, Buffer.from(text), pair.privateKey)

/** Signed by our own key unless told otherwise: only what is said differs from a good token. */
function token(header: unknown = {}, claims: unknown = {}, signer = ed()): string {
  const whole = (good: object, wish: unknown): unknown =>
    typeof wish === 'object' && wish !== null ? { ...good, ...wish } : wish
  const text = `${encoded(whole(HEADER, header))}.${encoded(whole(CLAIMS, claims))}`
  return `${text}.${signer(text).toString('base64url')}`
}

const hmacUnder = (secret: string | Buffer) => (text: string) =>
  createHmac('sha256', secret).update(text).digest()
const spki = keys.own.publicKey.export({ format: 'pem', type: 'spki' }).toString()
const x = keys.own.publicKey.export({ format: 'jwk' }).x ?? ''
const good = token()
const [goodHead = '', goodBody = '', goodProof = ''] = good.split('.')
const flipped = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
/** The same signature with the group's order added to S: a second text for one token, if it were taken. */
function malleable(): string {
  const bytes = Buffer.from(goodProof, 'base64url')
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order
  Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse().copy(bytes, 32)
  return `${goodHead}.${goodBody}.${bytes.toString('base64url')}`
}

const ATTACKS: Readonly<Record<string, string>> = {
  'alg none without a signature': token({ alg: 'none' }, {}, () => Buffer.alloc(0)),
  'alg None, with a capital': token({ alg: 'None' }, {}, () => Buffer.alloc(0)),
  'alg NONE with our own signature': token({ alg: 'NONE' }),
  'no alg': token({ alg: undefined }),
  'alg null': token({ alg: null }),
  'an empty alg': token({ alg: '' }),
  'a list of algs': token({ alg: ['EdDSA'] }),
  'HS256 under the public key in PEM': token({ alg: 'HS256' }, {}, hmacUnder(spki)),
  'HS256 under the public key as a JWK writes it': token({ alg: 'HS256' }, {}, hmacUnder(x)),
  'HS256 under the bytes of the public key': token(
    { alg: 'HS256' },
    {},
    hmacUnder(Buffer.from(x, 'base64url')),
  ),
  'HS256 under an empty secret': token({ alg: 'HS256' }, {}, hmacUnder('')),
  'HS256 that calls itself EdDSA': token({}, {}, hmacUnder(spki)),
  'RS256 under a key of the attacker': token({ alg: 'RS256' }, {}, (text) =>
    sign('sha256', Buffer.from(text), keys.rsa.privateKey),
  ),
  'ES256 under a key of the attacker': token({ alg: 'ES256' }, {}, (text) =>
    sign('sha256', Buffer.from(text), { key: keys.ec.privateKey, dsaEncoding: 'ieee-p1363' }),
  ),
  'an RSA signature that calls itself EdDSA': token({}, {}, (text) =>
    sign('sha256', Buffer.from(text), keys.rsa.privateKey),
  ),
  'the other name of the algorithm': token({ alg: 'Ed25519' }),
  'EdDSA under a key of the attacker': token({}, {}, ed(keys.foreign)),
  'a kid that is not ours': token({ kid: 'k3' }, {}, ed(keys.foreign)),
  'the kid of our other key': token({ kid: 'k2' }),
  'no kid': token({ kid: undefined }),
  'an empty kid': token({ kid: '' }),
  'a kid that is a path': token({ kid: '../../dev/null' }, {}, hmacUnder('')),
  'a kid that is a query': token({ kid: "' UNION SELECT 'k1" }),
  'a kid that is a number': token({ kid: 1 }),
  'a kid that every object has': token({ kid: '__proto__' }),
  'a key in its own header': token(
    { jwk: keys.foreign.publicKey.export({ format: 'jwk' }) },
    {},
    ed(keys.foreign),
  ),
  'our own key in its header': token({ jwk: keys.own.publicKey.export({ format: 'jwk' }) }),
  'an address of keys': token({ jku: 'https://evil.example/jwks.json' }, {}, ed(keys.foreign)),
  'an address of certificates': token({ x5u: 'https://evil.example/c.pem' }),
  'a chain of certificates': token({ x5c: ['AAAA'] }),
  'an extension that must be understood': token({ crit: ['exp'] }),
  'a body that is not encoded': token({ b64: false, crit: ['b64'] }),
  'a body that is to be unpacked': token({ zip: 'DEF' }),
  'the type of an ID token': token({ typ: 'JWT' }),
  'no type': token({ typ: undefined }),
  'the type of a logout token': token({ typ: 'logout+jwt' }),
  'the type of a proof of possession': token({ typ: 'dpop+jwt' }),
  'the long form of the type': token({ typ: 'application/at+jwt' }),
  'a header that is a list': token('[]'),
  'a header that is no JSON': token('{"alg":'),
  'an empty header': `.${goodBody}.${goodProof}`,
  'a body that is no JSON': token({}, 'hello'),
  'a body that is null': token({}, 'null'),
  'an empty body': `${goodHead}..${goodProof}`,
  'no signature': `${goodHead}.${goodBody}.`,
  'a signature of zeros': `${goodHead}.${goodBody}.${Buffer.alloc(64).toString('base64url')}`,
  'a signature that is cut short': good.slice(0, -4),
  'a signature with a byte more': `${goodHead}.${goodBody}.${Buffer.concat([Buffer.from(goodProof, 'base64url'), Buffer.alloc(1)]).toString('base64url')}`,
  'a signature with one character changed': flipped(good, good.length - 20),
  'a second spelling of the signature': malleable(),
  'a last character whose spare bits are set': `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : flippedSpare(good)}`,
  'padding behind the signature': `${good}==`,
  'a header with one character changed': flipped(good, 5),
  'a body with one character changed': flipped(good, goodHead.length + 12),
  'the body of another token': `${goodHead}.${token({}, { sub: 'x' }).split('.')[1]}.${goodProof}`,
  'five parts, as if it were encrypted': `${good}.AA.AA`,
  'JSON instead of three parts': encoded({ protected: goodHead, payload: goodBody, signature: goodProof }),
  'another issuer': token({}, { iss: 'https://evil.example' }),
  'our name with a slash more': token({}, { iss: `${ISSUER}/` }),
  'our name in capitals': token({}, { iss: ISSUER.toUpperCase() }),
  'no issuer': token({}, { iss: undefined }),
  'issuers in a list': token({}, { iss: [ISSUER] }),
  'another audience': token({}, { aud: 'https://payroll.example' }),
  'the audience of a private target': token({}, { aud: 'vllm' }),
  'no audience': token({}, { aud: undefined }),
  'an empty audience': token({}, { aud: '' }),
  'an audience that begins like ours': token({}, { aud: `${ISSUER}.evil.example` }),
  'audiences of which we are one': token({}, { aud: [ISSUER, 'https://evil.example'] }),
  'the client as audience, as in an ID token': token({}, { aud: CLIENT }),
  'expired a second ago': token({}, { iat: nowS - 301, nbf: nowS - 301, exp: nowS - 1 }),
  'ending this very second': token({}, { iat: nowS - 300, exp: nowS }),
  'no end': token({}, { exp: undefined }),
  'an end that is text': token({}, { exp: String(nowS + 300) }),
  'an end beyond all numbers': token(
    {},
    JSON.stringify(CLAIMS).replace(`"exp":${nowS + 300}`, '"exp":1e999'),
  ),
  'an end before its beginning': token({}, { iat: nowS, exp: nowS - 10 }),
  'a life of an hour': token({}, { exp: nowS + 3600 }),
  'a life of one second too many': token({}, { exp: nowS + 301 }),
  'issued tomorrow': token({}, { iat: nowS + 86_400, exp: nowS + 86_700 }),
  'no time of issue': token({}, { iat: undefined }),
  'not good before an hour': token({}, { nbf: nowS + 3600 }),
  'no subject': token({}, { sub: undefined }),
  'another subject than its client': token({}, { sub: '018f0000-0000-7000-8000-000000000bad' }),
  'no client': token({}, { client_id: undefined }),
  'a client that nobody made': token({}, { client_id: 'nobody', sub: 'nobody' }),
  'another tenant': token({}, { tenant: '00000000-0000-7000-8000-000000000002' }),
  'no tenant': token({}, { tenant: undefined }),
  'no id of its own': token({}, { jti: undefined }),
  'a scope that is a list': token({}, { scope: ['model'] }),
  'bound to a certificate that nobody looked at': token({}, { cnf: { 'x5t#S256': 'AA' } }),
  'bound to a key of the client': token({}, { cnf: { jkt: 'AA' } }),
  'longer than any of ours': token({}, { padding: 'x'.repeat(4000) }),
  'a nested token': token({ cty: 'JWT' }, { jwt: good }),
}

/** The last character of 64 bytes carries four bits too many: another character with the same two. */
function flippedSpare(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const at = alphabet.indexOf(text.at(-1) ?? 'A')
  return alphabet[at + 1] ?? 'A'
}

const codeOf = (attempt: () => unknown): string => {
  try {
    attempt()
    return 'taken'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

for (const [what, text] of Object.entries(ATTACKS))
  test(`refused: ${what}`, () => {
    const { get } = house()
    assert.equal(
      codeOf(() => get(good)),
      'taken',
    )
    assert.equal(
      codeOf(() => get(text)),
      'unidentified',
    )
  })

test('there are more than sixty ways to forge one, and all differ from the good one', () => {
  assert.ok(Object.keys(ATTACKS).length > 60)
  assert.equal(new Set([good, ...Object.values(ATTACKS)]).size, Object.keys(ATTACKS).length + 1)
})

test('a good token is a service account with its rights, and the same caller each time', () => {
  const { get } = house()
  const caller = get(good)
  assert.deepEqual(caller.principal, { kind: 'service', id: CLIENT, name: 'nightly report' })
  assert.deepEqual([...scopesOf(caller)], ['model', 'requests'])
  assert.deepEqual([caller.baseClass, caller.classCeiling], ['confidential', 'confidential'])
  assert.deepEqual(caller.budgets, [{ id: `service:${CLIENT}`, limits: { rpm: 30 } }])
  assert.equal(get(token({}, { jti: 'j2' })), caller)
  assert.equal(get(token({ kid: 'k2' }, {}, ed(keys.next))), caller)
})

test('a token that was asked to be for less is for less, and never for more than its client may', () => {
  const { get } = house()
  assert.deepEqual([...scopesOf(get(token({}, { scope: 'model knowledge' })))], ['model'])
  assert.deepEqual([...scopesOf(get(token({}, { scope: 'openid' })))], [])
  assert.deepEqual([...scopesOf(get(token({}, { scope: '*' })))], [])
})

test('it ends by the clock, also one that was seen before; what it opened is asked with grace', () => {
  const { hands, get, tokens } = house()
  get(good)
  hands.now += 299_999
  get(good)
  hands.now += 1
  assert.equal(
    codeOf(() => get(good)),
    'unidentified',
  )
  assert.equal(tokens.read(good, 60_000).client, CLIENT)
  hands.now += 60_000
  assert.equal(
    codeOf(() => tokens.read(good, 60_000)),
    'unidentified',
  )
})

test('a client that is disabled, or has no key any more, has no tokens either', () => {
  assert.equal(
    codeOf(() => house({ services: [] }).get(good)),
    'unidentified',
  )
  assert.equal(
    codeOf(() => house({ services: [{ ...service, keys: [] }] }).get(good)),
    'unidentified',
  )
})

test('a token is no key: under x-api-key it is refused, and beside another credential too', () => {
  const { identify } = house()
  assert.equal(
    codeOf(() => identify({ headers: { 'x-api-key': good }, method: 'GET' })),
    'unidentified',
  )
  const both = { authorization: `Bearer ${good}`, 'x-api-key': 'fh_x' }
  assert.equal(
    codeOf(() => identify({ headers: both, method: 'GET' })),
    'invalid',
  )
})
