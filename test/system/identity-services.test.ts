import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serviceAccountChange, serviceAccountInput } from '@freehold/contract/service-accounts.ts'
import { NO_TOKENS } from '../../packages/server/src/identity/access-tokens.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { Codes } from '../../packages/server/src/identity/issuer/codes.ts'
import { RefusalEvents } from '../../packages/server/src/identity/issuer/refusal-events.ts'
import { scopesOf } from '../../packages/server/src/identity/authorise.ts'
import { codeOf, cookieOf, openGround } from './identity-house.ts'
import type { Ground, Replica } from './identity-house.ts'
import { linkOf, newPkce } from './sign-on-house.ts'

let ground: Ground
before(async () => {
  ground = await openGround()
})
after(() => ground.close())

const bearer = ({ key }: { readonly key: string }) => ({ authorization: `Bearer ${key}` })
const REQUEST = 'req_0123456789abcdef01234567'

const make = (house: Replica, wish: object = {}, caller: Caller = house.operator) =>
  house.identity.services.create(
    { caller, request: REQUEST },
    serviceAccountInput.parse({ name: 'nightly report', ...wish }),
  )
const change = (house: Replica, id: string, wish: object, caller: Caller = house.operator) =>
  house.identity.services.change({ caller, request: REQUEST }, id, serviceAccountChange.parse(wish))

async function auditOf(replica: Replica, subject: string): Promise<unknown[]> {
  const { rows } = await ground.sql.query<{ action: string; actor: string; detail: unknown }>(
    'SELECT action, actor, detail FROM audit_event WHERE tenant_id = $1 AND subject = $2 ORDER BY id',
    [replica.store.home, subject],
  )
  return rows.map(({ action, actor, detail }) => [action, actor, detail])
}

test('a key of a service account may do what the service account may, and counts against its limits', async () => {
  const house = await ground.open()
  const limits = { rpm: 30 }
  const wish = { scopes: ['model', 'requests'], class: 'confidential', ceiling: 'confidential', limits }
  const service = await make(house, wish)
  const key = await house.createKey({
    service: service.id,
    scopes: ['*'],
    class: 'confidential',
    ceiling: 'confidential',
  })
  const caller = house.get(bearer(key))
  assert.deepEqual(caller.roles, ['member'])
  assert.deepEqual([...scopesOf(caller)].toSorted(), ['model', 'requests'])
  assert.deepEqual([caller.baseClass, caller.classCeiling], ['confidential', 'confidential'])
  assert.deepEqual(caller.budgets, [{ id: `service:${service.id}`, limits }])
  const { data } = await house.identity.listKeys(house.operator, { limit: 50 })
  assert.deepEqual(
    data.map(({ id, creator }) => [id, creator]),
    [[key.id, service.id]],
  )
})

test('its keys outlive whoever made them', async () => {
  const house = await ground.open()
  const { view } = await house.claim()
  const service = await make(house)
  const owner = {
    ...house.operator,
    principal: { kind: 'user', id: view.caller.principal, name: '' },
  } as const
  const key = await house.createKey({ service: service.id }, owner)
  await ground.sql.query('UPDATE account SET disabled_at = now() WHERE tenant_id = $1', [house.store.home])
  const there = await ground.open({ tenant: house.store.home })
  assert.equal(there.get(bearer(key)).principal.id, key.id)
})

test('disabling opens nothing here at once, enabling opens it again, deleting revokes for good', async () => {
  const house = await ground.open()
  const service = await make(house)
  const key = await house.createKey({ service: service.id, scopes: ['model', 'knowledge'] })
  assert.equal((await change(house, service.id, { disabled: true })).disabledAt !== null, true)
  assert.equal(await codeOf(() => house.get(bearer(key))), 'unidentified')
  assert.equal(await codeOf(() => house.createKey({ service: service.id })), 'not_found')
  await change(house, service.id, { disabled: false })
  assert.equal(house.get(bearer(key)).principal.id, key.id)
  await house.identity.services.delete({ caller: house.operator, request: REQUEST }, service.id)
  assert.equal(await codeOf(() => house.get(bearer(key))), 'unidentified')
  const [shown] = (await house.identity.listKeys(house.operator, { limit: 50 })).data
  assert.equal(typeof shown?.revokedAt, 'string')
  const grant = {
    role: 'member',
    class: 'internal',
    ceiling: 'restricted',
    limits: [],
    keys: 0,
    certificate: false,
    resources: 0,
    redirectUris: 0,
    public: false,
  }
  const scopes = ['model', 'service', 'knowledge', 'conversations', 'skills', 'requests']
  assert.deepEqual(await auditOf(house, service.id), [
    ['service_account.created', 'local-operator', { ...grant, scopes }],
    ['service_account.disabled', 'local-operator', {}],
    ['service_account.enabled', 'local-operator', {}],
    ['service_account.deleted', 'local-operator', { role: 'member', keys: 1 }],
  ])
})

test('what is changed counts for keys that are there, on other replicas too', async () => {
  const house = await ground.open()
  const service = await make(house)
  const key = await house.createKey({ service: service.id, scopes: ['*'] })
  const changed = await change(house, service.id, {
    scopes: ['model'],
    class: 'confidential',
    name: 'nightly',
  })
  assert.deepEqual([changed.name, changed.scopes], ['nightly', ['model']])
  const there = await ground.open({ tenant: house.store.home })
  for (const replica of [house, there]) {
    const caller = replica.get(bearer(key))
    assert.deepEqual([[...scopesOf(caller)], caller.baseClass], [['model'], 'confidential'])
  }
})

test('nobody makes, changes or speaks for a service account that may do more than they may', async () => {
  const house = await ground.open()
  const people = await house.createKey({ scopes: ['people', 'keys', 'model'], ceiling: 'confidential' })
  const caller = house.get(bearer(people))
  const low = { scopes: ['model'], ceiling: 'confidential' }
  const cases: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    [
      'a role with more',
      () => make(house, { ...low, role: 'auditor', scopes: ['audit'] }, caller),
      'not_allowed',
    ],
    ['every scope', () => make(house, { ...low, scopes: ['*'] }, caller), 'not_allowed'],
    ['a higher ceiling', () => make(house, { ...low, ceiling: 'restricted' }, caller), 'above_ceiling'],
    ['a lower class', () => make(house, { ...low, class: 'public' }, caller), 'not_allowed'],
    ['a class above its ceiling', () => make(house, { class: 'restricted', ceiling: 'public' }), 'invalid'],
    ['a role that is not there', () => make(house, { role: 'nobody' }), 'invalid'],
  ]
  for (const [what, attempt, code] of cases) assert.equal(await codeOf(attempt), code, what)
  const mine = await make(house, low, caller)
  assert.deepEqual(mine.scopes, ['model'])
  const strong = await make(house, { name: 'strong', role: 'admin', scopes: ['*'] })
  const attempts = [
    () => change(house, strong.id, { scopes: ['model'] }, caller),
    () => change(house, mine.id, { role: 'admin', scopes: ['*'] }, caller),
    () => house.identity.services.delete({ caller, request: REQUEST }, strong.id),
    () => house.createKey({ service: strong.id, scopes: ['model'], ceiling: 'confidential' }, caller),
  ]
  for (const attempt of attempts) assert.equal(await codeOf(attempt), 'not_allowed')
  const withoutPeople = house.get(bearer(await house.createKey({ scopes: ['keys', 'model'] })))
  assert.equal(await codeOf(() => house.createKey({ service: mine.id }, withoutPeople)), 'not_allowed')
})

test('a service account that looks after people does not change itself', async () => {
  const house = await ground.open()
  const service = await make(house, { role: 'admin', scopes: ['*'] })
  const itself = house.get(bearer(await house.createKey({ service: service.id, scopes: ['*'] })))
  assert.equal(await codeOf(() => change(house, service.id, { ceiling: 'internal' }, itself)), 'not_allowed')
  assert.equal(
    await codeOf(() => house.identity.services.delete({ caller: itself, request: REQUEST }, service.id)),
    'not_allowed',
  )
})

test('a name is taken once, and neither it nor the account reaches another tenant', async () => {
  const house = await ground.open()
  const service = await make(house)
  assert.equal(await codeOf(() => make(house, { name: 'Nightly Report' })), 'conflict')
  const neighbour = await ground.open()
  await make(neighbour)
  assert.equal(await codeOf(() => change(neighbour, service.id, { disabled: true })), 'not_found')
  assert.equal(await codeOf(() => neighbour.createKey({ service: service.id })), 'not_found')
  const { rows } = await ground.sql.query<{ row: string }>(
    'SELECT service_account::text AS row FROM service_account',
  )
  assert.ok(rows.length > 1)
  assert.doesNotMatch(JSON.stringify(rows), /nightly/i)
})

test('a role that a service account has cannot be deleted', async () => {
  const house = await ground.open()
  const by = { caller: house.operator, request: REQUEST }
  await house.identity.people.putRole(by, 'reporter', { scopes: ['model'] })
  const service = await make(house, { role: 'reporter' })
  assert.equal(await codeOf(() => house.identity.people.deleteRole(by, 'reporter')), 'conflict')
  await house.identity.services.delete(by, service.id)
  await house.identity.people.deleteRole(by, 'reporter')
})

test('one with a limit that this version does not know opens nothing', async () => {
  const house = await ground.open()
  const service = await make(house)
  const key = await house.createKey({ service: service.id })
  await ground.sql.query(`UPDATE service_account SET limits = '{"watts": 5}' WHERE id = $1`, [service.id])
  const there = await ground.open({ tenant: house.store.home })
  assert.equal(await codeOf(() => there.get(bearer(key))), 'unidentified')
})

/** The code that somebody has allowed an application. */
async function allowed(house: Replica, application: string, cookie: string): Promise<string> {
  const { authorisations } = house.identity
  const to = { id: application, key: null, redirectUri: 'https://wiki.example/back' }
  const { searchParams } = linkOf('http://h/', to, newPkce().challenge)
  const begun = authorisations.begin(searchParams, { headers: {}, method: 'GET' })
  const ticket = new URL(begun.location).hash.replace('#authorise=', '')
  const headers = { cookie: `${cookie}; ${begun.cookie?.split(';')[0] ?? ''}` }
  const by = { caller: house.get({ cookie }), request: REQUEST, asking: { headers, method: 'POST' } }
  const { location } = await authorisations.decide(by, { ticket, allow: true })
  return new URL(location).searchParams.get('code') ?? ''
}

test('a code that two replicas are asked for at once is good for one of them, and what came of it is ended', async () => {
  const house = await ground.open()
  const { cookie } = cookieOf(await house.claim())
  const { id } = await make(house, { public: true, redirectUris: ['https://wiki.example/back'] })
  const there = await ground.open({ tenant: house.store.home })
  const codes = [house, there].map(
    ({ store, identity, hands }) =>
      new Codes({
        store,
        clock: { now: () => hands.now },
        roster: () => identity.roster,
        tokens: NO_TOKENS,
        lasting: 'https://freehold.example/mcp',
      }),
  )
  for (let times = 0; times < 5; times += 1) {
    const code = await allowed(house, id, cookie)
    const found = await Promise.all(codes.map((one) => one.find(code)))
    const [authorisation] = found
    assert.ok(authorisation && found.every((one) => one?.id === authorisation.id))
    const won = await Promise.all(codes.map((one) => one.redeem(code)))
    assert.deepEqual(new Set(won), new Set([false, true]))
    for (const one of codes) assert.equal(await one.person(id, authorisation.id), null)
  }
  // And without anybody to compete with it is good.
  const code = await allowed(house, id, cookie)
  const found = await codes[1]?.find(code)
  assert.equal(await codes[1]?.redeem(code), true)
  assert.equal((await codes[0]?.person(id, found?.id ?? ''))?.claims.name, 'Anna Żółw')
  const rows = await ground.sql.query("SELECT 1 FROM audit_event WHERE action = 'authorisation.replayed'")
  assert.equal(rows.rowCount, 5)
})

test('what has run out is swept, and nothing of a request stands in the database in clear', async () => {
  const house = await ground.open()
  const { cookie } = cookieOf(await house.claim())
  const { id } = await make(house, { public: true, redirectUris: ['https://wiki.example/back'] })
  const rowsOf = async (): Promise<readonly string[]> => {
    const { rows } = await ground.sql.query<{ row: string }>(
      'SELECT one::text AS row FROM authorisation AS one WHERE application_id = $1',
      [id],
    )
    return rows.map(({ row }) => row)
  }
  const code = await allowed(house, id, cookie)
  const [row = ''] = await rowsOf()
  const plain = (text: string): string => Buffer.from(text).toString('hex')
  for (const word of ['wiki.example', 'a state', 'openid', code]) {
    assert.ok(!row.includes(word) && !row.includes(plain(word)), word)
  }
  // By the clock of the house, which stands still: that of the database is past it by as long as the test has run.
  await ground.sql.query('UPDATE authorisation SET expires_at = $1', [new Date(house.hands.now - 1)])
  await allowed(house, id, cookie)
  assert.equal((await rowsOf()).length, 1)
})

test('refusals of a kind leave one event at once, and the others as a count', async () => {
  const house = await ground.open()
  const parts = { store: house.store, clock: { now: () => house.hands.now }, onBug: assert.ifError }
  const events = new RefusalEvents(parts)
  const client = { tenant: house.store.home, id: crypto.randomUUID() }
  for (let times = 0; times < 500; times += 1) {
    events.note({ endpoint: 'token', reason: 'invalid_grant', client })
    events.note({ endpoint: 'token', reason: `no word of ours ${times % 2}`, client: null })
  }
  await events.close()
  const told = (count: number, reason = 'invalid_grant') => ({ endpoint: 'token', reason, count })
  assert.deepEqual(await auditOf(house, client.id), [
    ['oidc.refused', 'anonymous', told(1)],
    ['oidc.refused', 'anonymous', told(499)],
  ])
  const { rows } = await ground.sql.query<{ detail: { count: number } }>(
    "SELECT detail FROM audit_event WHERE tenant_id = $1 AND action = 'oidc.refused' AND subject IS NULL ORDER BY id",
    [house.store.home],
  )
  assert.deepEqual(
    rows.map(({ detail }) => detail),
    [told(1, 'unknown'), told(499, 'unknown')],
  )
})
