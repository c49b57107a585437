import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import * as client from 'openid-client'
import type { FaultBody } from '@freehold/contract/fault-body.ts'
import { asSuperuser } from './cluster.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway } from './gateway-house.ts'
import { eddsa, hmac, unsigned } from './hostile-provider.ts'
import { assertion, newKey } from './issuer-house.ts'
import type { Application, Code } from './sign-on-house.ts'
import {
  codeFor,
  come,
  exchange,
  linkOf,
  newPkce,
  provenBy,
  register,
  relyingParty,
  userInfo,
  Visitor,
} from './sign-on-house.ts'

const PAYROLL = 'https://payroll.example/'
let house: GatewayHouse
let wiki: Application
let phone: Application
let ada: Visitor

before(async () => {
  house = await openGateway({}, { key: ['--scope', '*'] })
  ada = await come(house, 'Ada Lovelace')
})
after(() => house.close())

const codeOf = async (answer: Response): Promise<string> =>
  answer.ok ? 'ok' : ((await answer.json()) as FaultBody).error.code
const newCode = (application = wiki, person = ada, more: object = {}): Promise<Code> =>
  codeFor(house.url, { application, person, ...more })
const redeemed = async (application: Application, form: Code): Promise<string> => {
  const { body } = await exchange(house.url, application, { ...form })
  return body.access_token ?? assert.fail(body.error)
}

/** As the operator. */
async function asked<T>(method: string, path: string, body?: object): Promise<T> {
  const authorization = `Bearer ${house.apiKey}`
  const answer = await fetch(house.url + path, {
    method,
    headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  assert.ok(answer.ok, text)
  return JSON.parse(text || 'null') as T
}

interface Event {
  readonly action: string
  readonly actor: string
  readonly subject: string | null
  readonly detail: Readonly<Record<string, unknown>>
}
/** What is on record of an application, the newest first. */
async function eventsOf(action: string, { id }: Pick<Application, 'id'>): Promise<readonly Event[]> {
  const answer = await house.get(`/api/audit?limit=200`)
  const { data } = (await answer.json()) as { data: readonly Event[] }
  return data.filter((event) => event.action === action && (event.subject === id || event.actor === id))
}

test('without an application nobody is signed in anywhere, and nothing says otherwise', async () => {
  for (const path of ['/oidc/authorize', '/oidc/userinfo', '/oidc/token'])
    assert.equal((await fetch(house.url + path)).status, 404, path)
  wiki = await register(house, 'wiki', { resources: [PAYROLL] })
  phone = await register(house, 'telephone', { isPublic: true, redirectUri: 'http://127.0.0.1/back' })
})

test('openid-client signs a person in, and learns who it is from what the published keys have signed', async () => {
  const config = await relyingParty(house.url, wiki)
  const { verifier, challenge } = newPkce()
  const link = client.buildAuthorizationUrl(config, {
    redirect_uri: wiki.redirectUri,
    scope: 'openid profile email groups offline_access',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'a state',
    nonce: 'a nonce',
  })
  const ticket = await ada.ticket(link)
  assert.deepEqual(await (await ada.asked(ticket)).json(), {
    application: { id: wiki.id, name: 'wiki' },
    host: 'wiki.example',
    tells: { name: 'Ada Lovelace', email: null, groups: [] },
    resource: null,
    again: false,
  })
  const { location } = (await (await ada.decide(ticket)).json()) as { location: string }
  assert.ok(location.startsWith(`${wiki.redirectUri}?code=`))
  assert.equal(new URL(location).searchParams.get('iss'), house.url)
  const checks = { pkceCodeVerifier: verifier, expectedState: 'a state', expectedNonce: 'a nonce' }
  // Another issuer's answer that is mixed in is seen (RFC 9207).
  const mixed = new URL(location)
  mixed.searchParams.set('iss', 'https://evil.example')
  const isMixed = ({ cause }: Error): boolean => cause instanceof Error && cause.message.includes('iss')
  await assert.rejects(client.authorizationCodeGrant(config, mixed, checks), isMixed)
  const tokens = await client.authorizationCodeGrant(config, new URL(location), checks)
  assert.deepEqual(
    [tokens.token_type, tokens.expires_in, tokens.scope, tokens.refresh_token],
    ['bearer', 300, 'openid profile email groups', undefined],
  )
  const keys = createRemoteJWKSet(new URL(`${house.url}/.well-known/jwks.json`))
  const { payload } = await jwtVerify(tokens.id_token ?? '', keys, {
    issuer: house.url,
    audience: wiki.id,
    algorithms: ['EdDSA'],
  })
  const { sub = '', iat = 0, exp = 0, auth_time: authTime, ...said } = payload
  assert.deepEqual(said, {
    iss: house.url,
    aud: wiki.id,
    nonce: 'a nonce',
    amr: ['pwd'],
    name: 'Ada Lovelace',
    preferred_username: 'Ada Lovelace',
    groups: [],
  })
  assert.equal(exp - iat, 300)
  assert.ok(typeof authTime === 'number' && authTime <= iat)
  assert.deepEqual(await client.fetchUserInfo(config, tokens.access_token, sub), {
    sub,
    name: 'Ada Lovelace',
    preferred_username: 'Ada Lovelace',
    groups: [],
  })
  const [decided] = await eventsOf('authorisation.decided', wiki)
  assert.deepEqual([decided?.actor, decided?.detail['allowed']], [ada.principal, true])
  const [issued] = await eventsOf('token.issued', wiki)
  const { authorisation } = decided?.detail ?? {}
  assert.deepEqual(issued?.detail, { grant: 'authorization_code', own: true, authorisation })
})

test('a person has another name at each application, and the same one at the same', async () => {
  const subjects: string[] = []
  for (const application of [wiki, wiki, phone]) {
    const [, sub] = await userInfo(house.url, await redeemed(application, await newCode(application)))
    assert.match(sub ?? '', /^[\w-]{22}$/)
    subjects.push(sub ?? '')
  }
  const [first, again, elsewhere] = subjects
  assert.equal(first, again)
  assert.notEqual(first, elsewhere)
})

test('the metadata of the issuer promise what is there, and no more', async () => {
  const metadata = (await relyingParty(house.url, wiki)).serverMetadata()
  assert.deepEqual(
    [
      metadata.authorization_endpoint,
      metadata.userinfo_endpoint,
      metadata.response_types_supported,
      metadata.response_modes_supported,
      metadata.grant_types_supported,
      metadata.code_challenge_methods_supported,
      metadata.subject_types_supported,
      metadata.scopes_supported,
      metadata.token_endpoint_auth_methods_supported,
      metadata['authorization_response_iss_parameter_supported'],
      metadata['request_parameter_supported'],
      metadata['request_uri_parameter_supported'],
    ],
    [
      `${house.url}/oidc/authorize`,
      `${house.url}/oidc/userinfo`,
      ['code'],
      ['query'],
      ['authorization_code', 'client_credentials'],
      ['S256'],
      ['pairwise'],
      ['openid', 'profile', 'email', 'groups'],
      ['private_key_jwt', 'none'],
      true,
      false,
      false,
    ],
  )
})

test('a token about a person opens nothing here, and a token for a service is good for that service alone', async () => {
  const { body } = await exchange(house.url, wiki, { ...(await newCode()) })
  for (const text of [body.access_token, body.id_token]) {
    const answer = await fetch(`${house.url}/api/session`, { headers: { authorization: `Bearer ${text}` } })
    assert.equal(await codeOf(answer), 'unidentified')
  }
  assert.equal((await userInfo(house.url, body.id_token))[0], 401)
  const other = await redeemed(wiki, await newCode(wiki, ada, { resource: PAYROLL }))
  const { aud, sub, client_id: by, scope } = decodeJwt(other)
  assert.deepEqual([aud, by, scope], [PAYROLL, wiki.id, undefined])
  assert.deepEqual([sub], [decodeJwt(body.access_token ?? '').sub])
  assert.equal((await userInfo(house.url, other))[0], 401)
  // What the application gets in its own name says nothing of any person.
  const own = await exchange(house.url, wiki, { grant_type: 'client_credentials' })
  assert.equal(own.status, 200)
  assert.equal((await userInfo(house.url, own.body.access_token))[0], 401)
  const nobody = await exchange(house.url, phone, { grant_type: 'client_credentials' })
  assert.equal(nobody.body.access_token, undefined)
})

test('a person who refuses sends the application away, and that stands on record', async () => {
  const ticket = await ada.ticket(linkOf(house.url, wiki, newPkce().challenge))
  const answer = await ada.decide(ticket, false)
  const { searchParams } = new URL(((await answer.json()) as { location: string }).location)
  assert.deepEqual(
    ['error', 'state', 'iss', 'code'].map((name) => searchParams.get(name)),
    ['access_denied', 'a state', house.url, null],
  )
  const [decided] = await eventsOf('authorisation.decided', wiki)
  assert.deepEqual(decided?.detail, { allowed: false, scopes: ['openid', 'profile'] })
})

test('an address that was not registered is sent nobody to, whoever asks', async () => {
  const { challenge } = newPkce()
  const wrong = [
    'https://wiki.example/back/more',
    'https://wiki.example/back?x=1',
    'https://wiki.example/back#x',
    'https://wiki.example/back#',
    'https://wiki.example:8443/back',
    'https://a.wiki.example/back',
    'https://wiki.example.evil.example/back',
    'https://wiki.example@evil.example/back',
    'http://wiki.example/back',
    'https://WIKI.example/back',
    'http://127.0.0.1/back',
    'javascript:alert(1)',
    null,
  ]
  for (const redirectUri of wrong) {
    const to = await ada.begin(linkOf(house.url, wiki, challenge, { redirect_uri: redirectUri }))
    assert.equal(to.href, `${house.url}/#refused=unknown_application`, String(redirectUri))
  }
  for (const id of [crypto.randomUUID(), 'wiki', null]) {
    const answer = await fetch(linkOf(house.url, wiki, challenge, { client_id: id }), { redirect: 'manual' })
    assert.equal(answer.status, 400)
    assert.equal(await codeOf(answer), 'unknown_application')
  }
  const twice = linkOf(house.url, wiki, challenge)
  twice.searchParams.append('redirect_uri', 'https://evil.example/')
  assert.equal((await ada.begin(twice)).hash, '#refused=unknown_application')
  // A program on somebody's machine takes the port that is free.
  const port = { redirect_uri: 'http://127.0.0.1:49152/back' }
  assert.ok(await ada.ticket(linkOf(house.url, phone, challenge, port)))
})

test('what is asked for otherwise than by code with S256 is refused, and the application hears why', async () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string | null>>])[] = [
    ['invalid_request', { code_challenge: null, code_challenge_method: null }],
    ['invalid_request', { code_challenge: null }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['invalid_request', { code_challenge_method: null }],
    ['invalid_request', { code_challenge: 'short' }],
    ['unsupported_response_type', { response_type: 'token' }],
    ['unsupported_response_type', { response_type: 'code id_token' }],
    ['invalid_request', { response_type: null }],
    ['invalid_request', { response_mode: 'fragment' }],
    ['invalid_request', { response_mode: 'form_post' }],
    ['request_not_supported', { request: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['request_uri_not_supported', { request_uri: 'https://evil.example/request' }],
    ['registration_not_supported', { registration: '{}' }],
    ['invalid_scope', { scope: 'profile' }],
    ['invalid_scope', { scope: null }],
    ['invalid_target', { resource: 'https://elsewhere.example/' }],
    ['invalid_request', { max_age: '-1' }],
    ['invalid_request', { prompt: 'none login' }],
    ['invalid_request', { nonce: 'x'.repeat(257) }],
    ['consent_required', { prompt: 'none' }],
  ]
  for (const [error, more] of cases) {
    const { origin, pathname, searchParams } = await ada.begin(
      linkOf(house.url, wiki, newPkce().challenge, more),
    )
    assert.equal(origin + pathname, wiki.redirectUri)
    assert.deepEqual(
      ['error', 'state', 'iss', 'code'].map((name) => searchParams.get(name)),
      [error, 'a state', house.url, null],
      JSON.stringify(more),
    )
  }
  const stranger = new Visitor(house.url)
  const silent = await stranger.begin(linkOf(house.url, wiki, newPkce().challenge, { prompt: 'none' }))
  assert.equal(silent.searchParams.get('error'), 'login_required')
  const twice = linkOf(house.url, wiki, newPkce().challenge)
  twice.searchParams.append('scope', 'openid')
  assert.equal((await ada.begin(twice)).searchParams.get('error'), 'invalid_request')
  assert.equal((await fetch(`${house.url}/oidc/authorize`, { method: 'PUT' })).status, 405)
})

test('an application may send its request as a form, and is told the same', async () => {
  const link = linkOf(house.url, wiki, newPkce().challenge, { prompt: 'none' })
  const form = (body: string, headers = {}): Promise<Response> =>
    fetch(`${house.url}/oidc/authorize`, {
      method: 'POST',
      redirect: 'manual',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  const sent = await form(link.searchParams.toString())
  const back = new URL(sent.headers.get('location') ?? '')
  assert.deepEqual(
    [sent.status, back.origin, back.searchParams.get('error'), back.searchParams.get('state')],
    [303, new URL(wiki.redirectUri).origin, 'login_required', 'a state'],
  )
  const begun = await form(linkOf(house.url, wiki, newPkce().challenge).searchParams.toString())
  const page = new URL(begun.headers.get('location') ?? '', house.url)
  assert.deepEqual([begun.status, page.origin], [303, house.url])
  assert.ok(begun.headers.get('set-cookie'))
  const json = await form(JSON.stringify({ client_id: wiki.id }), { 'content-type': 'application/json' })
  assert.deepEqual([json.status, codeIn(await json.text())], [400, 'invalid'])
  const unknown = await form('client_id=nobody')
  assert.deepEqual([unknown.status, codeIn(await unknown.text())], [400, 'unknown_application'])
  assert.equal((await form(`client_id=${'x'.repeat(17_000)}`)).status, 413)
})

const codeIn = (text: string): string => (JSON.parse(text) as { error: { code: string } }).error.code

test('a code is good for the application that asked, with its verifier and address, and not for long', async () => {
  const { verifier } = newPkce()
  const form = await newCode()
  const { code_verifier: _, ...bare } = form
  const other = await register(house, 'other')
  const refused: Readonly<Record<string, Awaited<ReturnType<typeof exchange>>>> = {
    'no verifier': await exchange(house.url, wiki, bare),
    'another verifier': await exchange(house.url, wiki, { ...form, code_verifier: verifier }),
    'the challenge as verifier': await exchange(house.url, wiki, {
      ...form,
      code_verifier: Buffer.from(
        await crypto.subtle.digest('SHA-256', Buffer.from(form.code_verifier)),
      ).toString('base64url'),
    }),
    'another address': await exchange(house.url, wiki, { ...form, redirect_uri: `${wiki.redirectUri}/` }),
    'another application': await exchange(house.url, other, { ...form }),
    'a public application': await exchange(house.url, phone, { ...form }),
    'a secret that was guessed': await exchange(house.url, wiki, {
      ...form,
      code: form.code.slice(0, -4) + (form.code.endsWith('AAAA') ? 'BBBB' : 'AAAA'),
    }),
    'no code at all': await exchange(house.url, wiki, { ...form, code: 'x' }),
  }
  for (const [what, { status, body }] of Object.entries(refused)) {
    assert.deepEqual([status, body.error, body.access_token], [400, 'invalid_grant', undefined], what)
  }
  // None of them has used it up.
  assert.equal((await exchange(house.url, wiki, { ...form })).status, 200)
  const late = await newCode()
  await asSuperuser(house.data, (db) =>
    db.query("UPDATE authorisation SET expires_at = now() - interval '1 second' WHERE redeemed_at IS NULL"),
  )
  assert.equal((await exchange(house.url, wiki, { ...late })).body.error, 'invalid_grant')
})

test('an application that has a key is nobody without it', async () => {
  const form = await newCode()
  const { privateKey, publicKey } = newKey()
  const { key } = wiki
  assert.ok(key)
  const by = (more: Parameters<typeof assertion>[2]) =>
    provenBy(assertion({ id: wiki.id, key }, house.url, more))
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const proofs = {
    none: { client_id: wiki.id },
    'alg none': by({ header: { alg: 'none' }, sign: unsigned }),
    'HS256 under a public key': by({ header: { alg: 'HS256' }, sign: hmac(pem) }),
    'the key of an attacker': by({ sign: eddsa(privateKey) }),
    'for another server': by({ claims: { aud: 'https://evil.example' } }),
  }
  for (const [what, proof] of Object.entries(proofs)) {
    const { body } = await exchange(house.url, wiki, { ...form }, proof)
    assert.deepEqual([body.error, body.access_token], ['invalid_client', undefined], what)
  }
  assert.equal((await exchange(house.url, wiki, { ...form })).status, 200)
})

test('a code that comes again is refused, and what the first came to is good for nothing any more', async () => {
  const form = await newCode()
  const token = await redeemed(wiki, form)
  assert.equal((await userInfo(house.url, token))[0], 200)
  assert.equal((await exchange(house.url, wiki, { ...form })).body.error, 'invalid_grant')
  assert.equal((await userInfo(house.url, token))[0], 401)
  assert.equal((await eventsOf('authorisation.replayed', wiki)).length, 1)
  // Of many at once one is answered at most, and its answer is good for nothing either.
  const raced = await newCode(phone)
  const all = await Promise.all(Array.from({ length: 6 }, () => exchange(house.url, phone, { ...raced })))
  const won = all.filter(({ status }) => status === 200)
  assert.ok(won.length <= 1)
  for (const { body } of won) assert.equal((await userInfo(house.url, body.access_token))[0], 401)
})

test('a request that was begun in another browser, answered before or forged is asked of nobody', async () => {
  const link = linkOf(house.url, wiki, newPkce().challenge)
  const attacker = await come(house, 'Mallory')
  const ticket = await attacker.ticket(link)
  // The link with what the attacker began, opened by somebody who is signed in.
  assert.equal(await codeOf(await ada.asked(ticket)), 'expired_request')
  assert.equal(await codeOf(await ada.decide(ticket)), 'expired_request')
  const own = await ada.ticket(link)
  const [secret] = ada.cookies.get('freehold_authorise') ?? ''
  assert.ok(secret)
  assert.equal(await codeOf(await ada.asked(`${own.slice(0, -2)}AA`)), 'expired_request')
  // Two windows of one browser do not end each other's.
  const second = await ada.ticket(link)
  assert.equal(await codeOf(await ada.asked(own)), 'ok')
  const body = { ticket: own, allow: true }
  const forged = [
    { 'x-csrf-token': 'A'.repeat(43) },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
  ]
  for (const headers of forged)
    assert.equal(await codeOf(await ada.send('POST', '/api/authorisations', body, headers)), 'csrf')
  const byKey = { cookie: `freehold_authorise=${ada.cookies.get('freehold_authorise') ?? ''}` }
  assert.equal(await codeOf(await house.post('/api/authorisations', body, byKey)), 'invalid')
  assert.equal(await codeOf(await ada.decide(own)), 'ok')
  assert.equal(await codeOf(await ada.decide(own)), 'conflict')
  assert.equal(await codeOf(await ada.decide(second)), 'ok')
})

test('an application of one tenant signs in nobody of another', async () => {
  const made = await house.post('/api/tenants', { slug: 'north' })
  const { token } = (await made.json()) as { token: string }
  const nora = new Visitor(house.url)
  await nora.join(token, { tenant: 'north', name: 'Nora' })
  const ticket = await nora.ticket(linkOf(house.url, wiki, newPkce().challenge))
  assert.equal(await codeOf(await nora.asked(ticket)), 'not_allowed')
  assert.equal(await codeOf(await nora.decide(ticket)), 'not_allowed')
  const key = (await (await nora.send('POST', '/api/keys', { name: 'k', scopes: ['*'] })).json()) as {
    key: string
  }
  const own = await register(house, 'clinic', {}, { authorization: `Bearer ${key.key}` })
  const form = await newCode(own, nora)
  assert.equal((await exchange(house.url, wiki, { ...form })).body.error, 'invalid_grant')
  const [, sub] = await userInfo(house.url, await redeemed(own, form))
  assert.match(sub ?? '', /^[\w-]{22}$/)
})

test('an application that wants a newer sign-in gets one', async () => {
  const visitor = await come(house, 'Berta')
  await asSuperuser(house.data, (db) =>
    db.query("UPDATE session SET created_at = created_at - interval '1 hour' WHERE account_id = $1", [
      visitor.principal,
    ]),
  )
  for (const wish of [{ prompt: 'login' }, { max_age: '600' }]) {
    const ticket = await visitor.ticket(linkOf(house.url, wiki, newPkce().challenge, wish))
    assert.equal(((await (await visitor.asked(ticket)).json()) as { again: boolean }).again, true)
    assert.equal(await codeOf(await visitor.decide(ticket)), 'not_allowed')
  }
  const patient = await visitor.ticket(linkOf(house.url, wiki, newPkce().challenge, { max_age: '7200' }))
  assert.equal(await codeOf(await visitor.decide(patient)), 'ok')
  const ticket = await visitor.ticket(linkOf(house.url, wiki, newPkce().challenge, { prompt: 'login' }))
  await visitor.signIn('Berta')
  assert.equal(await codeOf(await visitor.decide(ticket)), 'ok')
})

test('what a directory knows of a person is told by the scopes that were allowed, and groups by their names', async () => {
  const key = await house.key('--scope', 'scim')
  const user = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'olga',
    emails: [{ value: 'olga@home.example' }, { value: 'olga@example.org', primary: true }],
  }
  const scim = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' }
  const made = await fetch(`${house.url}/scim/v2/Users`, {
    method: 'POST',
    headers: scim,
    body: JSON.stringify(user),
  })
  assert.equal(made.status, 201, await made.clone().text())
  const { id } = (await made.json()) as { id: string }
  const group = await asked<{ id: string }>('POST', '/api/groups', { name: 'Nurses' })
  await asked('PUT', `/api/groups/${group.id}/members/${id}`)
  const reset = await asked<{ token: string }>('POST', `/api/users/${id}/password-link`)
  const olga = new Visitor(house.url)
  await olga.join(reset.token)
  const told = async (scope: string): Promise<object> => {
    const token = await redeemed(wiki, await newCode(wiki, olga, { scope }))
    const answer = await fetch(`${house.url}/oidc/userinfo`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const { sub: _, ...rest } = (await answer.json()) as { sub: string }
    return rest
  }
  assert.deepEqual(await told('openid'), {})
  assert.deepEqual(await told('openid email'), { email: 'olga@example.org' })
  assert.deepEqual(await told('openid groups'), { groups: ['Nurses'] })
})

test('whoever signs out, is shut out or loses the application ends what it learnt at once', async () => {
  const ends: Readonly<Record<string, (visitor: Visitor, application: Application) => Promise<unknown>>> = {
    'signing out': (visitor) => visitor.send('DELETE', '/api/session'),
    'a shut account': ({ principal }) => asked('PATCH', `/api/users/${principal}`, { disabled: true }),
    'a disabled application': (_, { id }) =>
      asked('PATCH', `/api/service-accounts/${id}`, { disabled: true }),
    'a deleted application': (_, { id }) => asked('DELETE', `/api/service-accounts/${id}`),
  }
  for (const [what, end] of Object.entries(ends)) {
    const visitor = await come(house, `Somebody before ${what}`)
    const application = await register(house, `An application before ${what}`, { isPublic: true })
    const waiting = await newCode(application, visitor)
    const token = await redeemed(application, await newCode(application, visitor))
    assert.equal((await userInfo(house.url, token))[0], 200, what)
    await end(visitor, application)
    assert.match(
      (await exchange(house.url, application, { ...waiting })).body.error ?? '',
      /^invalid_(grant|client)$/,
      what,
    )
    assert.equal((await userInfo(house.url, token))[0], 401, what)
  }
})

test('a flood of refused requests is counted, and leaves one event of a kind on record', async () => {
  const noisy = await register(house, 'noisy')
  for (let times = 0; times < 20; times += 1)
    await exchange(house.url, noisy, {
      code: 'x',
      code_verifier: 'x'.repeat(43),
      redirect_uri: 'https://a.example',
    })
  await ada.begin(linkOf(house.url, noisy, newPkce().challenge, { response_type: 'token' }))
  const refused = async (): Promise<readonly object[]> =>
    (await eventsOf('oidc.refused', noisy)).map(({ detail }) => detail)
  while ((await refused()).length < 2);
  assert.deepEqual(await refused(), [
    { endpoint: 'authorize', reason: 'unsupported_response_type', count: 1 },
    { endpoint: 'token', reason: 'invalid_grant', count: 1 },
  ])
  const figures = await house.metrics()
  assert.match(figures, /freehold_oidc_tokens_total\{outcome="invalid_grant"\} \d\d/)
  for (const outcome of ['asked', 'allowed', 'denied', 'unsupported_response_type'])
    assert.match(figures, new RegExp(`freehold_oidc_authorisations_total\\{outcome="${outcome}"\\} \\d`))
})

test('nothing of it is for a frame, for a script of another site or for a cache', async () => {
  const answers = [
    await fetch(linkOf(house.url, wiki, newPkce().challenge), {
      redirect: 'manual',
      headers: { origin: 'https://evil.example' },
    }),
    await fetch(`${house.url}/oidc/userinfo`, { headers: { origin: 'https://evil.example' } }),
  ]
  for (const { headers } of answers) {
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    assert.equal(headers.get('access-control-allow-origin'), null)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
  }
  assert.match(answers[0]?.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Lax/)
  assert.equal(answers[1]?.headers.get('www-authenticate'), 'Bearer')
  const page = await fetch(house.url)
  assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
})
