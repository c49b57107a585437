import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SCIM_USER } from '@freehold/contract/scim-attributes.ts'
import { SCIM_PATCH } from '@freehold/contract/scim.ts'
import type { ConnectionSetting } from '../../packages/server/src/kernel/config/connection-keys.ts'
import { loadConfig } from '../../packages/server/src/kernel/config/config.ts'
import type { FederatedHouse } from './federation-house.ts'
import { connection, openFederated, refusal, signIn } from './federation-house.ts'
import type { HostileProvider } from './hostile-provider.ts'
import { openProvider } from './hostile-provider.ts'
import type { Ground } from './identity-house.ts'
import { codeOf, cookieOf, openGround } from './identity-house.ts'

let ground: Ground
let provider: HostileProvider

before(async () => {
  provider = await openProvider()
  ground = await openGround()
})
after(async () => {
  await ground.close()
  await provider.close()
})

/** A house with a directory, whose people come in by the claim `oid`. */
async function openHouse(wish: object = { scimClaim: 'oid', create: false }): Promise<FederatedHouse> {
  const house = await openFederated(ground, provider)
  house.settings = [connection(provider.issuer, wish)]
  return house
}

const by = (house: FederatedHouse) => ({ caller: house.replica.operator, request: 'req_test' })

async function provision(house: FederatedHouse, wish: object = {}): Promise<string> {
  const body = { schemas: [SCIM_USER], userName: `u-${crypto.randomUUID()}`, ...wish }
  const { location } = await house.replica.identity.provisioning.createUser(by(house), body, {})
  return location.split('/').at(-1) ?? ''
}

const change = (house: FederatedHouse, id: string, path: string, value: unknown) =>
  house.replica.identity.provisioning.patchUser(by(house), id, {
    body: { schemas: [SCIM_PATCH], Operations: [{ op: 'replace', path, value }] },
    selection: {},
  })

/** Who somebody is after the way to the provider and back. */
async function entered(house: FederatedHouse, claims: object): Promise<string | null> {
  const { cookie } = await signIn(house, claims)
  return cookie === null ? null : house.replica.get(cookieOf({ cookie })).principal.id
}

test('whom the directory has made comes in by the claim that is the externalId, the first time and afterwards', async () => {
  const house = await openHouse()
  const anna = await provision(house, { externalId: 'o-1' })
  assert.equal(await entered(house, { sub: 's-1', oid: 'o-1' }), anna)
  // From then on by connection, issuer and subject alone.
  assert.equal(await entered(house, { sub: 's-1', oid: 'another' }), anna)
})

test('nobody comes in by a name, an address or an id that stands elsewhere', async () => {
  const house = await openHouse()
  const anna = await provision(house, {
    userName: 'anna@example.org',
    externalId: 'o-1',
    emails: [{ value: 'anna@example.org', type: 'work', primary: true }],
  })
  for (const claims of [
    { sub: 'anna@example.org', email: 'anna@example.org', preferred_username: 'anna@example.org' },
    { sub: 'o-1' },
    { sub: 's', oid: 'O-1' },
    { sub: 's', oid: ['o-1'] },
    { sub: 's', oid: '' },
    { sub: anna, oid: anna },
    { sub: 's', externalId: 'o-1', userName: 'anna@example.org' },
  ])
    assert.equal(await refusal(signIn(house, claims)), 'no_account', JSON.stringify(claims))
  assert.equal(await entered(house, { sub: 's', oid: 'o-1' }), anna)
})

test('without the claim in the configuration the directory opens nothing to anybody', async () => {
  const house = await openHouse({ create: false })
  await provision(house, { externalId: 'o-1' })
  assert.equal(await refusal(signIn(house, { sub: 'o-1', oid: 'o-1' })), 'no_account')
})

test('somebody deactivated is turned away by the provider’s door too, until the directory says otherwise', async () => {
  const house = await openHouse()
  const anna = await provision(house, { externalId: 'o-1' })
  const { cookie } = await signIn(house, { sub: 's-1', oid: 'o-1' })
  assert.ok(cookie)
  await change(house, anna, 'active', false)
  assert.equal(await codeOf(() => house.replica.get(cookieOf({ cookie }))), 'unidentified')
  assert.equal(await refusal(signIn(house, { sub: 's-1', oid: 'o-1' })), 'no_account')
  const never = await provision(house, { externalId: 'o-2', active: false })
  assert.equal(await refusal(signIn(house, { sub: 's-2', oid: 'o-2' })), 'no_account')
  await change(house, anna, 'active', true)
  await change(house, never, 'active', true)
  assert.equal(await entered(house, { sub: 's-1', oid: 'o-1' }), anna)
  assert.equal(await entered(house, { sub: 's-2', oid: 'o-2' }), never)
})

test('when the directory says that it is another person, the former one is out and the new one comes in', async () => {
  const house = await openHouse()
  const seat = await provision(house, { externalId: 'o-1' })
  const { cookie } = await signIn(house, { sub: 's-1', oid: 'o-1' })
  assert.ok(cookie)
  await change(house, seat, 'externalId', 'o-2')
  assert.equal(await codeOf(() => house.replica.get(cookieOf({ cookie }))), 'unidentified')
  assert.equal(await refusal(signIn(house, { sub: 's-1', oid: 'o-1' })), 'no_account')
  assert.equal(await entered(house, { sub: 's-2', oid: 'o-2' }), seat)
})

test('who has come in before the directory heard of them stays who they are', async () => {
  const house = await openHouse({ scimClaim: 'oid', create: true })
  const first = await entered(house, { sub: 's-1', oid: 'o-1', preferred_username: 'Anna' })
  const later = await provision(house, { externalId: 'o-1' })
  assert.notEqual(first, later)
  assert.equal(await entered(house, { sub: 's-1', oid: 'o-1' }), first)
})

test('one tenant’s directory neither sees nor opens anything of another', async () => {
  const [house, other] = [await openHouse(), await openHouse()]
  const anna = await provision(house, { externalId: 'o-1', userName: 'anna' })
  const { provisioning } = other.replica.identity
  assert.equal(await refusal(provisioning.readUser(by(other), anna, {})), 'not_found')
  assert.equal(await refusal(provisioning.deleteUser(by(other), anna)), 'not_found')
  assert.equal(await refusal(change(other, anna, 'active', false)), 'not_found')
  const list = await provisioning.list(by(other), { filter: 'userName eq "anna"' })
  assert.equal(list.totalResults, 0)
  assert.equal(await refusal(signIn(other, { sub: 's', oid: 'o-1' })), 'no_account')
  const twin = await provision(other, { externalId: 'o-1', userName: 'anna' })
  assert.equal(await entered(other, { sub: 's', oid: 'o-1' }), twin)
  assert.equal(await entered(house, { sub: 's', oid: 'o-1' }), anna)
})

test('what the directory told is not readable in the database', async () => {
  const house = await openHouse()
  const secret = `Kanarienvogel${crypto.randomUUID().replaceAll('-', '')}`
  await provision(house, { userName: secret, externalId: secret, displayName: secret })
  const { rows } = await ground.sql.query('SELECT row_to_json(p)::text AS text FROM provisioned_user p')
  assert.ok(rows.length > 0)
  const hex = Buffer.from(secret).toString('hex')
  for (const { text } of rows as readonly { text: string }[])
    assert.equal(text.includes(secret) || text.includes(hex), false)
})

test('a claim that is a name, and a second directory, are refused when the configuration is read', () => {
  const problem = (...wishes: readonly object[]): string => {
    const connections = wishes.map((wish, at) =>
      Object.assign({ id: `c${at}`, name: 'x', issuer: `https://${at}.example.org`, clientId: 'x' }, wish),
    )
    try {
      const text = JSON.stringify({ identity: { connections } })
      const found: readonly ConnectionSetting[] = loadConfig({ file: 'f.yaml', cwd: '/', text, env: {} })
        .config.identity.connections
      return found.map(({ scimClaim }) => scimClaim).join()
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  for (const scimClaim of ['email', 'name', 'preferred_username', 'upn'])
    assert.match(problem({ scimClaim }), /must not be a name or an address/)
  assert.match(problem({ scimClaim: 'sub' }, { scimClaim: 'oid' }), /SCIM serves one directory/)
  assert.equal(problem({ scimClaim: 'oid' }, {}), 'oid,')
})
