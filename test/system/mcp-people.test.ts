import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { OAuthClientProvider, OAuthTokens } from '@modelcontextprotocol/client'
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'
import type { FaultBody } from '@freehold/contract/fault-body.ts'
import { asSuperuser } from './cluster.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway } from './gateway-house.ts'
import type { Application, Code, Visitor } from './sign-on-house.ts'
import { codeFor, come, exchange, register, userInfo } from './sign-on-house.ts'

const PAYROLL = 'https://payroll.example/'
const BACK = 'http://127.0.0.1/back'
let house: GatewayHouse
let resource: string
/** It can keep no key, as programs on people’s own machines cannot. */
let desktop: Application

before(async () => {
  house = await openGateway({}, { key: ['--scope', '*'] })
  resource = `${house.url}/mcp`
  desktop = await register(house, 'desktop', { isPublic: true, redirectUri: BACK, resources: [resource] })
})
after(() => house.close())

const codeOf = async (answer: Response): Promise<string> =>
  answer.ok ? 'ok' : ((await answer.json()) as FaultBody).error.code
const newCode = (application: Application, person: Visitor, more: object = {}): Promise<Code> =>
  codeFor(house.url, { application, person, ...more })
const redeemed = async (application: Application, form: Code): Promise<string> => {
  const { body } = await exchange(house.url, application, { ...form })
  return body.access_token ?? assert.fail(body.error)
}
const at = (token = ''): Promise<Response> =>
  fetch(resource, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  })

/** A desktop program that a person let act; what it holds afterwards. */
async function connected(person: Visitor): Promise<{ readonly access: string; readonly refresh: string }> {
  const { body } = await exchange(house.url, desktop, { ...(await newCode(desktop, person, { resource })) })
  return { access: body.access_token ?? '', refresh: body.refresh_token ?? assert.fail(body.error) }
}
const renew = (refresh: string, more: Readonly<Record<string, string>> = {}, by = desktop) =>
  exchange(house.url, by, { grant_type: 'refresh_token', refresh_token: refresh, ...more })

interface Listed {
  readonly id: string
  readonly application: { readonly name: string }
  readonly resource: string
}
async function programsOf(person: Visitor): Promise<readonly Listed[]> {
  const answer = await person.send('GET', '/api/authorisations')
  return ((await answer.json()) as { readonly data: readonly Listed[] }).data
}

test('a program that a person lets act is that person at /mcp, nowhere else, and until they sign out', async () => {
  const agent = await register(house, 'agent', { resources: [resource] })
  const wiki = await register(house, 'wiki', { resources: [PAYROLL] })
  const metadata = await fetch(`${house.url}/.well-known/oauth-protected-resource/mcp`)
  assert.equal(((await metadata.json()) as { resource: string }).resource, resource)
  const person = await come(house, 'Grace Hopper')
  const text = await redeemed(agent, await newCode(agent, person, { resource }))
  const listed = await at(text)
  assert.equal(listed.status, 200)
  assert.match(await listed.text(), /search_knowledge/)
  const elsewhere = await fetch(`${house.url}/api/session`, { headers: { authorization: `Bearer ${text}` } })
  assert.equal(await codeOf(elsewhere), 'unidentified')
  assert.equal((await userInfo(house.url, text))[0], 401)
  // A token for another service, and one that says who somebody is, open nothing there.
  const others = [
    await redeemed(wiki, await newCode(wiki, person, { resource: PAYROLL })),
    await redeemed(wiki, await newCode(wiki, person)),
  ]
  for (const other of others) assert.equal((await at(other)).status, 401)
  assert.deepEqual(
    await exchange(house.url, wiki, { ...(await newCode(wiki, person)), resource }).then(
      ({ body }) => body.error,
    ),
    'invalid_target',
  )
  // In its own name it comes as the service account.
  const own = await exchange(house.url, agent, { grant_type: 'client_credentials', resource })
  assert.equal((await at(own.body.access_token ?? '')).status, 200)
  assert.equal((await person.send('DELETE', '/api/session')).status, 204)
  assert.equal((await at(text)).status, 401)
})

/** What a program of the official SDK keeps between its starts. */
class Kept implements OAuthClientProvider {
  readonly #person: Visitor
  held: OAuthTokens | undefined
  sentTo: URL | undefined
  refreshed = 0
  #verifier = ''
  constructor(person: Visitor) {
    this.#person = person
  }
  readonly redirectUrl = BACK
  get clientMetadata() {
    return { redirect_uris: [BACK], scope: 'openid', token_endpoint_auth_method: 'none' }
  }
  clientInformation = () => ({ client_id: desktop.id })
  tokens = () => this.held
  saveTokens(tokens: OAuthTokens): void {
    this.refreshed += this.held === undefined ? 0 : 1
    this.held = tokens
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier
  }
  codeVerifier = () => this.#verifier
  async redirectToAuthorization(link: URL): Promise<void> {
    this.sentTo = await this.#person.allow(link)
  }
}

test('a program of the official SDK stays connected when its access token has ended, without asking anybody', async () => {
  const person = await come(house, 'Katherine Johnson')
  const kept = new Kept(person)
  const open = async (): Promise<StreamableHTTPClientTransport> =>
    new StreamableHTTPClientTransport(new URL(resource), { authProvider: kept })
  const client = new Client({ name: 'desktop', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
  const first = await open()
  await assert.rejects(client.connect(first), UnauthorizedError)
  await first.finishAuth(kept.sentTo?.searchParams ?? assert.fail('nobody was asked'))
  const again = new Client({ name: 'desktop', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } })
  await again.connect(await open())
  assert.ok((await again.listTools()).tools.length > 0)
  kept.sentTo = undefined
  for (const round of [1, 2]) {
    // As it is when five minutes are over.
    kept.held = { ...(kept.held ?? assert.fail()), access_token: 'over' }
    assert.ok((await again.listTools()).tools.length > 0)
    assert.deepEqual([kept.refreshed, kept.sentTo], [round, undefined])
  }
  await again.close()
})

test('a refresh token is good once: the next one counts, and one that comes again later ends all that came of it', async () => {
  const person = await come(house, 'Dorothy Vaughan')
  const { access, refresh } = await connected(person)
  const next = await renew(refresh, { resource })
  const second = next.body.refresh_token ?? assert.fail(next.body.error)
  assert.notEqual(second, refresh)
  assert.deepEqual(
    [await at(access), await at(next.body.access_token)].map((one) => one.status),
    [200, 200],
  )
  // Whoever lost the answer, or asked twice at once, gets the same again.
  assert.equal((await renew(refresh)).body.refresh_token, second)
  const third = (await renew(second, { scope: 'openid profile' })).body.refresh_token ?? assert.fail()
  await asSuperuser(house.data, (db) =>
    db.query("UPDATE authorisation SET refreshed_at = refreshed_at - interval '11 seconds'"),
  )
  assert.equal((await renew(second)).body.error, 'invalid_grant')
  assert.equal((await renew(third)).body.error, 'invalid_grant')
  assert.equal((await at(access)).status, 401)
  const { data } = (await (await house.get('/api/audit?limit=200')).json()) as {
    data: readonly { action: string; subject: string }[]
  }
  const replayed = data.filter(({ action }) => action === 'authorisation.replayed')
  assert.deepEqual(
    replayed.map(({ subject }) => subject),
    [desktop.id],
  )
})

test('a refresh token is of one program and one place, and nobody makes one up', async () => {
  const person = await come(house, 'Mary Jackson')
  const { refresh } = await connected(person)
  const other = await register(house, 'other', { isPublic: true, redirectUri: BACK, resources: [resource] })
  assert.equal((await renew(refresh, {}, other)).body.error, 'invalid_grant')
  assert.equal((await renew(refresh, { resource: PAYROLL })).body.error, 'invalid_target')
  const bytes = Buffer.from(refresh, 'base64url')
  for (const at of [0, 20, 35, 40]) {
    const forged = Buffer.from(bytes)
    forged[at] = (forged[at] ?? 0) ^ 1
    assert.equal((await renew(forged.toString('base64url'))).body.error, 'invalid_grant', String(at))
  }
  // None of that was held against who has the true one.
  assert.equal((await renew(refresh)).status, 200)
  // Applications that only learn who somebody is, and services behind, have none.
  const wiki = await register(house, 'reader', { resources: [PAYROLL, resource] })
  for (const more of [{}, { resource: PAYROLL }]) {
    const { body } = await exchange(house.url, wiki, { ...(await newCode(wiki, person, more)) })
    assert.ok(body.access_token)
    assert.equal(body.refresh_token, undefined)
  }
})

test('a person sees which programs act in their name, and ends one at once; nobody else does', async () => {
  const person = await come(house, 'Annie Easley')
  const other = await come(house, 'Joan Clarke')
  assert.deepEqual(await programsOf(person), [])
  const { access, refresh } = await connected(person)
  const [one, ...more] = await programsOf(person)
  assert.deepEqual([one?.application.name, one?.resource, more], ['desktop', resource, []])
  assert.deepEqual(await programsOf(other), [])
  const end = (by: Visitor): Promise<Response> => by.send('DELETE', `/api/authorisations/${one?.id}`)
  assert.equal(await codeOf(await end(other)), 'not_found')
  assert.equal((await at(access)).status, 200)
  assert.equal((await end(person)).status, 204)
  assert.equal((await at(access)).status, 401)
  assert.equal((await renew(refresh)).body.error, 'invalid_grant')
  assert.deepEqual(await programsOf(person), [])
  // So does whoever signs out, is shut out, or loses the program.
  const ends: readonly ((by: Visitor) => Promise<unknown>)[] = [
    (by) => by.send('DELETE', '/api/session'),
    ({ principal }) =>
      fetch(`${house.url}/api/users/${principal}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${house.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ disabled: true }),
      }),
  ]
  for (const [at_, ending] of ends.entries()) {
    const whose = at_ === 0 ? person : other
    const held = await connected(whose)
    await ending(whose)
    assert.equal((await renew(held.refresh)).body.error, 'invalid_grant', String(at_))
    assert.equal((await at(held.access)).status, 401)
  }
})
