import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ListAnswer, Resource, ScimHouse } from './scim-house.ts'
import { bearer, ENTERPRISE, GROUP, openScim, patch, person, USER } from './scim-house.ts'

let here: ScimHouse

before(async () => {
  here = await openScim()
})
after(() => here.close())

/** Somebody who is signed in, has a key and reads an answer that has not ended. */
async function atWork(id: string) {
  const browser = await here.enter(id)
  const { key } = await here.api<{ key: string }>('POST', '/api/keys', {}, browser)
  while (!(await here.opens(bearer(key)))) continue
  const asked = here.model.next()
  const stream = await fetch(`${here.house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...bearer(key), 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  })
  assert.equal(stream.status, 200)
  await asked
  return { browser, key: bearer(key), stream: stream.text().then(String, () => 'broken off') }
}

const userNames = (list: ListAnswer): readonly unknown[] => list.Resources.map((one) => one['userName'])

test('Okta: a person is looked for, made, updated by PUT, deactivated, reactivated', async () => {
  const { scim } = here
  const test = await scim<ListAnswer>('GET', '/Users?startIndex=1&count=2')
  assert.equal(test.status, 200)
  const filter = encodeURIComponent('userName eq "isaac.brock@example.com"')
  const none = await scim<ListAnswer>('GET', `/Users?filter=${filter}&startIndex=1&count=100`)
  assert.deepEqual([none.status, none.body.totalResults, none.body.Resources], [200, 0, []])
  const profile = {
    schemas: [USER],
    userName: 'isaac.brock@example.com',
    name: { givenName: 'Isaac', familyName: 'Brock' },
    emails: [{ primary: true, value: 'isaac.brock@example.com', type: 'work' }],
    displayName: 'Isaac Brock',
    locale: 'en-US',
    externalId: '00ujl29u0le5T6Aj10h7',
    groups: [],
    password: '1mz050nq',
    active: true,
  }
  const made = await scim('POST', '/Users', profile)
  assert.equal(made.status, 201)
  assert.match(made.headers.get('content-type') ?? '', /^application\/scim\+json/)
  assert.equal(made.headers.get('location'), `${here.house.url}/scim/v2/Users/${made.body.id}`)
  const { groups: _, password: __, ...kept } = profile
  const { id, meta, ...shown } = made.body
  assert.deepEqual(shown, kept)
  assert.equal(meta.resourceType, 'User')
  assert.equal(made.headers.get('etag'), meta.version)

  const again = await scim('POST', '/Users', profile)
  assert.deepEqual([again.status, again.body['scimType'], again.body['status']], [409, 'uniqueness', '409'])

  const read = await scim('GET', `/Users/${id}`)
  assert.deepEqual(read.body, made.body)
  // Okta leaves the externalId out here.
  const { externalId, ...told } = kept
  const update = { ...told, id, name: { givenName: 'Isaac', familyName: 'Brock-Smith' }, meta }
  const put = await scim('PUT', `/Users/${id}`, update)
  assert.deepEqual([put.status, put.body['name'], put.body['externalId']], [200, update.name, externalId])

  const { browser, key, stream } = await atWork(id)
  const off = await scim('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: false } }))
  assert.deepEqual([off.status, off.body['active']], [200, false])
  assert.deepEqual([await here.opens(browser), await here.opens(key)], [false, false])
  // The answer that was under way ends too; it would go on for ever otherwise.
  assert.doesNotMatch(await stream, /\[DONE\]/)

  const on = await scim('PUT', `/Users/${id}`, { ...update, active: true })
  assert.equal(on.body['active'], true)
  assert.deepEqual([await here.opens(browser), await here.opens(key)], [false, true])

  const found = await scim<ListAnswer>('GET', `/Users?filter=${filter}`)
  assert.deepEqual(userNames(found.body), ['isaac.brock@example.com'])
})

test('Okta: a group is pushed with members, renamed, changed and deleted', async () => {
  const { scim } = here
  const [anna, bob] = [await scim('POST', '/Users', person()), await scim('POST', '/Users', person())]
  const members = [{ value: anna.body.id, display: 'anna' }]
  const made = await scim('POST', '/Groups', { schemas: [GROUP], displayName: 'Test SCIMv2', members })
  assert.equal(made.status, 201)
  const { id } = made.body
  const ids = (group: Resource): readonly string[] =>
    ((group['members'] ?? []) as readonly { value: string }[]).map(({ value }) => value)
  assert.deepEqual(ids(made.body), [anna.body.id])

  const renamed = await scim(
    'PATCH',
    `/Groups/${id}`,
    patch({ op: 'replace', value: { id, displayName: 'Test SCIMv2 again' } }),
  )
  assert.deepEqual([renamed.status, renamed.body['displayName']], [200, 'Test SCIMv2 again'])
  const changed = await scim(
    'PATCH',
    `/Groups/${id}`,
    patch(
      { op: 'remove', path: `members[value eq "${anna.body.id}"]` },
      { op: 'add', path: 'members', value: [{ value: bob.body.id, display: 'bob' }] },
    ),
  )
  assert.deepEqual(ids(changed.body), [bob.body.id])
  const member = await scim('GET', `/Users/${bob.body.id}`)
  const [own] = member.body['groups'] as readonly { value: string }[]
  assert.equal(own?.value, id)
  const all = [{ value: anna.body.id }, { value: bob.body.id }]
  const put = await scim('PUT', `/Groups/${id}`, {
    schemas: [GROUP],
    displayName: 'Test SCIMv2 again',
    members: all,
  })
  assert.equal(ids(put.body).length, 2)
  const here_ = await here.api<{ data: readonly { id: string; name: string; members: number }[] }>(
    'GET',
    '/api/groups',
  )
  assert.deepEqual(
    here_.data.filter((one) => one.id === id).map(({ name, members: count }) => [name, count]),
    [['Test SCIMv2 again', 2]],
  )
  assert.equal((await scim('DELETE', `/Groups/${id}`)).status, 204)
  assert.equal((await scim('GET', `/Groups/${id}`)).status, 404)
})

test('Entra ID: a person is looked for, made, changed by PATCH, disabled with a word, deleted', async () => {
  const { scim } = here
  const upn = 'test_user@testuser.com'
  const query = (words: string): string => `/Users?filter=${encodeURIComponent(words)}&aadOptscim062020`
  assert.equal((await scim<ListAnswer>('GET', query(`userName eq "${upn}"`))).body.totalResults, 0)
  const made = await scim('POST', '/Users', {
    schemas: [USER, ENTERPRISE],
    externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
    userName: upn,
    active: true,
    emails: [{ primary: true, type: 'work', value: 'work@testuser.com' }],
    meta: { resourceType: 'User' },
    name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
    roles: [],
    [ENTERPRISE]: { department: 'Research', manager: '26' },
  })
  assert.equal(made.status, 201)
  const { id } = made.body
  for (const words of [
    'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"',
    'emails[type eq "work"].value eq "work@testuser.com"',
    `userName eq "${upn.toUpperCase()}" and active eq true`,
    `${ENTERPRISE}:department eq "research"`,
    `${ENTERPRISE}:manager.value eq "26"`,
  ]) {
    const found = await scim<ListAnswer>('GET', query(words))
    assert.deepEqual(
      found.body.Resources.map((one) => one.id),
      [id],
      words,
    )
  }
  const changed = await scim(
    'PATCH',
    `/Users/${id}`,
    patch(
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updated@testuser.com' },
      { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+1 555' },
      { op: 'Replace', path: `${ENTERPRISE}:department`, value: 'Sales' },
      { op: 'Remove', path: `${ENTERPRISE}:manager` },
    ),
  )
  assert.equal(changed.status, 200)
  assert.deepEqual(
    [changed.body['emails'], changed.body['phoneNumbers'], changed.body[ENTERPRISE]],
    [
      [{ primary: true, type: 'work', value: 'updated@testuser.com' }],
      [{ type: 'mobile', value: '+1 555' }],
      { department: 'Sales' },
    ],
  )
  const name = 'renamed@testuser.com'
  const renamed = await scim('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'userName', value: name }))
  assert.equal(renamed.body['userName'], name)
  const account = await here.api<{ name: string }>('GET', `/api/users/${id}`)
  assert.equal(account.name, name)
  const { browser, key } = await atWork(id)
  const seen = await here.api<{ caller: { name: string } }>('GET', '/api/session', undefined, browser)
  assert.equal(seen.caller.name, name)

  const off = await scim('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'active', value: 'False' }))
  assert.equal(off.body['active'], false)
  assert.deepEqual([await here.opens(browser), await here.opens(key)], [false, false])
  const still = await scim<ListAnswer>('GET', query(`userName eq "${name}"`))
  assert.deepEqual(
    still.body.Resources.map((one) => one['active']),
    [false],
  )
  assert.equal((await scim('DELETE', `/Users/${id}`)).status, 204)
  for (const method of ['GET', 'DELETE']) {
    const gone = await scim(method, `/Users/${id}`)
    assert.deepEqual([gone.status, gone.body['status']], [404, '404'])
  }
})

test('Entra ID: a group is made empty, filled and emptied in both forms, read without members', async () => {
  const { scim } = here
  const people = await Promise.all([1, 2, 3].map(() => scim('POST', '/Users', person())))
  const ids = people.map(({ body }) => body.id)
  const made = await scim('POST', '/Groups', {
    schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
    displayName: 'Entra people',
    meta: { resourceType: 'Group' },
  })
  assert.equal(made.status, 201)
  const place = `/Groups/${made.body.id}`
  const add = { op: 'Add', path: 'members', value: ids.map((value) => ({ $ref: null, value })) }
  assert.equal((await scim('PATCH', place, patch(add))).status, 200)
  const members = async (): Promise<number> =>
    (((await scim('GET', place)).body['members'] ?? []) as readonly object[]).length
  assert.equal(await members(), 3)
  const remove = { op: 'Remove', path: 'members', value: [{ $ref: null, value: ids[0] }] }
  await scim('PATCH', place, patch(remove))
  assert.equal(await members(), 2)
  await scim('PATCH', place, patch({ op: 'Remove', path: `members[value eq "${ids[1]}"]` }))
  assert.equal(await members(), 1)
  const brief = await scim('GET', `${place}?excludedAttributes=members`)
  assert.equal('members' in brief.body, false)
  const filter = encodeURIComponent('displayName eq "Entra people"')
  const found = await scim<ListAnswer>('GET', `/Groups?excludedAttributes=members&filter=${filter}`)
  assert.deepEqual([found.body.totalResults, found.body.Resources[0]?.['members']], [1, undefined])
  const who = encodeURIComponent(`id eq "${made.body.id}" and members eq "${ids[2]}"`)
  assert.equal((await scim<ListAnswer>('GET', `/Groups?filter=${who}&attributes=id`)).body.totalResults, 1)
})

test('what is offered is told as RFC 7643 says, and lists are cut into pages', async () => {
  const { scim } = here
  const config = await scim('GET', '/ServiceProviderConfig')
  assert.deepEqual(
    ['patch', 'bulk', 'filter', 'sort', 'etag', 'changePassword'].map(
      (name) => (config.body[name] as { supported: boolean }).supported,
    ),
    [true, false, true, false, true, false],
  )
  const types = await scim<ListAnswer>('GET', '/ResourceTypes')
  const schemas = await scim<ListAnswer>('GET', '/Schemas')
  assert.deepEqual([types.body.totalResults, schemas.body.totalResults], [2, 3])
  for (const one of schemas.body.Resources)
    assert.deepEqual((await scim('GET', `/Schemas/${one.id}`)).body, one)
  assert.equal((await scim('GET', '/Schemas?filter=id%20pr')).status, 403)
  for (const place of ['/Me', '/Bulk']) assert.equal((await scim('POST', place, {})).status, 501)
  const wrong = await scim('POST', '/ServiceProviderConfig', {})
  assert.deepEqual([wrong.status, wrong.headers.get('allow')], [405, 'GET, HEAD'])

  const title = crypto.randomUUID()
  for (let at = 0; at < 5; at++) await scim('POST', '/Users', person({ title }))
  const filter = encodeURIComponent(`title eq "${title}"`)
  const page = async (query: string): Promise<ListAnswer> =>
    (await scim<ListAnswer>('GET', `/Users?filter=${filter}&${query}`)).body
  const [first, last] = [await page('startIndex=1&count=3'), await page('startIndex=4&count=3')]
  assert.deepEqual([first.totalResults, first.itemsPerPage, last.startIndex, last.itemsPerPage], [5, 3, 4, 2])
  assert.equal(new Set([...first.Resources, ...last.Resources].map((one) => one.id)).size, 5)
  assert.deepEqual(
    [(await page('startIndex=-7&count=-1')).itemsPerPage, (await page('count=0')).totalResults],
    [0, 5],
  )
  const narrow = await page('attributes=userName,meta.location&count=1')
  assert.deepEqual(Object.keys(narrow.Resources[0] ?? {}).toSorted(), ['id', 'meta', 'schemas', 'userName'])
  const search = await scim<ListAnswer>('POST', '/.search', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
    filter: `title eq "${title}" or displayName eq "Entra people"`,
    attributes: ['displayName'],
  })
  assert.deepEqual(
    [search.body.totalResults, search.body.Resources.at(-1)?.['displayName']],
    [6, 'Entra people'],
  )
})

test('who read an older state changes nothing, and who knows the present one is not told again', async () => {
  const { scim } = here
  const { body, headers } = await scim('POST', '/Users', person())
  const place = `/Users/${body.id}`
  const old = headers.get('etag') ?? ''
  assert.equal((await scim('GET', place, undefined, { 'if-none-match': old })).status, 304)
  const title = patch({ op: 'add', path: 'title', value: 'x' })
  assert.equal((await scim('PATCH', place, title, { 'if-match': old })).status, 200)
  assert.equal((await scim('GET', place, undefined, { 'if-none-match': old })).status, 200)
  for (const [method, sent] of [
    ['PATCH', patch({ op: 'add', path: 'title', value: 'y' })],
    ['PUT', person()],
    ['DELETE', undefined],
  ] as const)
    assert.equal((await scim(method, place, sent, { 'if-match': old })).status, 412, method)
  assert.equal((await scim('GET', place)).body['title'], 'x')
  assert.equal((await scim('DELETE', place, undefined, { 'if-match': '*' })).status, 204)
})

test('what a directory does stands on record and in the figures, without what it told', async () => {
  const { scim } = here
  const secret = `Kanarienvogel-${crypto.randomUUID()}`
  const { body } = await scim('POST', '/Users', person({ displayName: secret }))
  await scim('PATCH', `/Users/${body.id}`, patch({ op: 'add', path: 'nickName', value: secret }))
  await scim('PATCH', `/Users/${body.id}`, patch({ op: 'replace', path: 'active', value: false }))
  await scim('DELETE', `/Users/${body.id}`)
  const { data } = await here.api<{
    data: readonly { action: string; detail: object; actor: string }[]
  }>('GET', `/api/audit?subject=${body.id}`)
  assert.deepEqual(data.map(({ action }) => action).toReversed(), [
    'user.provisioned',
    'user.synchronised',
    'user.synchronised',
    'user.disabled',
    'user.deleted',
  ])
  assert.deepEqual(data.at(-2)?.detail, { changed: ['nickName'] })
  assert.equal(JSON.stringify(data).includes(secret), false)
  const figures = await here.house.metrics()
  for (const outcome of ['created', 'changed', 'shut', 'deleted'])
    assert.match(figures, new RegExp(`freehold_provisioned_users_total{outcome="${outcome}"} [1-9]`))
})

test('a group of three hundred is filled at once', async () => {
  const { scim } = here
  const ids: string[] = []
  for (let at = 0; at < 300; at++) ids.push((await scim('POST', '/Users', person())).body.id)
  const members = ids.map((value) => ({ value }))
  const made = await scim('POST', '/Groups', { schemas: [GROUP], displayName: 'Many', members })
  assert.deepEqual([made.status, (made.body['members'] as readonly object[]).length], [201, 300])
  const one = ids.slice(0, 150).map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` }))
  const left = await scim('PATCH', `/Groups/${made.body.id}`, patch(...one))
  assert.equal((left.body['members'] as readonly object[]).length, 150)
})
