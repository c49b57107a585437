import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import type { AddressInfo } from 'node:net'
import { serviceAccountInput } from '@freehold/contract/service-accounts.ts'
import { AccessTokens, NO_TOKENS } from '../../packages/server/src/identity/access-tokens.ts'
import { Issuer } from '../../packages/server/src/identity/issuer/issuer.ts'
import {
  AHEAD_MS,
  BEHIND_MS,
  openSigningKeys,
  ROTATE_EVERY_MS,
} from '../../packages/server/src/identity/signing-keys.ts'
import { Mint } from '../../packages/server/src/identity/tokens.ts'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { openGround } from './identity-house.ts'
import type { Ground, Replica } from './identity-house.ts'
import { askFor, assertion, newKey } from './issuer-house.ts'
import type { TokenClient } from './issuer-house.ts'

const ISSUER = 'https://ai.example'
let ground: Ground
const servers: Server[] = []
before(async () => {
  ground = await openGround()
})
after(async () => {
  for (const server of servers) server.close()
  await ground.close()
})

/** A process whose clock the test turns. */
async function processOf({ store }: Replica, hands: { now: number }) {
  const clock = { now: () => hands.now }
  const keys = await openSigningKeys(store, clock)
  const mint = new Mint({ signer: () => keys.signer, clock, issuer: () => ISSUER })
  const token = (): string =>
    mint.tokenFor({ tenant: store.home, principal: { kind: 'key', id: 'k', name: null } }, 'vllm', 'internal')
  return { keys, token }
}

const kidsOf = ({ keys }: { keys: readonly { kid: string }[] }): readonly string[] =>
  keys.map(({ kid }) => kid)

test('a key is shown for a day before it signs and after it last did, whichever process looks', async () => {
  const house = await ground.open()
  const hands = { now: Date.UTC(2027, 0, 1) }
  const here = await processOf(house, hands)
  const there = await processOf(house, hands)
  /** What a target keeps that asks once a day. */
  let cached = here.keys.jwks
  let fetchedMs = hands.now
  const seen = new Set<string>()
  const endMs = hands.now + 3 * ROTATE_EVERY_MS + 5 * AHEAD_MS
  const signers: string[] = []
  for (; hands.now < endMs; hands.now += AHEAD_MS / 4) {
    for (const one of [here, there]) {
      await one.keys.refresh()
      const token = one.token()
      await jwtVerify(token, createLocalJWKSet({ keys: [...cached.keys] }), {
        issuer: ISSUER,
        audience: 'vllm',
        currentDate: new Date(hands.now),
      })
    }
    assert.deepEqual(kidsOf(here.keys.jwks), kidsOf(there.keys.jwks))
    assert.ok(here.keys.jwks.keys.length <= 2)
    if (signers.at(-1) !== here.keys.signer.kid) signers.push(here.keys.signer.kid)
    for (const kid of kidsOf(here.keys.jwks)) seen.add(kid)
    if (hands.now - fetchedMs >= (AHEAD_MS * 3) / 4) [cached, fetchedMs] = [here.keys.jwks, hands.now]
  }
  assert.equal(signers.length, 4)
  assert.equal(new Set(signers).size, 4)
  assert.ok(seen.size >= 4)
  const { rows } = await ground.sql.query<{ action: string; n: string }>(
    `SELECT action, count(*) AS n FROM audit_event WHERE tenant_id = $1 AND action LIKE 'signing_key.%'
     GROUP BY action ORDER BY action`,
    [house.store.home],
  )
  assert.deepEqual(
    rows.map(({ action, n }) => [action, Number(n)]),
    [
      ['signing_key.created', 4],
      ['signing_key.retired', 3],
    ],
  )
})

test('without the day ahead a target that keeps keys for a day would refuse', async () => {
  const house = await ground.open()
  const hands = { now: Date.UTC(2027, 0, 1) }
  const { keys } = await processOf(house, hands)
  const cached = keys.jwks
  hands.now += ROTATE_EVERY_MS
  await keys.refresh()
  const fresh = keys.jwks.keys.at(-1)?.kid ?? ''
  assert.equal(kidsOf(cached).includes(fresh), false)
  assert.notEqual(keys.signer.kid, fresh)
  hands.now += AHEAD_MS
  assert.equal(keys.signer.kid, fresh)
  assert.equal(keys.jwks.keys.length, 2)
  hands.now += BEHIND_MS
  await keys.refresh()
  assert.deepEqual(kidsOf(keys.jwks), [fresh])
})

test('an installation that was away for a year goes on with its old key until the new one is known', async () => {
  const house = await ground.open()
  const hands = { now: Date.UTC(2027, 0, 1) }
  const first = (await processOf(house, hands)).keys.signer.kid
  hands.now += 365 * 24 * 3_600_000
  const { keys } = await processOf(house, hands)
  assert.equal(keys.signer.kid, first)
  assert.equal(keys.jwks.keys.length, 2)
})

/** A replica of the issuer on a socket of its own. */
async function issuerOf({ store, identity }: Replica): Promise<string> {
  const clock = { now: () => Date.now() }
  const keys = await openSigningKeys(store, clock)
  const issuer = new Issuer({
    store,
    clock,
    keys,
    issuer: ISSUER,
    mutualTls: false,
    tokens: NO_TOKENS,
    authorisations: identity.authorisations,
    roster: () => identity.roster,
    asked() {},
    onBug() {},
  })
  const server = createServer((request, response) => {
    if (!issuer.serve(request, response)) response.writeHead(404).end('{}')
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function clientOf(house: Replica): Promise<TokenClient> {
  const { privateKey, publicKey } = newKey()
  const keys = [publicKey.export({ format: 'jwk' })]
  const by = { caller: house.operator, request: 'req_0123456789abcdef01234567' }
  const { id } = await house.identity.services.create(
    by,
    serviceAccountInput.parse({ name: 'nightly', keys }),
  )
  return { id, key: privateKey }
}

test('a proof that was used on one replica is refused on every other, also at the same moment', async () => {
  const here = await ground.open()
  const client = await clientOf(here)
  const there = await ground.open({ tenant: here.store.home })
  const urls = [await issuerOf(here), await issuerOf(there)] as const
  const proof = assertion(client, ISSUER)
  assert.equal((await askFor(urls[0], proof)).status, 200)
  for (const url of urls) assert.equal((await askFor(url, proof)).body.error, 'invalid_client')
  assert.equal((await askFor(urls[1], assertion(client, ISSUER))).status, 200)
  const raced = assertion(client, ISSUER)
  const answers = await Promise.all([...urls, ...urls, ...urls].map((url) => askFor(url, raced)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
})

test('what one replica issued the other takes, and each issue stands on record', async () => {
  const here = await ground.open()
  const client = await clientOf(here)
  const url = await issuerOf(here)
  const clock = { now: () => Date.now() }
  const tokens = new AccessTokens({
    keys: await openSigningKeys(here.store, clock),
    issuer: () => ISSUER,
    clock,
  })
  const there = await ground.open({ tenant: here.store.home, tokens })
  const { access_token: token } = (await askFor(url, assertion(client, ISSUER))).body
  const caller = there.get({ authorization: `Bearer ${token}` })
  assert.deepEqual(caller.principal, { kind: 'service', id: client.id, name: 'nightly' })
  const { rows } = await ground.sql.query(
    "SELECT actor, subject, detail FROM audit_event WHERE tenant_id = $1 AND action = 'token.issued'",
    [here.store.home],
  )
  assert.deepEqual(rows, [
    { actor: client.id, subject: client.id, detail: { grant: 'client_credentials', own: true } },
  ])
})

test('no audit, no token', async () => {
  const house = await ground.open()
  const client = await clientOf(house)
  const url = await issuerOf(house)
  await ground.sql.query('REVOKE INSERT ON audit_event FROM fh_app')
  try {
    const { status, body } = await askFor(url, assertion(client, ISSUER)).catch(() => ({
      status: 0,
      body: { access_token: undefined },
    }))
    assert.notEqual(status, 200)
    assert.equal(body.access_token, undefined)
  } finally {
    await ground.sql.query('GRANT INSERT ON audit_event TO fh_app')
  }
  assert.equal((await askFor(url, assertion(client, ISSUER))).status, 200)
})
