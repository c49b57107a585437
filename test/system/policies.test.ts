import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { policiesChecked, PolicyAnswer } from '@freehold/contract/policies.ts'
import type { z } from 'zod'
import type { Replicas } from './revocation-house.ts'
import { bearer, begin, known, openReplicas } from './revocation-house.ts'
import { openSocket } from './socket-client.ts'

let all: Replicas
before(async () => {
  all = await openReplicas()
})
after(() => all.close())

type Headers = Readonly<Record<string, string>>
interface Named {
  readonly id: string
  readonly name: string
  readonly documents: number
}
/** What answers hold; each has some of it. */
interface Body extends Named {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly param: string | null
    readonly remark?: { readonly code: string; readonly params: Readonly<Record<string, string>> }
  }
  readonly key: string
  readonly token: string
  readonly csrf: string
  readonly caller: { readonly principal: string }
  readonly version: number
  readonly text: string
  readonly baseline: string
  readonly schema: string
  readonly policies: readonly { readonly name: string; readonly line: number }[]
  readonly valid: boolean
  readonly warnings: readonly unknown[]
  readonly problems: readonly { readonly line: number; readonly column: number; readonly message: string }[]
  readonly changes: z.output<typeof policiesChecked>['changes']
  readonly decisions: PolicyAnswer['decisions']
  readonly skipped: readonly { readonly reason: string }[]
  readonly attempts: readonly object[]
  readonly hits?: readonly { readonly documentId: string }[]
  readonly data: readonly (Named & {
    readonly version: number
    readonly detail: object
    readonly before: { readonly policies: readonly string[] }
    readonly after: { readonly policies: readonly string[] }
  })[]
}
interface Answer {
  readonly status: number
  readonly body: Body
}

async function send(method: string, path: string, body?: unknown, headers?: Headers): Promise<Answer> {
  const url = path.startsWith('/') ? all.here.url + path : path
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(headers ?? bearer({ key: all.here.apiKey })) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  // As the contract says.
  return { status: answer.status, body: JSON.parse(text || '{}') as Body }
}

async function put(text: string): Promise<Body> {
  const answer = await send('PUT', '/api/policies', { text })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

const PASSWORD = 'copper lantern drifts'
interface Person {
  readonly id: string
  readonly headers: Headers
}

async function come(name: string, role = 'member', groups: readonly string[] = []): Promise<Person> {
  const { body: made } = await send('POST', '/api/invitations', { name, role, groups })
  const answer = await fetch(`${all.here.url}/api/invitations/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: made.token, password: PASSWORD }),
  })
  // As the contract says.
  const view = (await answer.json()) as Body
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  return { id: view.caller.principal, headers: { cookie, 'x-csrf-token': view.csrf } }
}

async function group(name: string): Promise<string> {
  return (await send('POST', '/api/groups', { name })).body.id
}

const chat = (headers: Headers): Promise<Answer> =>
  send('POST', '/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'hi' }] }, headers)

const codeOf = ({ status, body }: Answer): readonly [number, string] => [
  status,
  'error' in body ? body.error.code : 'ok',
]

test('without policies roles decide, and the baseline and the schema are shown', async () => {
  const { body } = await send('GET', '/api/policies')
  assert.deepEqual([body.version, body.text, body.policies], [0, '', []])
  assert.match(body.baseline, /@id\("role-auditor"\)/)
  assert.match(body.schema, /action "policies.write" in \["operator"\]/)
})

test('an operation that a policy forbids is refused on both replicas, with the name and the advice', async () => {
  await group('temps')
  const dave = await come('Dave', 'admin')
  await put(`@id("no-purge") @advice("Ask the owner.")
forbid (principal == User::"${dave.id}", action == Action::"cache.purge", resource);`)
  const refused = await send('DELETE', '/api/cache', undefined, dave.headers)
  assert.deepEqual(codeOf(refused), [403, 'not_allowed'])
  assert.match(refused.body.error.message, /policy "no-purge".*Ask the owner\.$/)
  const elsewhere = `${all.there.url}/api/cache`
  while ((await send('DELETE', elsewhere, undefined, dave.headers)).status !== 403);
  // A key of his is no way around it.
  const { body: key } = await send('POST', '/api/keys', { scopes: ['*'] }, dave.headers)
  assert.deepEqual(codeOf(await send('DELETE', '/api/cache', undefined, bearer(key))), [403, 'not_allowed'])
  assert.equal((await send('GET', '/api/cache', undefined, bearer(key))).status, 200)
  await put('')
  assert.equal((await send('DELETE', '/api/cache', undefined, dave.headers)).status, 200)
})

test('a service account and its keys are bound, by what they are and by name', async () => {
  const wish = { name: 'nightly report', role: 'admin', scopes: ['people'] }
  const { body: service } = await send('POST', '/api/service-accounts', wish)
  const { body: key } = await send('POST', '/api/keys', { service: service.id, scopes: ['people'] })
  const look = async (): Promise<readonly [number, string]> =>
    codeOf(await send('GET', '/api/users', undefined, bearer(key)))
  assert.deepEqual(await look(), [200, 'ok'])
  for (const whom of ['principal is ServiceAccount', `principal in ServiceAccount::"${service.id}"`]) {
    const text = `@id("no-programs") forbid (${whom}, action == Action::"people.read", resource);`
    const { body: checked } = await send('POST', '/api/policies/check', { text })
    assert.deepEqual([checked.valid, checked.warnings], [true, []])
    const mine = checked.changes.filter(({ principal }) => principal.id === service.id)
    assert.deepEqual(
      mine.map(({ principal, loses }) => [principal.kind, loses]),
      [['service', ['people.read']]],
    )
    await put(text)
    assert.deepEqual(await look(), [403, 'not_allowed'])
    await put('')
  }
})

test('what is wrong stands at its line and column, and nothing is kept of it', async () => {
  const text =
    'forbid (principal, action == Action::"cache.purge", resource);\nforbid (principal, action == Action::"x", resource);'
  const refused = await send('PUT', '/api/policies', { text })
  assert.deepEqual(codeOf(refused), [400, 'invalid'])
  assert.equal(refused.body.error.param, 'text')
  assert.match(refused.body.error.message, /^text: line 2, column 30: unrecognized action/)
  const { remark } = refused.body.error
  assert.deepEqual(
    [remark?.code, remark?.params['line'], remark?.params['column']],
    ['cedar_action', '2', '30'],
  )
  const unknown = 'forbid (principal in Group::"nobody",\n  action, resource);'
  assert.match(
    (await send('PUT', '/api/policies', { text: unknown })).body.error.message,
    /line 1, column 22: there is no Group::"nobody"/,
  )
  const { body: checked } = await send('POST', '/api/policies/check', { text })
  assert.deepEqual([checked.valid, checked.problems[0]?.line, checked.problems[0]?.column], [false, 2, 30])
  assert.equal((await send('GET', '/api/policies')).body.text, '')
})

test('a check says whose answers would change and changes none', async () => {
  const erin = await come('Erin')
  const text = 'forbid (principal in Role::"member", action in Action::"scope:keys", resource);'
  const { body } = await send('POST', '/api/policies/check', { text })
  const mine = body.changes.find((one) => one.principal.id === erin.id)
  assert.deepEqual([body.valid, mine?.loses, mine?.gains], [true, ['key.read', 'key.write'], []])
  assert.equal((await send('GET', '/api/keys', undefined, erin.headers)).status, 200)
})

test('no version shuts every owner out of the policies', async () => {
  // The one who runs this house has claimed nothing, so an owner comes first.
  const claim = new URL(all.here.claimUrl ?? 'http://h/').hash.replace('#claim=', '')
  const claimed = await send('POST', '/api/claim', { token: claim, name: 'Olga', password: PASSWORD }, {})
  assert.equal(claimed.status, 201)
  for (const text of [
    'forbid (principal, action, resource);',
    'forbid (principal in Role::"owner", action in Action::"operator", resource);',
  ]) {
    assert.deepEqual(codeOf(await send('PUT', '/api/policies', { text })), [409, 'conflict'])
    assert.match(
      (await send('POST', '/api/policies/check', { text })).body.problems[0]?.message ?? '',
      /every owner/,
    )
  }
  await put(
    'forbid (principal is ApiKey, action in [Action::"policies.write", Action::"policies.read"], resource);',
  )
  // Keys are shut out now, the operator of the machine never is.
  assert.deepEqual(codeOf(await send('GET', '/api/policies')), [403, 'not_allowed'])
  const restored = await all.here.cli('policy', 'restore', '0')
  assert.equal(restored.status, 0, restored.stderr)
})

test('nobody takes by a policy what is not theirs to give', async () => {
  const admin = await come('Adam', 'admin')
  const shuts = 'forbid (principal in Role::"auditor", action == Action::"audit.read", resource);'
  const refused = await send('PUT', '/api/policies', { text: shuts }, admin.headers)
  assert.deepEqual(codeOf(refused), [403, 'not_allowed'])
  assert.match(refused.body.error.message, /"audit"/)
  await put(shuts)
  assert.deepEqual(codeOf(await send('PUT', '/api/policies', { text: '' }, admin.headers)), [
    403,
    'not_allowed',
  ])
  await put('')
})

test('a target is left out for content of a class, and where no other is left the request is refused', async () => {
  const { body: key } = await send('POST', '/api/keys', { class: 'internal' })
  await put(
    '@id("nothing-confidential-to-house") forbid (principal, action == Action::"model.use", resource == Target::"house") when { context has level && context.level >= 2 };',
  )
  const refused = await chat({ ...bearer(key), 'x-freehold-class': 'confidential' })
  assert.deepEqual(codeOf(refused), [403, 'not_allowed'])
  assert.match(refused.body.error.message, /nothing-confidential-to-house/)
  const explained = await send('POST', '/api/routes/explain', { model: 'm', class: 'confidential' })
  assert.match(explained.body.skipped[0]?.reason ?? '', /nothing-confidential-to-house/)
  assert.equal((await send('POST', '/api/routes/explain', { model: 'm' })).body.attempts.length, 1)
  await put('')
})

for (const where of ['here', 'there'] as const)
  test(`a stream whose target is forbidden ends, and a socket whose action is (${where})`, async () => {
    const key = await all.makeKey({ name: 'brief' })
    const other = await all.makeKey({ name: 'other' })
    const streams = [
      await begin(all, all[where], { headers: bearer(key) }),
      await begin(all, all[where], { headers: bearer(other) }),
    ] as const
    const socket = await openSocket(`${all[where].url}/v1/responses`.replace('http', 'ws'), {
      headers: bearer(key),
    })
    await put(
      `forbid (principal == ApiKey::"${key.id}", action == Action::"model.use", resource is Target) when { resource.zone == Zone::"private" };`,
    )
    await streams[0].seen.left
    const { text, isWhole } = await streams[0].over
    assert.deepEqual([isWhole, /"code":"revoked"/.test(text)], [false, true])
    await put(`forbid (principal == ApiKey::"${key.id}", action == Action::"model.use", resource);`)
    await socket.closed
    all.finish()
    assert.equal((await streams[1].over).isWhole, true)
    await put('')
  })

test('documents and collections that policies forbid are as if they were not there', async () => {
  const frank = await come('Frank')
  const collection = async (name: string): Promise<string> =>
    (await send('POST', '/api/collections', { name })).body.id
  const [papers, secrets] = [await collection('Papers'), await collection('Secrets')]
  const add = (id: string, name: string, dataClass: string): Promise<Answer> =>
    send('POST', `/api/collections/${id}/documents`, {
      documents: [
        { id: name, title: name, text: `The heron of ${name} nests by the lake.`, class: dataClass },
      ],
    })
  for (const [id, name, dataClass] of [
    [papers, 'open-paper', 'internal'],
    [papers, 'close-paper', 'confidential'],
    [secrets, 'secret-paper', 'internal'],
  ] as const)
    assert.equal((await add(id, name, dataClass)).status, 201)
  const find = async (headers: Headers, id: string): Promise<readonly string[]> => {
    const { body } = await send(
      'POST',
      `/api/collections/${id}/search`,
      { query: 'heron', limit: 10 },
      headers,
    )
    return body.hits?.map(({ documentId }) => documentId).toSorted() ?? [body.error.code]
  }
  assert.deepEqual(await find(frank.headers, papers), ['close-paper', 'open-paper'])
  await put(`forbid (principal in Role::"member", action == Action::"knowledge.read", resource is Document) when { resource.level > 1 };
forbid (principal in Role::"member", action in Action::"scope:knowledge", resource == Collection::"${secrets}");
forbid (principal in Role::"member", action == Action::"knowledge.write", resource is Document) when { resource.class == DataClass::"internal" };`)
  assert.deepEqual(await find(frank.headers, papers), ['open-paper'])
  assert.deepEqual(await find(frank.headers, secrets), ['not_found'])
  const { body: listed } = await send('GET', '/api/collections', undefined, frank.headers)
  assert.deepEqual(
    listed.data
      .filter(({ name }) => name !== 'Freehold guide')
      .map(({ name, documents }) => [name, documents]),
    [['Papers', 1]],
  )
  const read = (name: string): Promise<Answer> =>
    send('GET', `/api/documents/${name}/text`, undefined, frank.headers)
  assert.deepEqual(
    [
      codeOf(await read('open-paper'))[0],
      codeOf(await read('close-paper'))[1],
      codeOf(await read('secret-paper'))[1],
    ],
    [200, 'not_found', 'not_found'],
  )
  const { body: documents } = await send(
    'GET',
    `/api/collections/${papers}/documents`,
    undefined,
    frank.headers,
  )
  assert.deepEqual(
    documents.data.map(({ id }) => id),
    ['open-paper'],
  )
  const text = [{ id: 'mine', title: 'mine', text: 'Mine.', class: 'internal' }]
  assert.deepEqual(
    codeOf(await send('POST', `/api/collections/${papers}/documents`, { documents: text }, frank.headers)),
    [403, 'not_allowed'],
  )
  assert.deepEqual(codeOf(await send('DELETE', '/api/documents/open-paper', undefined, frank.headers)), [
    403,
    'not_allowed',
  ])
  assert.deepEqual(codeOf(await send('DELETE', `/api/collections/${papers}`, undefined, frank.headers)), [
    403,
    'above_ceiling',
  ])
  // Whoever is bound by none of it sees everything.
  assert.deepEqual(await find(bearer({ key: all.here.apiKey }), papers), ['close-paper', 'open-paper'])
  const { body: quoted } = await send(
    'POST',
    '/v1/chat/completions',
    {
      model: 'extract-1',
      messages: [{ role: 'user', content: 'Where does the heron of secret-paper nest?' }],
    },
    frank.headers,
  )
  assert.doesNotMatch(JSON.stringify(quoted), /secret-paper nests/)
  await put('')
})

test('who is asked about gets the policies that decided, and what roles lack', async () => {
  const [gina, hugo] = [await come('Gina'), await come('Hugo', 'guest')]
  await put(`@id("members-stay-home")
forbid (principal in Role::"member", action == Action::"model.use", resource is Target) when { resource.zone == Zone::"private" };`)
  const ask = async (question: object): Promise<PolicyAnswer['decisions']> => {
    const answer = await send('POST', '/api/policies/explain', question)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return answer.body.decisions
  }
  const [why] = await ask({ action: 'model.use', principal: gina.id, resource: { target: 'house' } })
  assert.deepEqual(
    [why?.allowed, why?.missing, why?.policies],
    [false, null, [{ name: 'members-stay-home', line: 1 }]],
  )
  const [free] = await ask({ action: 'model.use', principal: gina.id, resource: { target: 'local' } })
  assert.deepEqual([free?.allowed, free?.policies], [true, []])
  const [lacks] = await ask({ action: 'audit.read', principal: hugo.id })
  assert.match(lacks?.missing ?? '', /"audit"/)
  const everybody = await ask({ action: 'model.use', resource: { target: 'house', class: 'internal' } })
  const may = new Map(everybody.map((one) => [one.principal.id, one.allowed]))
  assert.deepEqual([may.get(gina.id), may.get(hugo.id)], [false, true])
  const [tried] = await ask({
    action: 'model.use',
    principal: hugo.id,
    text: 'forbid (principal in Role::"guest", action, resource);',
  })
  assert.equal(tried?.allowed, false)
  const odd = await send('POST', '/api/policies/explain', {
    action: 'audit.read',
    resource: { target: 'house' },
  })
  assert.deepEqual([odd.status, odd.body.error.param], [400, 'resource.target'])
  await put('')
})

test('versions are kept, recorded with what changed, and go back', async () => {
  const first = await put(
    '@id("one") forbid (principal, action == Action::"cache.purge", resource) when { principal in Role::"guest" };',
  )
  const stale = await send('PUT', '/api/policies', { text: '', version: first.version - 1 })
  assert.deepEqual(codeOf(stale), [409, 'conflict'])
  const second = await put(
    '@id("two") forbid (principal in Role::"guest", action == Action::"cache.purge", resource);',
  )
  assert.equal(second.version, first.version + 1)
  const { body: audited } = await send('GET', '/api/audit?action=policies.put&limit=1')
  assert.deepEqual(audited.data[0]?.detail, { policies: 1, version: second.version, added: 1, removed: 1 })
  assert.deepEqual([audited.data[0]?.before.policies, audited.data[0]?.after.policies], [['one'], ['two']])
  const back = await send('POST', `/api/policies/versions/${first.version}/restore`)
  assert.deepEqual(
    [back.body.version, back.body.text, back.body.policies[0]?.name],
    [second.version + 1, first.text, 'one'],
  )
  const { body: versions } = await send('GET', '/api/policies/versions?limit=2')
  assert.deepEqual(
    versions.data.map(({ version }) => version),
    [second.version + 1, second.version],
  )
  assert.equal((await send('GET', `/api/policies/versions/${second.version}`)).body.text, second.text)
  assert.deepEqual(codeOf(await send('GET', '/api/policies/versions/99999')), [404, 'not_found'])
  await put('')
})

test('a group that policies are about keeps its name, and who looks after people does not move them out of it', async () => {
  const id = await group('contractors')
  const ida = await come('Ida', 'member', [id])
  const officer = await come('Otto', 'security-officer')
  await put('forbid (principal in Group::"contractors", action in Action::"scope:knowledge", resource);')
  assert.deepEqual(codeOf(await send('GET', '/api/collections', undefined, ida.headers)), [
    403,
    'not_allowed',
  ])
  assert.deepEqual(codeOf(await send('PATCH', `/api/groups/${id}`, { name: 'friends' })), [409, 'conflict'])
  assert.deepEqual(codeOf(await send('DELETE', `/api/groups/${id}`)), [409, 'conflict'])
  assert.deepEqual(
    codeOf(await send('DELETE', `/api/groups/${id}/members/${ida.id}`, undefined, officer.headers)),
    [403, 'not_allowed'],
  )
  assert.equal((await send('DELETE', `/api/groups/${id}/members/${ida.id}`)).status, 204)
  assert.equal((await send('GET', '/api/collections', undefined, ida.headers)).status, 200)
  await put('')
  assert.equal((await send('DELETE', `/api/groups/${id}`)).status, 204)
})

test('whom a policy forbids an action cannot give its scope to others', async () => {
  const admin = await come('Anton', 'admin')
  await put(`forbid (principal == User::"${admin.id}", action == Action::"knowledge.write", resource);`)
  const refused = await send('POST', '/api/invitations', { name: 'Twin', role: 'admin' }, admin.headers)
  assert.deepEqual(codeOf(refused), [403, 'not_allowed'])
  await put('')
  assert.equal(
    (await send('POST', '/api/invitations', { name: 'Twin', role: 'admin' }, admin.headers)).status,
    201,
  )
})

test('the command line shows, checks, sets, explains and restores', async () => {
  await known(all.here, bearer({ key: all.here.apiKey }))
  const file = join(all.here.data, 'policies.cedar')
  writeFileSync(
    file,
    '@id("quiet") forbid (principal in Role::"guest", action == Action::"model.list", resource);\n',
  )
  const cli = async (...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await all.here.cli('policy', ...args)
    assert.equal(status, 0, stderr)
    return stdout
  }
  assert.match(await cli('check', file), /1 policy is well formed/)
  assert.match(await cli('set', file), /1 policy is in force \(version \d+\)/)
  assert.match(await cli('show'), /@id\("quiet"\)/)
  assert.match(await cli('show', '--baseline'), /role-guest/)
  assert.match(await cli('explain', 'model.list'), /policy "quiet" \(line 1\)/)
  assert.match(await cli('history'), /POLICIES/)
  writeFileSync(file, 'forbid (principal, action resource);\n')
  const wrong = await all.here.cli('policy', 'check', file)
  assert.deepEqual([wrong.status, wrong.stdout], [1, ''])
  assert.match(wrong.stderr, /^line 1, column 27: unexpected token/)
  assert.match(await cli('restore', '0'), /Version 0 is in force again/)
})
