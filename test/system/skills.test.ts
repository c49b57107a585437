import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createClient } from '../../packages/server/src/cli/client.ts'
import { skillCall } from '../../packages/server/src/cli/skill-call.ts'
import { packSkill } from '../../packages/server/src/skills/bundle/pack.ts'
import { textOf } from './conversation-house.ts'
import { ordinary } from './gateway-upstream.ts'
import type { SkillHouse } from './skill-house.ts'
import { json, openSkillHouse, packed, until, waybills } from './skill-house.ts'
import { askedOf, callsThenSays } from './tool-scripts.ts'

let house: SkillHouse
before(async () => {
  house = await openSkillHouse()
  await house.install(waybills(house.parcels.url))
})
after(() => house.close())

const NUMBER = 'YT1234567890123'
const EVENTS = [
  { at: '2027-03-09 08:00', what: '已揽收 | Hangzhou' },
  { at: '2027-03-10 09:30', what: '派送中' },
]

test('an API that was wrapped in YAML is called by hand, and only with what its schema takes', async () => {
  house.parcels.answer(json({ number: NUMBER, events: EVENTS }))
  const called = await house.call<{ events: unknown }>('waybill-tracking', 'track', { number: NUMBER })
  assert.deepEqual([called.value.events, called.class, called.version], [EVENTS, 'internal', '1.0.0'])
  assert.match(
    called.text,
    /^number: YT1234567890123\n\n\| at \| what \|\n\| --- \| --- \|\n.*已揽收 \\\| Hangzhou/,
  )
  assert.equal(house.parcels.seen.at(-1)?.path, `/waybills/${NUMBER}`)
  const before = house.parcels.seen.length
  const path = '/api/skills/waybill-tracking/calls'
  const wrong = { operation: 'track', input: { number: '../../admin' } }
  assert.deepEqual(await house.me.refused('POST', path, wrong), [400, 'invalid'])
  const write = { operation: 'hold_back', input: { number: NUMBER } }
  assert.deepEqual(await house.me.refused('POST', path, write), [403, 'not_allowed'])
  assert.equal(house.parcels.seen.length, before)
})

test('a value at the command line is a number or a text as the operation wants it', async () => {
  const { manifest } = waybills(house.parcels.url)
  const { permissions } = manifest as { permissions: object }
  const input = { box: { type: 'string' }, 'many?': { type: 'integer' } }
  await house.install({
    manifest: {
      apiVersion: 'freehold.dev/v1',
      kind: 'http',
      metadata: { ...OTHER, name: 'box-desk' },
      http: { baseUrl: house.parcels.url },
      permissions,
      operations: [{ id: 'open', description: 'Opens a box', input, request: 'GET /waybills/{box}' }],
      tests: [{ operation: 'open', input: { box: 'a' }, mock: [{ response: { body: {} } }], expect: {} }],
    },
  })
  house.parcels.answer(json({ open: true }))
  const said: string[] = []
  const terminal = {
    client: createClient({ data: house.data }),
    out: (text: string) => void said.push(text),
    cwd: house.data,
    env: {},
    data: house.data,
  }
  const call = (...fields: string[]) => skillCall.run(['box-desk', 'open', ...fields], terminal)
  await call('box=1042', 'many=3')
  await call('box="1042"')
  assert.deepEqual(
    house.parcels.seen.slice(-2).map(({ path }) => path),
    ['/waybills/1042?many=3', '/waybills/1042'],
  )
  assert.deepEqual(said, ['open: true\n', 'open: true\n'])
  await house.me.call('DELETE', '/api/skills/box-desk')
})

test('查运单 YT1234567890123 works without a model, and what is missing is asked for', async () => {
  house.parcels.answer(json({ number: NUMBER, events: EVENTS }))
  const { me } = house
  const conversation = await me.begin()
  const said = async (text: string) => {
    const { run } = await me.say(conversation, text, { model: 'extract-1' })
    return me.events(run)
  }
  const events = await said(`查运单 ${NUMBER}`)
  assert.deepEqual(
    events.filter(({ type }) => type === 'tool.called').map(({ name, arguments: input }) => [name, input]),
    [['waybill_tracking__track', `{"number":"${NUMBER}"}`]],
  )
  assert.match(textOf(events), /\| at \| what \|[\s\S]*派送中/)
  const [ended] = events.filter(({ type }) => type === 'tool.ended') as unknown as readonly {
    parts: readonly { origin: string; integrity: string; class: string }[]
  }[]
  assert.deepEqual(
    ended?.parts.map(({ origin, integrity, class: of }) => [origin, integrity, of]),
    [['tool', 'untrusted', 'internal']],
  )
  assert.match(textOf(await said('帮我查快递')), /还需要：运单号/)
  const replied = await said('SF9876543210123')
  assert.match(JSON.stringify(replied), /"arguments":"{\\"number\\":\\"SF9876543210123\\"}"/)
})

test('what is more than a read waits for its user, and is then done once', async () => {
  const { me, target, parcels } = house
  target.answer(callsThenSays('waybill_tracking__hold_back', { number: NUMBER }, 'It is held.'))
  parcels.answer(json({ held: true }, 201))
  parcels.forget()
  const { run } = await me.say(await me.begin(), `Hold back ${NUMBER}`)
  const asked = await me.events(run, 0, ({ type }) => type === 'approval.asked')
  const approval = asked.find(({ type }) => type === 'approval.asked')
  assert.deepEqual([approval?.['name'], approval?.['effect']], ['waybill_tracking__hold_back', 'write'])
  assert.equal(parcels.seen.length, 0)
  await me.call('POST', `/api/approvals/${String(approval?.['approval'])}`, { decision: 'once' })
  const events = await me.events(run)
  assert.equal(textOf(events), 'It is held.')
  assert.deepEqual(
    parcels.seen.map(({ method, path }) => [method, path]),
    [['POST', `/waybills/${NUMBER}/holds`]],
  )
  assert.match(String(parcels.seen[0]?.headers['idempotency-key']), /call_/)
  const { data } = await me.call<{ data: { action: string; subject: string }[] }>(
    'GET',
    '/api/audit?limit=50',
  )
  const seen = data.filter(({ subject }) => subject === 'waybill-tracking').map(({ action }) => action)
  assert.ok(seen.includes('skill.called') && seen.includes('skill.egress'), seen.join())
})

test('why a service refuses is told in its own words, which are of the class that the skill returns', async () => {
  const { me, target, parcels } = house
  const { manifest } = waybills(parcels.url)
  const { permissions, ...rest } = manifest as { permissions: object }
  await house.install({
    manifest: {
      ...rest,
      metadata: { ...OTHER, name: 'sealed-desk' },
      permissions: { ...permissions, data: { in: 'internal', out: 'confidential' } },
    },
  })
  const problem = { type: 'about:blank', title: 'Not Found', status: 404, detail: `Nobody sent\n${NUMBER}.` }
  parcels.answer((_, response) => {
    response.writeHead(404, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify(problem))
  })
  target.answer(callsThenSays('sealed_desk__track', { number: NUMBER }, 'It is not known.'))
  const { run } = await me.say(await me.begin(), 'Where is my parcel?')
  const ended = (await me.events(run)).find(({ type }) => type === 'tool.ended')
  assert.deepEqual(
    [ended?.['outcome'], ended?.['parts']],
    [
      'failed',
      [
        {
          origin: 'tool',
          integrity: 'untrusted',
          class: 'confidential',
          text: `The service answered 404: Nobody sent ${NUMBER}.`,
        },
      ],
    ],
  )
  const client = new Client({ name: 't', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const { headers } = me
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${house.url}/mcp`), { requestInit: { headers } }),
  )
  const told = await client.callTool({ name: 'sealed_desk__track', arguments: { number: NUMBER } })
  assert.deepEqual([told.isError, told._meta?.['dev.freehold/class']], [true, 'confidential'])
  await client.close()
  await me.call('DELETE', '/api/skills/sealed-desk')
})

test('a model is offered the skill, and a skill that is switched off is no tool any more', async () => {
  const { me, target } = house
  target.forget()
  target.answer(callsThenSays('waybill_tracking__track', { number: NUMBER }, 'On its way.'))
  house.parcels.answer(json({ number: NUMBER, events: EVENTS }))
  const { run } = await me.say(await me.begin(), 'Where is my parcel?')
  await me.events(run)
  const offered = (at: number): readonly string[] => {
    const seen = target.seen[at]
    assert.ok(seen)
    return askedOf(seen).tools?.map((tool) => tool.function.name) ?? []
  }
  assert.ok(offered(0).includes('waybill_tracking__track'))
  await me.call('PATCH', '/api/skills/waybill-tracking', { state: 'disabled' })
  target.forget()
  target.answer(callsThenSays('waybill_tracking__track', { number: NUMBER }, 'I cannot tell.'))
  const second = await me.say(await me.begin(), 'Where is my parcel?')
  const events = await me.events(second.run)
  assert.ok(!offered(0).includes('waybill_tracking__track'))
  assert.match(JSON.stringify(events.find(({ type }) => type === 'tool.ended')), /"outcome":"invalid"/)
  await me.call('PATCH', '/api/skills/waybill-tracking', { state: 'enabled' })
})

const OTHER = {
  name: 'parcel-desk',
  version: '1.0.0',
  publisher: 'acme',
  title: 'Parcel desk',
  description: 'Where parcels are',
  licence: 'Apache-2.0',
}

test('a message that names skills is answered with their tools and no other skill’s, or not at all', async () => {
  const { me, target } = house
  const other = waybills(house.parcels.url, { metadata: OTHER })
  await house.install(other)
  const offeredFor = async (wish: object) => {
    target.forget()
    target.answer(ordinary)
    const { run } = await me.say(await me.begin(), 'Track my shipment and my parcel', wish)
    const state = await me.over(run)
    const [asked] = target.seen
    const names = asked && askedOf(asked).tools?.map((tool) => tool.function.name.split('__')[0] ?? '')
    return [state, new Set(names?.filter((name) => /waybill|parcel|track/.test(name)))]
  }
  assert.deepEqual(await offeredFor({}), ['completed', new Set(['waybill_tracking', 'parcel_desk'])])
  const named = { skills: ['parcel-desk'] }
  assert.deepEqual(await offeredFor(named), ['completed', new Set(['parcel_desk'])])
  assert.deepEqual(await offeredFor({ skills: ['parcel-desk', 'no-such'] }), ['failed', new Set()])
  // It speaks to a server, and nobody here can say whether that is at home.
  assert.deepEqual(await offeredFor({ ...named, keepPrivate: true }), ['failed', new Set()])
  await me.call('DELETE', '/api/skills/parcel-desk')
})

test('a version that may do more is not called before somebody says yes to it', async () => {
  const { me } = house
  const { hostname, port } = new URL(house.parcels.url)
  const network = [
    {
      host: hostname,
      ports: [Number(port)],
      methods: ['GET', 'POST'],
      paths: ['/**'],
      zone: 'private',
      tls: false,
    },
  ]
  const next = packed(waybills(house.parcels.url, { permissions: { network } }, '1.1.0'))
  const path = '/api/skills/waybill-tracking'
  const detail = await me.call<{
    active: string
    versions: { digest: string; grows: unknown[]; approvedAt: unknown }[]
  }>('POST', `${path}/update`, { bundle: next.bundle })
  const added = detail.versions.find(({ digest }) => digest === next.digest)
  assert.notEqual(detail.active, next.digest)
  assert.deepEqual([added?.grows.length, added?.approvedAt], [1, null])
  assert.deepEqual(await me.refused('PATCH', path, { active: next.digest }), [403, 'skill_denied'])
  await me.call('POST', `${path}/approve`, { digest: next.digest })
  await me.call('PATCH', path, { active: next.digest })
  house.parcels.answer(json({ number: NUMBER, events: [] }))
  assert.equal((await house.call('waybill-tracking', 'track', { number: NUMBER })).version, '1.1.0')
  const back = await me.call<{ version: string }>('POST', `${path}/rollback`)
  assert.equal(back.version, '1.0.0')
  // One that may do no more needs no new yes.
  const quiet = packed(waybills(house.parcels.url, {}, '1.2.0'))
  assert.equal(
    (await me.call<{ version: string }>('POST', `${path}/update`, { bundle: quiet.bundle })).version,
    '1.2.0',
  )
})

test('a version that fails more often than the one beside it is taken back by itself', async () => {
  const { me } = house
  const path = '/api/skills/waybill-tracking'
  const worse = packed(
    waybills(house.parcels.url, { http: { baseUrl: `${house.parcels.url}/waybills/broken` } }, '1.3.0'),
  )
  await me.call('POST', `${path}/update`, { bundle: worse.bundle, switch: 'keep' })
  await me.call('POST', `${path}/canary`, { digest: worse.digest, share: 50 })
  house.parcels.answer((seen, response) =>
    json(
      seen.path.includes('/broken/') ? {} : { number: NUMBER },
      seen.path.includes('/broken/') ? 500 : 200,
    )(seen, response),
  )
  const canary = async (): Promise<unknown> => (await me.call<{ canary: unknown }>('GET', path)).canary
  assert.notEqual(await canary(), null)
  for (let at = 0; at < 60; at += 1)
    await house.call('waybill-tracking', 'track', { number: NUMBER }).catch(() => null)
  await until(async () => (await canary()) === null, 'the way back')
  const { data } = await me.call<{ data: { action: string; actor: string; detail: { because?: string } }[] }>(
    'GET',
    '/api/audit?limit=100',
  )
  const back = data.find(({ action, actor }) => action === 'skill.rolled_back' && actor === 'system')
  assert.equal(back?.detail.because, 'failures')
  assert.equal((await house.call('waybill-tracking', 'track', { number: NUMBER })).version, '1.2.0')
  const { versions } = await me.call<{ versions: { version: string; failed: number; p95Ms: number }[] }>(
    'GET',
    `${path}/figures`,
  )
  assert.ok((versions.find(({ version }) => version === '1.3.0')?.failed ?? 0) >= 10)
})

test('a call under way comes to its end when another version is switched to, and not when its own is revoked then', async () => {
  const { me, parcels } = house
  const path = '/api/skills/waybill-tracking'
  const held = async () => {
    const asked = parcels.next()
    const answer = Promise.withResolvers<() => void>()
    parcels.answer((seen, response) => answer.resolve(() => json({ number: NUMBER })(seen, response)))
    const made = house.call('waybill-tracking', 'track', { number: NUMBER }).then(
      ({ version }) => version,
      (error: unknown) => String(error),
    )
    await asked
    return { made, release: await answer.promise }
  }
  const older = await held()
  const next = packed(waybills(parcels.url, {}, '1.4.0'))
  const { version } = await me.call<{ version: string }>('POST', `${path}/update`, { bundle: next.bundle })
  assert.equal(version, '1.4.0')
  older.release()
  assert.equal(await older.made, '1.2.0')
  const newer = await held()
  await me.call('POST', `${path}/rollback`)
  await me.call('POST', '/api/skills/revoke', { digest: next.digest })
  assert.match(await newer.made, /may not be called any more/)
})

test('a revoked version ends its calls, and is never called again', async () => {
  const { me } = house
  const { active } = await me.call<{ active: string }>('GET', '/api/skills/waybill-tracking')
  const called = house.parcels.next()
  house.parcels.answer(() => {})
  const path = '/api/skills/waybill-tracking/calls'
  const waiting = me.refused('POST', path, { operation: 'track', input: { number: NUMBER } })
  await called
  await me.call('POST', '/api/skills/revoke', { digest: active })
  assert.deepEqual(await waiting, [403, 'skill_denied'])
  assert.deepEqual(await me.refused('PATCH', '/api/skills/waybill-tracking', { active }), [
    403,
    'skill_denied',
  ])
})

test('who may not use skills, or is none of those that one is for, does not see it', async () => {
  const { me } = house
  const made = await me.call<{ key: string }>('POST', '/api/keys', {
    name: 'Other',
    scopes: ['conversations'],
  })
  const without = house.speaker({ authorization: `Bearer ${made.key}` })
  assert.deepEqual(await without.refused('GET', '/api/skills'), [403, 'not_allowed'])
  const other = await me.call<{ key: string }>('POST', '/api/keys', { name: 'User', scopes: ['skills'] })
  const user = house.speaker({ authorization: `Bearer ${other.key}` })
  await me.call('PATCH', '/api/skills/waybill-tracking', { audience: ['user:somebody-else'] })
  assert.deepEqual((await user.call<{ data: unknown[] }>('GET', '/api/skills')).data, [])
  const call = { operation: 'track', input: { number: NUMBER } }
  assert.deepEqual(await user.refused('POST', '/api/skills/waybill-tracking/calls', call), [404, 'not_found'])
  assert.deepEqual(await user.refused('GET', '/api/skills/waybill-tracking'), [403, 'not_allowed'])
})

test('a secret is stored and used, and never shown', async () => {
  const { me, parcels } = house
  const secret = 'tok-3b1946cd9e0f'
  const skill = waybills(parcels.url, {
    metadata: {
      name: 'sealed-waybills',
      version: '1.0.0',
      publisher: 'acme',
      title: 'Waybills',
      description: 'Where parcels are',
      licence: 'Apache-2.0',
    },
    auth: [{ type: 'bearer', secret: 'parcel-token' }],
    permissions: {
      secrets: ['parcel-token'],
      network: [
        {
          host: new URL(parcels.url).hostname,
          ports: [parcels.port],
          methods: ['GET', 'POST'],
          zone: 'private',
          tls: false,
        },
      ],
    },
  })
  await house.install(skill)
  const path = '/api/skills/sealed-waybills'
  const call = { operation: 'track', input: { number: NUMBER } }
  const [, code] = await me.refused('POST', `${path}/calls`, call)
  assert.equal(code, 'skill_denied')
  await me.call('PUT', `${path}/secrets/parcel-token`, { value: secret })
  parcels.answer(json({ number: NUMBER }))
  await house.call('sealed-waybills', 'track', { number: NUMBER })
  assert.equal(parcels.seen.at(-1)?.headers['authorization'], `Bearer ${secret}`)
  const detail = await me.call<{ secrets: unknown }>('GET', path)
  assert.deepEqual(detail.secrets, [{ name: 'parcel-token', isSet: true }])
  assert.doesNotMatch(JSON.stringify(detail) + house.output(), new RegExp(secret))
})

test('what a skill may do is told with the hosts of this house, and a setting that does not fit changes nothing', async () => {
  const { bytes } = await packSkill(join(import.meta.dirname, '../../skills/sql-read'))
  const { me } = house
  const bundle = { bundle: bytes.toString('base64'), approve: true }
  const wrong = { ...bundle, settings: { values: { port: 'first' } } }
  assert.deepEqual(await me.refused('POST', '/api/skills/install', wrong), [400, 'invalid'])
  const values = { host: 'sales-db.example.org', database: 'sales' }
  const { versions } = await me.call<{ versions: readonly { permissions: unknown }[] }>(
    'POST',
    '/api/skills/install',
    {
      ...bundle,
      settings: { values },
    },
  )
  const told = JSON.stringify(versions[0]?.permissions)
  assert.match(told, /sales-db\.example\.org:5432/)
  assert.doesNotMatch(told, /db\.internal/)
})

test('what a skill sends out of the house is masked, on record, and comes back as it was meant', async () => {
  const { me, parcels } = house
  const email = 'anna.schmidt@canary.example'
  await house.install({
    manifest: {
      apiVersion: 'freehold.dev/v1',
      kind: 'http',
      metadata: {
        name: 'notes',
        version: '1.0.0',
        publisher: 'acme',
        title: 'Notes',
        description: 'Notes',
        licence: 'MIT',
      },
      http: { baseUrl: parcels.url },
      permissions: {
        network: [
          { host: '127.0.0.1', ports: [parcels.port], methods: ['POST'], zone: 'managed', tls: false },
        ],
      },
      operations: [
        {
          id: 'check',
          description: 'Checks a note',
          effect: 'read',
          input: { note: { type: 'string' } },
          request: 'POST /notes',
        },
      ],
      tests: [{ operation: 'check', input: {}, expectDenied: true }],
    },
  })
  // It says again what it was sent.
  parcels.answer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(request.body)
  })
  const call = crypto.randomUUID()
  const { value } = await house.call<{ note: string }>(
    'notes',
    'check',
    { note: `Write to ${email}` },
    { call },
  )
  assert.equal(value.note, `Write to ${email}`)
  assert.match(parcels.seen.at(-1)?.body.toString() ?? '', /^\{"note":"Write to \[EMAIL_\w+_1\]"\}$/)
  const { data } = await me.call<{ data: readonly { request: string; detail: Record<string, unknown> }[] }>(
    'GET',
    '/api/audit?action=skill.egress',
  )
  const left = data.find(({ detail }) => detail['zone'] === 'managed')
  const { attempts } = await me.call<{ attempts: readonly { target: string; outbound: string }[] }>(
    'GET',
    `/api/requests/${left?.request}/egress`,
  )
  assert.deepEqual(
    attempts.map(({ target, outbound }) => [target, outbound.includes('[EMAIL_'), outbound.includes(email)]),
    [[`skill notes 127.0.0.1:${parcels.port}`, true, false]],
  )
  assert.deepEqual([left?.detail['masked'], left?.detail['host']], [1, `127.0.0.1:${parcels.port}`])
})

test('what nobody vouches for is not taken in where it has to be certified', async () => {
  const { me } = house
  await me.call('PUT', '/api/skill-policy', { level: 'certified' })
  const { bundle } = packed(waybills(house.parcels.url, {}, '9.0.0'))
  const [status] = await me.refused('POST', '/api/skills/install', { bundle, approve: true })
  assert.equal(status, 403)
})

test('what waits for its user does not keep the house from ending', { timeout: 120_000 }, async () => {
  const { me, target } = house
  target.answer(callsThenSays('waybill_tracking__hold_back', { number: NUMBER }, 'It is held.'))
  const { run } = await me.say(await me.begin(), `Hold back ${NUMBER}`)
  await me.events(run, 0, ({ type }) => type === 'approval.asked')
  await house.stop()
  assert.match(house.output(), /"event":"server\.stopped"/)
})
