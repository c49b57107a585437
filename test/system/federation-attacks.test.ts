import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FederatedHouse, Traveller } from './federation-house.ts'
import {
  arriveBack,
  connection,
  depart,
  goodClaims,
  nowS,
  openFederated,
  refusal,
  signIn,
  tokenBody,
} from './federation-house.ts'
import type { Speech } from './hostile-provider.ts'
import {
  CLIENT,
  eddsa,
  es256,
  goodKeys,
  hmac,
  KEYS,
  metadata,
  openProvider,
  ps256,
  rs256,
  token,
  unsigned,
} from './hostile-provider.ts'
import type { Ground } from './identity-house.ts'
import { openGround } from './identity-house.ts'

let ground: Ground
let house: FederatedHouse
before(async () => {
  ground = await openGround()
  house = await openFederated(ground, await openProvider())
})
after(async () => {
  await ground.close()
  await house.provider.close()
})

type Claims = Record<string, unknown>
const RS = { alg: 'RS256', kid: 'rsa' }
const without = (claims: Claims, name: string): Claims => {
  const { [name]: _, ...rest } = claims
  return rest
}
const publicPem = (): Buffer => Buffer.from(KEYS.rsa.publicKey.export({ type: 'spki', format: 'pem' }))
const bare = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token that is made of good claims. The reason is what must stand on record. */
const TOKENS: readonly (readonly [name: string, reason: string, make: (claims: Claims) => unknown])[] = [
  ['alg none without a signature', 'token_header', (c) => token({ alg: 'none' }, c, unsigned)],
  ['alg None', 'token_header', (c) => token({ alg: 'None', kid: 'rsa' }, c, unsigned)],
  ['alg nOnE', 'token_header', (c) => token({ alg: 'nOnE', kid: 'rsa' }, c, unsigned)],
  ['alg none with a signature', 'token_header', (c) => token({ alg: 'none', kid: 'rsa' }, c)],
  [
    'HS256 with the public key as the secret',
    'token_header',
    (c) => token({ alg: 'HS256', kid: 'rsa' }, c, hmac(publicPem())),
  ],
  [
    'HS256 with the JWK as the secret',
    'token_header',
    (c) => token({ alg: 'HS256', kid: 'rsa' }, c, hmac(JSON.stringify(goodKeys()[0]))),
  ],
  ['HS256 with the client secret', 'token_header', (c) => token({ alg: 'HS256' }, c, hmac(CLIENT.secret))],
  [
    'HS512 with the client secret',
    'token_header',
    (c) => token({ alg: 'HS512' }, c, hmac(CLIENT.secret, 'sha512')),
  ],
  [
    'ES256 in name, RSA in truth',
    'response_body_error|invalid_response|key_selection',
    (c) => token({ alg: 'ES256', kid: 'rsa' }, c),
  ],
  [
    'RS256 in name, an elliptic curve in truth',
    'key_selection',
    (c) => token({ alg: 'RS256', kid: 'ec' }, c, es256(KEYS.ec.privateKey)),
  ],
  [
    'RS256 under the kid of another kind of key',
    'key_selection',
    (c) => token({ alg: 'RS256', kid: 'ec' }, c),
  ],
  ['PS256 in name, PKCS #1 in truth', 'invalid_response', (c) => token({ alg: 'PS256', kid: 'rsa' }, c)],
  ['RS256 in name, PSS in truth', 'invalid_response', (c) => token(RS, c, ps256(KEYS.rsa.privateKey))],
  [
    'an algorithm the provider does not offer',
    'invalid_response',
    (c) => token({ alg: 'RS384', kid: 'rsa' }, c),
  ],
  ['no algorithm', 'token_header', (c) => token({ kid: 'rsa' }, c)],
  ['an algorithm nobody knows', 'token_header', (c) => token({ alg: 'XX256', kid: 'rsa' }, c)],
  ['an algorithm that is a list', 'token_header', (c) => token({ alg: ['RS256'], kid: 'rsa' }, c)],
  [
    'a foreign key under a kid of the provider',
    'invalid_response',
    (c) => token(RS, c, rs256(KEYS.foreign.privateKey)),
  ],
  ['a kid that the provider does not have', 'key_selection', (c) => token({ alg: 'RS256', kid: 'other' }, c)],
  ['a kid that is a path', 'key_selection', (c) => token({ alg: 'RS256', kid: '../../dev/null' }, c)],
  [
    'a foreign key and no kid',
    'invalid_response',
    (c) => token({ alg: 'RS256' }, c, rs256(KEYS.foreign.privateKey)),
  ],
  [
    'the signature of another token',
    'invalid_response',
    (c) =>
      `${token(RS, c).split('.').slice(0, 2).join('.')}.${token(RS, { ...c, sub: 'eve' }).split('.')[2]}`,
  ],
  [
    'a payload changed after signing',
    'invalid_response',
    (c) => token(RS, c).replace(/\.[\w-]+\./, `.${bare({ ...c, sub: 'eve' })}.`),
  ],
  ['a signature that is cut off', 'invalid_response', (c) => token(RS, c).slice(0, -20)],
  ['an empty signature', 'invalid_response', (c) => token(RS, c, unsigned)],
  ['a signature of zeros', 'invalid_response', (c) => token(RS, c, () => Buffer.alloc(256))],
  [
    'an Ed25519 signature of a foreign key',
    'invalid_response',
    (c) => token({ alg: 'EdDSA', kid: 'ed' }, c, () => Buffer.alloc(64)),
  ],
  [
    'an elliptic signature of zeros',
    'invalid_response',
    (c) => token({ alg: 'ES256', kid: 'ec' }, c, () => Buffer.alloc(64)),
  ],
  [
    'a key that it brings along',
    'token_keys',
    (c) =>
      token(
        { ...RS, jwk: KEYS.foreign.publicKey.export({ format: 'jwk' }) },
        c,
        rs256(KEYS.foreign.privateKey),
      ),
  ],
  [
    'the address of its key',
    'token_keys',
    (c) => token({ ...RS, jku: `${house.provider.issuer}/other` }, c, rs256(KEYS.foreign.privateKey)),
  ],
  [
    'the address of its certificate',
    'token_keys',
    (c) => token({ ...RS, x5u: `${house.provider.issuer}/x` }, c),
  ],
  ['its certificate', 'token_keys', (c) => token({ ...RS, x5c: ['AAAA'] }, c)],
  ['an extension that is critical', 'token_keys', (c) => token({ ...RS, crit: ['exp'] }, c)],
  ['the type of an access token', 'token_type', (c) => token({ ...RS, typ: 'at+jwt' }, c)],
  ['the type of a logout token', 'token_type', (c) => token({ ...RS, typ: 'logout+jwt' }, c)],
  ['a header that is no JSON', 'token_form', (c) => token('{alg', c)],
  ['a header that is a list', 'token_header', (c) => token(['RS256'], c)],
  [
    'a header that names alg twice',
    'token_repeats',
    (c) => token('{"alg":"none","alg":"RS256","kid":"rsa"}', c),
  ],
  ['two parts', 'token_form', (c) => token(RS, c).split('.').slice(0, 2).join('.')],
  ['five parts', 'token_form', (c) => `${token(RS, c)}.a.b`],
  ['letters that are not base64url', 'token_form', (c) => token(RS, c).replace('.', '=.')],
  ['no token at all', 'invalid_response', () => undefined],
  ['a token that is an object', 'token_form', (c) => c],
  ['a token of 40 KB', 'token_length', (c) => token(RS, { ...c, more: 'x'.repeat(40_000) })],
  ['a payload that is a list', 'token_claims', (c) => token(RS, [c])],
  ['a payload that is no JSON', 'token_form', () => token(RS, 'sub=anna')],
  [
    'a subject that stands twice',
    'token_repeats',
    (c) => token(RS, JSON.stringify(c).replace('{', '{"sub":"eve",')),
  ],
  [
    'a subject that stands twice, once escaped',
    'token_repeats',
    (c) => token(RS, JSON.stringify(c).replace('{', '{"s\\u0075b":"eve",')),
  ],
  ['another issuer', 'jwt_claim_comparison', (c) => token(RS, { ...c, iss: 'https://evil.example' })],
  [
    'the issuer with a slash behind it',
    'jwt_claim_comparison',
    (c) => token(RS, { ...c, iss: `${String(c['iss'])}/` }),
  ],
  [
    'the issuer in capitals',
    'jwt_claim_comparison',
    (c) => token(RS, { ...c, iss: String(c['iss']).toUpperCase() }),
  ],
  ['no issuer', 'token_claims', (c) => token(RS, without(c, 'iss'))],
  ['another audience', 'jwt_claim_comparison', (c) => token(RS, { ...c, aud: 'other' })],
  ['no audience', 'token_claims', (c) => token(RS, without(c, 'aud'))],
  ['an empty list of audiences', 'token_claims', (c) => token(RS, { ...c, aud: [] })],
  [
    'an audience beside ours',
    'audience',
    (c) => token(RS, { ...c, aud: [CLIENT.id, 'other'], azp: CLIENT.id }),
  ],
  [
    'an audience that only begins like ours',
    'jwt_claim_comparison',
    (c) => token(RS, { ...c, aud: `${CLIENT.id}x` }),
  ],
  ['a token made out to another client', 'authorized_party', (c) => token(RS, { ...c, azp: 'other' })],
  [
    'two audiences, made out to another',
    'jwt_claim_comparison',
    (c) => token(RS, { ...c, aud: [CLIENT.id, 'other'], azp: 'other' }),
  ],
  ['no nonce', 'invalid_response', (c) => token(RS, without(c, 'nonce'))],
  ['the nonce of another sign-in', 'jwt_claim_comparison', (c) => token(RS, { ...c, nonce: 'other' })],
  ['an empty nonce', 'jwt_claim_comparison', (c) => token(RS, { ...c, nonce: '' })],
  ['no subject', 'token_claims', (c) => token(RS, without(c, 'sub'))],
  ['an empty subject', 'token_claims', (c) => token(RS, { ...c, sub: '' })],
  ['a subject that is a number', 'token_claims', (c) => token(RS, { ...c, sub: 7 })],
  ['a subject of 300 letters', 'token_claims', (c) => token(RS, { ...c, sub: 'a'.repeat(300) })],
  ['a subject with a line end', 'token_claims', (c) => token(RS, { ...c, sub: 'anna\n' })],
  ['no expiry', 'token_claims', (c) => token(RS, without(c, 'exp'))],
  ['a token that has expired', 'jwt_timestamp_check', (c) => token(RS, { ...c, exp: nowS() - 120 })],
  ['an expiry that is a text', 'token_claims', (c) => token(RS, { ...c, exp: String(nowS() + 300) })],
  ['a token that is good later', 'jwt_timestamp_check', (c) => token(RS, { ...c, nbf: nowS() + 600 })],
  ['no time of issue', 'token_claims', (c) => token(RS, without(c, 'iat'))],
  ['a token from the future', 'issued_at', (c) => token(RS, { ...c, iat: nowS() + 600, exp: nowS() + 900 })],
  [
    'a token of yesterday that is good for a week',
    'issued_at',
    (c) => token(RS, { ...c, iat: nowS() - 86_400, exp: nowS() + 600_000 }),
  ],
  ['a time of issue that is a text', 'token_claims', (c) => token(RS, { ...c, iat: String(nowS()) })],
  [
    'the hash of another access token',
    'access_token_hash',
    (c) => token(RS, { ...c, at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  ],
  ['groups that are a number', 'groups', (c) => token(RS, { ...c, groups: 7 })],
  ['groups that are objects', 'groups', (c) => token(RS, { ...c, groups: [{ name: 'admins' }] })],
]

/** What is wrong with the browser that comes back. `null`: nobody hears of it but a counter. */
const RETURNS: readonly (readonly [
  name: string,
  reason: string | null,
  spoil: (one: Traveller) => unknown,
])[] = [
  ['without a state', null, (one) => delete one.query['state']],
  ['with a state of its own making', null, (one) => (one.query['state'] = 'x'.repeat(43))],
  ['with an empty state', null, (one) => (one.query['state'] = '')],
  ['without the cookie', null, (one) => (one.cookie = '')],
  ['with a cookie that was changed', null, (one) => (one.cookie = one.cookie.replace(/.{6}$/, 'AAAAAA'))],
  ['with a cookie that is noise', null, (one) => (one.cookie = `freehold_sign_in=${'A'.repeat(400)}`)],
  ['with an empty cookie', null, (one) => (one.cookie = 'freehold_sign_in=')],
  ['with the cookie of another sign-in', null, async (one) => (one.cookie = (await depart(house)).cookie)],
  [
    'with the cookie of another connection',
    null,
    async (one) => (one.cookie = (await depart(house, 'branch')).cookie),
  ],
  ['at another connection than it left for', null, (one) => (one.connection = 'branch')],
  ['without a code', 'invalid_response', (one) => delete one.query['code']],
  ['without the issuer that the provider promises', 'invalid_response', (one) => delete one.query['iss']],
  ['from another issuer', 'invalid_response', (one) => (one.query['iss'] = 'https://evil.example')],
  ['from the issuer with a slash behind it', 'invalid_response', (one) => (one.query['iss'] += '/')],
  [
    'with an error of the provider',
    'authorization_response_error|authorization_response',
    (one) => (one.query = { ...one.query, error: 'access_denied' }),
  ],
  [
    'with the ticket of a self-test instead of the cookie',
    null,
    async (one) => {
      const { trialUrl } = await house.replica.identity.federation.test('hq')
      one.cookie = `freehold_sign_in=${new URL(trialUrl).searchParams.get('ticket')}`
    },
  ],
]

const elsewhere = (): string => house.provider.issuer.replace('127.0.0.1', '127.0.0.2')
const to = (address: string) => ({ status: 302, headers: { location: address }, body: '' })

/** What the provider says besides the token. */
const SPEECHES: readonly (readonly [name: string, reason: string, say: (speech: Speech) => void])[] = [
  ['the token endpoint sends on', '.', (s) => (s.token = to(`${house.provider.issuer}/userinfo`))],
  ['the token endpoint fails', '.', (s) => (s.token = { status: 500, body: 'x' })],
  [
    'the token endpoint answers with a page',
    '.',
    (s) => (s.token = { headers: { 'content-type': 'text/html' }, body: '<p>' }),
  ],
  [
    'the token endpoint refuses the code',
    '.',
    (s) => (s.token = { status: 400, body: { error: 'invalid_grant' } }),
  ],
  [
    'the answer has no type of token',
    '.',
    (s) => (s.token = { body: without(s.token.body as Claims, 'token_type') }),
  ],
  [
    'the answer has no access token',
    '.',
    (s) => (s.token = { body: without(s.token.body as Claims, 'access_token') }),
  ],
  [
    'the answer is packed',
    'packed',
    (s) => (s.token = { ...s.token, headers: { 'content-encoding': 'gzip' } }),
  ],
  [
    'the answer is longer than a quarter of a megabyte',
    '.',
    (s) => (s.token = { body: { ...(s.token.body as Claims), more: 'x'.repeat(300_000) } }),
  ],
  ['the keys are elsewhere by a redirect', '.', (s) => (s.keys = to(`${elsewhere()}/keys`))],
  [
    'two keys have one kid',
    'key_selection|invalid_response',
    (s) =>
      (s.keys = {
        body: {
          keys: [
            ...goodKeys(),
            { ...KEYS.foreign.publicKey.export({ format: 'jwk' }), kid: 'rsa', use: 'sig' },
          ],
        },
      }),
  ],
  ['there are no keys', '.', (s) => (s.keys = { body: { keys: [] } })],
  ['the keys are none', '.', (s) => (s.keys = { body: { keys: 'none' } })],
  [
    'the only key is a shared one',
    '.',
    (s) => (s.keys = { body: { keys: [{ kty: 'oct', k: 'AAAA', kid: 'rsa', alg: 'RS256' }] } }),
  ],
  [
    'the key is for encryption',
    '.',
    (s) => (s.keys = { body: { keys: [{ ...goodKeys()[0], use: 'enc' }] } }),
  ],
  [
    'the key is for another algorithm',
    '.',
    (s) => (s.keys = { body: { keys: [{ ...goodKeys()[0], alg: 'RS512' }] } }),
  ],
  [
    'the keys are longer than a quarter of a megabyte',
    '.',
    (s) => (s.keys = { body: { keys: goodKeys(), more: 'x'.repeat(300_000) } }),
  ],
]

/** What the provider says of itself. */
const DISCOVERIES: readonly (readonly [name: string, say: (told: Claims) => Speech['discovery']])[] = [
  ['names another issuer', (told) => ({ body: { ...told, issuer: 'https://evil.example' } })],
  ['names the issuer with a slash', (told) => ({ body: { ...told, issuer: `${String(told['issuer'])}/` } })],
  [
    'names a template of issuers',
    (told) => ({ body: { ...told, issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' } }),
  ],
  [
    'has its token endpoint elsewhere',
    (told) => ({ body: { ...told, token_endpoint: `${elsewhere()}/token` } }),
  ],
  ['has its keys elsewhere', (told) => ({ body: { ...told, jwks_uri: `${elsewhere()}/keys` } })],
  [
    'has its userinfo elsewhere',
    (told) => ({ body: { ...told, userinfo_endpoint: `${elsewhere()}/userinfo` } }),
  ],
  [
    'sends people elsewhere',
    (told) => ({ body: { ...told, authorization_endpoint: `${elsewhere()}/authorize` } }),
  ],
  [
    'sends people to a script',
    (told) => ({ body: { ...told, authorization_endpoint: 'javascript:alert(1)' } }),
  ],
  [
    'has its keys at a metadata service',
    (told) => ({ body: { ...told, jwks_uri: 'http://169.254.169.254/latest' } }),
  ],
  [
    'has its token endpoint on another port',
    (told) => ({ body: { ...told, token_endpoint: 'http://127.0.0.1:1/token' } }),
  ],
  [
    'has a name and a password in an address',
    (told) => ({ body: { ...told, token_endpoint: String(told['token_endpoint']).replace('//', '//a:b@') } }),
  ],
  ['has its keys in a file', (told) => ({ body: { ...told, jwks_uri: 'file:///etc/passwd' } })],
  [
    'offers alg none only',
    (told) => ({ body: { ...told, id_token_signing_alg_values_supported: ['none'] } }),
  ],
  [
    'offers shared secrets only',
    (told) => ({ body: { ...told, id_token_signing_alg_values_supported: ['HS256'] } }),
  ],
  ['has no S256', (told) => ({ body: { ...told, code_challenge_methods_supported: ['plain'] } })],
  ['has no keys', (told) => ({ body: without(told, 'jwks_uri') })],
  ['is a redirect', () => to(`${elsewhere()}/.well-known/openid-configuration`)],
  ['is a page', () => ({ headers: { 'content-type': 'text/html' }, body: '<p>' })],
  ['is a list', (told) => ({ body: [told] })],
  ['is too long', (told) => ({ body: { ...told, more: 'x'.repeat(300_000) } })],
]

const USERINFOS: readonly (readonly [name: string, say: Speech['userinfo']])[] = [
  ['speaks of somebody else', { body: { sub: 'eve' } }],
  ['speaks of nobody', { body: { preferred_username: 'Anna' } }],
  ['sends on', { status: 302, headers: { location: 'http://169.254.169.254/' }, body: '' }],
  ['is a page', { headers: { 'content-type': 'text/html' }, body: '<p>' }],
]

const counted = async (): Promise<readonly unknown[]> => {
  const { rows } = await ground.sql.query(
    `SELECT (SELECT count(*) FROM account WHERE tenant_id = $1) AS accounts,
            (SELECT count(*) FROM session WHERE tenant_id = $1) AS sessions,
            (SELECT count(*) FROM federated_identity WHERE tenant_id = $1) AS identities`,
    [house.replica.store.home],
  )
  return rows
}
const newestRefusal = async (): Promise<string | null> => {
  const { rows } = await ground.sql.query(
    `SELECT detail FROM audit_event WHERE tenant_id = $1 AND action = 'identity.refused' ORDER BY id DESC LIMIT 1`,
    [house.replica.store.home],
  )
  return (rows[0] as { detail: { reason: string } } | undefined)?.detail.reason ?? null
}

/** A house that knows nothing of the provider yet, which tells the truth. */
function anew(wish: object = {}): void {
  house.replica.hands.now = Date.now()
  house.provider.reset()
  house.settings = [
    connection(house.provider.issuer, { groupsClaim: 'groups', ...wish }),
    connection(house.provider.issuer, { id: 'branch', clientId: 'other' }),
  ]
}

async function prepared(wish: object = {}): Promise<Traveller> {
  anew(wish)
  const traveller = await depart(house)
  house.provider.speech.token = { body: tokenBody(token(RS, goodClaims(house, traveller.nonce))) }
  return traveller
}

/** What is wrong with how an attack ended; nothing where it was refused as it must be and left nothing. */
async function ending(attack: () => Promise<unknown>, reason: string | null): Promise<readonly string[]> {
  const before_ = await counted()
  const code = await refusal(attack())
  const wrong: string[] = []
  if (code !== 'federated_login' && code !== 'unavailable') wrong.push(`ended with ${code}`)
  if (reason === null && house.heard.at(-1)?.endsWith(' unbegun') !== true)
    wrong.push(`heard ${house.heard.at(-1)}`)
  if (reason !== null) {
    const stood = (await newestRefusal()) ?? ''
    if (reason === '.' ? stood === '' : !reason.split('|').includes(stood)) wrong.push(`reason ${stood}`)
  }
  assert.deepEqual(await counted(), before_)
  return wrong
}

test('whoever comes back with what was asked for is in', async () => {
  const { arrival, cookie } = await arriveBack(house, await prepared())
  assert.equal(arrival.kind, 'enter')
  const caller = house.replica.get({ cookie: cookie?.split(';')[0] ?? '' })
  assert.deepEqual([caller.principal.name, caller.roles], ['Anna', ['member']])
})

for (const [alg, kid, signature] of [
  ['PS256', 'rsa', ps256(KEYS.rsa.privateKey)],
  ['ES256', 'ec', es256(KEYS.ec.privateKey)],
  ['EdDSA', 'ed', eddsa(KEYS.ed.privateKey)],
] as const) {
  test(`a token that is signed with ${alg} is taken`, async () => {
    const traveller = await prepared()
    const made = token({ alg, kid, typ: 'JWT' }, goodClaims(house, traveller.nonce), signature)
    house.provider.speech.token = { body: tokenBody(made) }
    assert.equal((await arriveBack(house, traveller)).arrival.kind, 'enter')
  })
}

for (const [name, reason, make] of TOKENS) {
  test(`refused: a token with ${name}`, async () => {
    const traveller = await prepared()
    house.provider.speech.token = { body: tokenBody(make(goodClaims(house, traveller.nonce))) }
    assert.deepEqual(await ending(() => arriveBack(house, traveller), reason), [])
  })
}

for (const [name, reason, spoil] of RETURNS) {
  test(`refused: a browser that comes back ${name}`, async () => {
    const traveller = await prepared()
    await spoil(traveller)
    assert.deepEqual(await ending(() => arriveBack(house, traveller), reason), [])
  })
}

test('refused: a way back that was gone before', async () => {
  const traveller = await prepared()
  await arriveBack(house, traveller)
  assert.deepEqual(await ending(() => arriveBack(house, traveller), 'again'), [])
})

test('refused: a second way back while the first is under way', async () => {
  const traveller = await prepared()
  const both = await Promise.all([0, 1].map(() => refusal(arriveBack(house, traveller))))
  assert.deepEqual(new Set(both), new Set(['federated_login', null]))
})

test('refused: a token that was good for the sign-in before', async () => {
  const first = await prepared()
  const kept = house.provider.speech.token
  await arriveBack(house, first)
  const second = await depart(house)
  house.provider.speech.token = kept
  assert.deepEqual(await ending(() => arriveBack(house, second), 'jwt_claim_comparison'), [])
})

for (const [name, reason, say] of SPEECHES) {
  test(`refused: ${name}`, async () => {
    const traveller = await prepared()
    say(house.provider.speech)
    assert.deepEqual(await ending(() => arriveBack(house, traveller), reason), [])
  })
}

for (const [name, say] of DISCOVERIES) {
  test(`refused: a provider whose description ${name}`, async () => {
    anew()
    house.settings = house.settings.slice(0, 1)
    house.provider.speech.discovery = say(metadata(house.provider.issuer))
    house.provider.asked.length = 0
    const before_ = await counted()
    assert.equal(await refusal(depart(house)), 'unavailable')
    assert.deepEqual(await counted(), before_)
    assert.deepEqual(house.provider.asked, ['GET /.well-known/openid-configuration'])
    assert.equal(house.replica.identity.federation.list()[0]?.state, 'away')
  })
}

for (const [name, say] of USERINFOS) {
  test(`refused: a userinfo endpoint that ${name}`, async () => {
    const traveller = await prepared({ userinfo: true })
    house.provider.speech.userinfo = say
    assert.deepEqual(await ending(() => arriveBack(house, traveller), '.'), [])
  })
}

test('refused: a provider of the internet whose name leads into the house', async () => {
  const { port } = new URL(house.provider.issuer)
  house.provider.asked.length = 0
  house.settings = [connection(`https://localhost:${port}`)]
  assert.equal(await refusal(depart(house)), 'unavailable')
  assert.deepEqual(house.provider.asked, [])
  const { findings } = await house.replica.identity.federation.test('hq')
  assert.deepEqual(
    findings.map((one) => one.said),
    ['address', 'address'],
  )
})

test('after all of that the right answer is still taken, and an attack that was none would be seen', async () => {
  anew()
  assert.equal((await signIn(house)).arrival.kind, 'enter')
  const traveller = await prepared()
  await assert.rejects(async () => {
    assert.deepEqual(await ending(() => arriveBack(house, traveller), 'none'), [])
  })
})

test('refused: a way back that took twenty minutes', async () => {
  const traveller = await prepared()
  house.replica.hands.now += 20 * 60_000
  assert.deepEqual(await ending(() => arriveBack(house, traveller), null), [])
})
