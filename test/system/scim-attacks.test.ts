import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ListAnswer, ScimAnswer, ScimHouse } from './scim-house.ts'
import { bearer, GROUP, openScim, patch, person, USER } from './scim-house.ts'

const OWNER = { name: 'Olga', password: 'correct horse battery' }

let here: ScimHouse
/** Of the owner, who was never anybody's to provision. */
let owner: { readonly id: string; readonly browser: Readonly<Record<string, string>> }
/** Somebody who was invited here, and a group that was made here. */
let local: { readonly id: string; readonly name: string }
let admins: string
/** A key that may do everything: for the positive controls. */
let master: ScimHouse['scim']

before(async () => {
  here = await openScim()
  master = here.as(here.house.apiKey)
  const token = new URL(here.house.claimUrl ?? '').hash.replace('#claim=', '')
  const claimed = await fetch(`${here.house.url}/api/claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...OWNER, token }),
  })
  const { caller, csrf } = (await claimed.json()) as { caller: { principal: string }; csrf: string }
  const cookie = claimed.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  owner = { id: caller.principal, browser: { cookie, 'x-csrf-token': csrf } }
  local = { id: await invited('Local Member'), name: 'Local Member' }
  admins = (await here.api<{ id: string }>('POST', '/api/groups', { name: 'Admins', roles: ['admin'] })).id
})
after(() => here.close())

async function invited(name: string): Promise<string> {
  const { token } = await here.api<{ token: string }>('POST', '/api/invitations', { name })
  const body = { token, password: 'copper lantern drifts' }
  const joined = await here.api<{ caller: { principal: string } }>(
    'POST',
    '/api/invitations/accept',
    body,
    {},
  )
  return joined.caller.principal
}

const newUser = async (wish: object = {}): Promise<string> =>
  (await here.scim('POST', '/Users', person(wish))).body.id
const newGroup = async (wish: object = {}): Promise<string> => {
  const body = { schemas: [GROUP], displayName: `g-${crypto.randomUUID()}`, ...wish }
  return (await here.scim('POST', '/Groups', body)).body.id
}
const verdict = ({ status, headers, body }: ScimAnswer): readonly [number, string | null, unknown] => [
  status,
  headers.get('x-freehold-fault'),
  body['scimType'],
]
/** Everything of an account that an attack could have changed. */
const account = (id: string) => here.api<object>('GET', `/api/users/${id}`)

const DEACTIVATE = patch({ op: 'replace', path: 'active', value: false })

test('without a key, or with one that is not for this, a directory learns nothing', async () => {
  const member = here.as(await here.makeKey(['model', 'people', 'keys']))
  const gone = await here.api<{ id: string; key: string }>('POST', '/api/keys', { scopes: ['scim'] })
  const revoked = here.as(gone.key)
  assert.equal((await revoked('GET', '/Users')).status, 200)
  await here.api('DELETE', `/api/keys/${gone.id}`)
  for (const path of ['/Users', '/Groups', '/Schemas', '/ServiceProviderConfig']) {
    const anonymous = await here.scim('GET', path, undefined, { authorization: '' })
    assert.deepEqual([anonymous.status, anonymous.headers.get('www-authenticate')], [401, 'Bearer'])
    assert.deepEqual(verdict(await revoked('GET', path)).slice(0, 2), [401, 'unidentified'])
    assert.deepEqual(verdict(await member('GET', path)).slice(0, 2), [403, 'not_allowed'])
    assert.equal((await here.scim('GET', path)).status, 200)
  }
})

test('a key of the directory opens nothing else', async () => {
  const headers = bearer(here.directoryKey)
  for (const [method, path, body] of [
    ['GET', '/api/users', undefined],
    ['GET', '/api/audit', undefined],
    ['GET', '/v1/models', undefined],
    ['POST', '/api/keys', {}],
    ['POST', '/api/invitations', {}],
    ['POST', `/api/users/${local.id}/password-link`, undefined],
  ] as const) {
    const attack = here.api(method, path, body, headers)
    await assert.rejects(attack, /"code":"not_allowed"/, path)
    await here.api(method, path, body)
  }
})

test('an account is not taken over by its name: not when made, not when renamed, however it is written', async () => {
  const mine = await newUser()
  const before = await account(owner.id)
  for (const userName of [OWNER.name, 'OLGA', 'olga', 'Ｏｌｇａ', local.name.toUpperCase()]) {
    const made = await here.scim('POST', '/Users', person({ userName }))
    assert.deepEqual(verdict(made), [409, 'conflict', 'uniqueness'], userName)
    const renamed = await here.scim(
      'PATCH',
      `/Users/${mine}`,
      patch({ op: 'replace', path: 'userName', value: userName }),
    )
    assert.deepEqual(verdict(renamed), [409, 'conflict', 'uniqueness'], userName)
    const put = await here.scim('PUT', `/Users/${mine}`, person({ userName }))
    assert.deepEqual(verdict(put), [409, 'conflict', 'uniqueness'], userName)
  }
  assert.deepEqual(await account(owner.id), before)
  assert.equal(await here.opens(owner.browser), true)
  assert.equal((await here.scim('POST', '/Users', person({ userName: 'Olga Two' }))).status, 201)
})

test('an address of e-mail links nobody to anybody', async () => {
  const before = await account(local.id)
  const made = await here.scim(
    'POST',
    '/Users',
    person({ emails: [{ value: local.name, type: 'work', primary: true }], displayName: local.name }),
  )
  assert.equal(made.status, 201)
  assert.notEqual(made.body.id, local.id)
  assert.deepEqual(await account(local.id), before)
})

test('whom the directory has not made is not there for it', async () => {
  const mine = await newUser()
  for (const id of [owner.id, local.id, crypto.randomUUID(), 'no-uuid', `${owner.id}'--`]) {
    const place = `/Users/${encodeURIComponent(id)}`
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', person()],
      ['PATCH', DEACTIVATE],
      ['DELETE', undefined],
    ] as const)
      assert.deepEqual(
        verdict(await here.scim(method, place, body)).slice(0, 2),
        [404, 'not_found'],
        `${method} ${id}`,
      )
  }
  for (const filter of [
    `userName eq "${OWNER.name}"`,
    `id eq "${owner.id}"`,
    'userName sw "olga" and not (userName co "two")',
  ]) {
    const query = `/Users?filter=${encodeURIComponent(filter)}`
    assert.equal((await here.scim<ListAnswer>('GET', query)).body.totalResults, 0, filter)
    assert.equal((await master<ListAnswer>('GET', query)).body.totalResults, 0, filter)
  }
  assert.equal(await here.opens(owner.browser), true)
  assert.equal((await here.scim('PATCH', `/Users/${mine}`, DEACTIVATE)).status, 200)
})

test('a group that was made here is neither taken over nor filled nor deleted', async () => {
  const mine = await newUser()
  const members = [{ value: mine }]
  const made = await here.scim('POST', '/Groups', { schemas: [GROUP], displayName: 'ADMINS', members })
  assert.deepEqual(verdict(made), [409, 'conflict', 'uniqueness'])
  const other = await newGroup()
  const renamed = await here.scim(
    'PATCH',
    `/Groups/${other}`,
    patch({ op: 'replace', path: 'displayName', value: 'Admins' }),
  )
  assert.deepEqual(verdict(renamed), [409, 'conflict', 'uniqueness'])
  for (const [method, body] of [
    ['GET', undefined],
    ['PUT', { schemas: [GROUP], displayName: 'x', members }],
    ['PATCH', patch({ op: 'add', path: 'members', value: members })],
    ['DELETE', undefined],
  ] as const)
    assert.equal((await here.scim(method, `/Groups/${admins}`, body)).status, 404, method)
  const inside = await here.api<{ data: readonly object[] }>('GET', `/api/groups/${admins}/members`)
  assert.deepEqual(inside.data, [])
  const add = patch({ op: 'add', path: 'members', value: members })
  assert.equal((await here.scim('PATCH', `/Groups/${other}`, add)).status, 200)
})

test('nobody of the house is put into a group of the directory, and whoever is in it by hand stays', async () => {
  const group = await newGroup()
  await here.api('PUT', `/api/groups/${group}/members/${local.id}`)
  for (const id of [owner.id, local.id, crypto.randomUUID()]) {
    const add = patch({ op: 'add', path: 'members', value: [{ value: id }] })
    assert.deepEqual(verdict(await here.scim('PATCH', `/Groups/${group}`, add)), [
      400,
      'invalid',
      'invalidValue',
    ])
  }
  const mine = await newUser()
  const put = { schemas: [GROUP], displayName: `g-${group}`, members: [{ value: mine }] }
  const answer = await here.scim('PUT', `/Groups/${group}`, put)
  assert.deepEqual(
    (answer.body['members'] as readonly { value: string }[]).map(({ value }) => value),
    [mine],
  )
  const { data } = await here.api<{ data: readonly { id: string }[] }>('GET', `/api/groups/${group}/members`)
  assert.deepEqual(data.map(({ id }) => id).toSorted(), [local.id, mine].toSorted())
})

test('a group that gives more than the key may give is filled by nobody but who may', async () => {
  const [group, mine] = [await newGroup(), await newUser()]
  const add = patch({ op: 'add', path: 'members', value: [{ value: mine }] })
  await here.api('PATCH', `/api/groups/${group}`, { roles: ['admin'] })
  for (const [method, body] of [
    ['PATCH', add],
    ['PATCH', patch({ op: 'replace', path: 'displayName', value: 'harmless' })],
    ['DELETE', undefined],
  ] as const)
    assert.deepEqual(
      verdict(await here.scim(method, `/Groups/${group}`, body)).slice(0, 2),
      [403, 'not_allowed'],
      method,
    )
  const people = here.as(await here.makeKey(['scim', 'people']))
  assert.equal((await people('PATCH', `/Groups/${group}`, add)).status, 403)
  assert.equal((await master('PATCH', `/Groups/${group}`, add)).status, 200)
  const { roles } = (
    await here.api<{ data: readonly { id: string; roles: string[] }[] }>('GET', '/api/groups')
  ).data.find((one) => one.id === group) ?? { roles: [] }
  assert.deepEqual(roles, ['admin'])
})

test('somebody who may more than the key is neither changed nor shut nor deleted nor moved by it', async () => {
  const [mine, group] = [await newUser(), await newGroup()]
  await here.api('PATCH', `/api/users/${mine}`, { role: 'auditor' })
  for (const [method, path, body] of [
    ['PATCH', `/Users/${mine}`, DEACTIVATE],
    ['PATCH', `/Users/${mine}`, patch({ op: 'replace', path: 'externalId', value: 'attacker' })],
    ['PUT', `/Users/${mine}`, person()],
    ['DELETE', `/Users/${mine}`, undefined],
    ['PATCH', `/Groups/${group}`, patch({ op: 'add', path: 'members', value: [{ value: mine }] })],
  ] as const)
    assert.deepEqual(verdict(await here.scim(method, path, body)).slice(0, 2), [403, 'not_allowed'], path)
  assert.equal((await here.scim('GET', `/Users/${mine}`)).body['active'], true)
  const audit = here.as(await here.makeKey(['scim', 'audit', 'requests']))
  assert.equal((await audit('PATCH', `/Users/${mine}`, DEACTIVATE)).status, 403)
  assert.equal((await master('PATCH', `/Users/${mine}`, DEACTIVATE)).status, 200)
})

test('no attribute makes anybody more than a member', async () => {
  const made = await here.scim('POST', '/Users', {
    ...person(),
    roles: [{ value: 'owner', primary: true }],
    entitlements: [{ value: 'people' }],
    userType: 'admin',
    role: 'owner',
    scopes: ['*'],
    groups: [{ value: admins }],
    id: owner.id,
    tenant_id: crypto.randomUUID(),
    meta: { version: 'W/"1"', created: '1970-01-01T00:00:00Z' },
  })
  assert.equal(made.status, 201)
  assert.notEqual(made.body.id, owner.id)
  const { role, groups } = await here.api<{ role: string; groups: readonly string[] }>(
    'GET',
    `/api/users/${made.body.id}`,
  )
  assert.deepEqual([role, groups], ['member', []])
  assert.deepEqual(made.body['roles'], [{ value: 'owner', primary: true }])
  for (const path of ['id', 'meta.created', 'groups', 'groups.value', 'schemas'])
    assert.deepEqual(
      verdict(await here.scim('PATCH', `/Users/${made.body.id}`, patch({ op: 'add', path, value: 'x' }))),
      [400, 'invalid', 'mutability'],
      path,
    )
})

test('an account that was shut here stays shut, whatever the directory says', async () => {
  const mine = await newUser()
  const told = (await here.scim('GET', `/Users/${mine}`)).body
  const change = (active: boolean) => patch({ op: 'replace', path: 'active', value: active })
  await here.api('PATCH', `/api/users/${mine}`, { disabled: true })
  for (const [method, body] of [
    ['PATCH', change(true)],
    ['PUT', { ...told, active: true }],
    ['PATCH', change(false)],
    ['PATCH', change(true)],
  ] as const)
    assert.equal((await here.scim(method, `/Users/${mine}`, body)).body['active'], false)
  await here.api('PATCH', `/api/users/${mine}`, { disabled: false })
  for (const active of [false, true])
    assert.equal((await here.scim('PATCH', `/Users/${mine}`, change(active))).body['active'], active)
})

test('a password that the directory sends lets nobody in', async () => {
  const userName = `p-${crypto.randomUUID()}`
  const mine = await newUser({ userName, password: 'chosen by the directory' })
  const value = 'chosen by the directory again'
  const set = await here.scim('PATCH', `/Users/${mine}`, patch({ op: 'replace', path: 'password', value }))
  assert.deepEqual(verdict(set), [400, 'invalid', 'invalidPath'])
  for (const password of ['chosen by the directory', value]) {
    const attack = here.api('POST', '/api/session', { name: userName, password }, {})
    await assert.rejects(attack, /"code":"wrong_login"/)
  }
  assert.equal(await here.opens(await here.enter(mine)), true)
})

test('two of the directory are not one: neither a userName nor an externalId is given twice', async () => {
  const [first, second] = [person(), person()]
  assert.equal((await here.scim('POST', '/Users', first)).status, 201)
  const { body } = await here.scim('POST', '/Users', second)
  for (const twin of [person({ userName: first.userName }), person({ externalId: first.externalId })])
    assert.deepEqual(verdict(await here.scim('POST', '/Users', twin)), [409, 'conflict', 'uniqueness'])
  const value = first.externalId
  const move = patch({ op: 'replace', path: 'externalId', value })
  assert.deepEqual(verdict(await here.scim('PATCH', `/Users/${body.id}`, move)), [
    409,
    'conflict',
    'uniqueness',
  ])
  assert.equal((await here.scim('GET', `/Users/${body.id}`)).body['externalId'], second.externalId)
})

test('of two who make the same person at once one is refused', async () => {
  const twin = person()
  const answers = await Promise.all([1, 2, 3, 4].map(() => here.scim('POST', '/Users', twin)))
  assert.deepEqual(answers.map(({ status }) => String(status)).toSorted(), ['201', '409', '409', '409'])
})

test('who may not give what a member has makes no members, and a key dies with whoever made it', async () => {
  await here.api('PUT', '/api/roles/provisioner', { scopes: ['scim', 'keys'] })
  const group = await here.api<{ id: string }>('POST', '/api/groups', {
    name: 'Provisioners',
    roles: ['provisioner'],
  })
  const helper = await newUser()
  await here.api('PUT', `/api/groups/${group.id}/members/${helper}`)
  const browser = await here.enter(helper)
  const wish = { scopes: ['scim'] }
  const { key } = await here.api<{ key: string }>('POST', '/api/keys', wish, browser)
  const scim = here.as(key)
  assert.equal((await scim('POST', '/Users', person())).status, 201)
  assert.deepEqual(verdict(await scim('PATCH', `/Users/${helper}`, DEACTIVATE)).slice(0, 2), [
    403,
    'not_allowed',
  ])
  await here.api('PATCH', `/api/users/${helper}`, { role: 'guest' })
  assert.deepEqual(verdict(await scim('POST', '/Users', person())).slice(0, 2), [403, 'not_allowed'])
  assert.equal((await master('PATCH', `/Users/${helper}`, DEACTIVATE)).status, 200)
  assert.deepEqual(verdict(await scim('GET', '/Users')).slice(0, 2), [401, 'unidentified'])
})

test('a page elsewhere does nothing with the cookie of an owner', async () => {
  const call = (headers: object) =>
    fetch(`${here.house.url}/scim/v2/Users`, {
      method: 'POST',
      headers: { ...owner.browser, 'content-type': 'application/scim+json', ...headers },
      body: JSON.stringify(person()),
    })
  assert.equal((await call({ origin: 'https://evil.example' })).status, 403)
  assert.equal((await call({ 'x-csrf-token': 'A'.repeat(43) })).status, 403)
  assert.equal((await call({})).status, 201)
})

const HOSTILE: readonly (readonly [
  what: string,
  method: string,
  path: string,
  body: unknown,
  expected: readonly [number, string, string | undefined],
])[] = [
  ['a filter that is none', 'GET', '/Users?filter=nonsense', undefined, [400, 'invalid', 'invalidFilter']],
  [
    'a filter with an unknown name',
    'GET',
    '/Users?filter=shoeSize%20pr',
    undefined,
    [400, 'invalid', 'invalidFilter'],
  ],
  [
    'a filter into a prototype',
    'GET',
    '/Users?filter=constructor.name%20eq%20%22x%22',
    undefined,
    [400, 'invalid', 'invalidFilter'],
  ],
  [
    'a filter of 3000 characters',
    'GET',
    `/Users?filter=${'x'.repeat(3000)}`,
    undefined,
    [400, 'invalid', 'invalidFilter'],
  ],
  [
    'a filter 200 deep',
    'GET',
    `/Users?filter=${'('.repeat(200)}`,
    undefined,
    [400, 'invalid', 'invalidFilter'],
  ],
  ['a page that is no number', 'GET', '/Users?startIndex=one', undefined, [400, 'invalid', 'invalidValue']],
  ['an id that is a path', 'GET', '/Users/..%2f..%2fapi%2fkeys', undefined, [404, 'not_found', undefined]],
  ['broken JSON', 'POST', '/Users', '{"schemas": [', [400, 'malformed', 'invalidSyntax']],
  ['an array for a person', 'POST', '/Users', [], [400, 'invalid', 'invalidValue']],
  ['no schemas', 'POST', '/Users', { userName: 'x' }, [400, 'invalid', 'invalidSyntax']],
  [
    'another schema',
    'POST',
    '/Users',
    { schemas: [GROUP], userName: 'x' },
    [400, 'invalid', 'invalidSyntax'],
  ],
  ['no name', 'POST', '/Users', { schemas: [USER] }, [400, 'invalid', 'invalidValue']],
  [
    'a name of 129 characters',
    'POST',
    '/Users',
    person({ userName: 'x'.repeat(129) }),
    [400, 'invalid', 'invalidValue'],
  ],
  [
    'a name with a line break',
    'POST',
    '/Users',
    person({ userName: 'a\r\nset-cookie: x' }),
    [400, 'invalid', 'invalidValue'],
  ],
  ['a NUL', 'POST', '/Users', person({ displayName: 'a\0b' }), [400, 'invalid', 'invalidValue']],
  [
    'a hundred thousand characters',
    'POST',
    '/Users',
    person({ title: 'x'.repeat(100_000) }),
    [413, 'too_large', undefined],
  ],
  ['a search of a wrong shape', 'POST', '/Users/.search', { filter: 7 }, [400, 'invalid', 'invalidValue']],
  ['a path that is none of SCIM', 'GET', '/Nothing', undefined, [404, 'no_such_operation', undefined]],
]

for (const [what, method, path, body, expected] of HOSTILE) {
  test(`${what} is refused in the words of SCIM`, async () => {
    const answer = await here.scim(method, path, body)
    assert.deepEqual(verdict(answer), expected)
    assert.deepEqual(
      [answer.body.schemas, answer.body['status'], typeof answer.body['detail']],
      [['urn:ietf:params:scim:api:messages:2.0:Error'], String(expected[0]), 'string'],
    )
    assert.match(answer.headers.get('content-type') ?? '', /^application\/scim\+json/)
  })
}

test('a body of another kind is not read, and one of plain JSON is', async () => {
  const send = (type: string) => here.scim('POST', '/Users', person(), { 'content-type': type })
  for (const type of ['text/xml', 'text/csv', 'text/plain'])
    assert.equal((await send(type)).status, 415, type)
  assert.equal((await send('application/json')).status, 201)
})

test('names of a prototype in a body reach nothing', async () => {
  const evil = '{"__proto__": {"isAdmin": true}, "constructor": {"prototype": {"isAdmin": true}}'
  const made = await here.scim(
    'POST',
    '/Users',
    `${evil}, "schemas": ["${USER}"], "userName": "u-${crypto.randomUUID()}"}`,
  )
  assert.equal(made.status, 201)
  const change = `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{"op": "add", "value": ${evil}}}]}`
  const changed = await here.scim('PATCH', `/Users/${made.body.id}`, change)
  assert.deepEqual([changed.status, changed.body], [200, made.body])
  assert.equal('isAdmin' in (await here.scim('GET', '/ServiceProviderConfig')).body, false)
})
