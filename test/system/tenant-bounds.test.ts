import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { WebSocket } from 'ws'
import { ACTIONS } from '@freehold/contract/actions.ts'
import { sampleCall, TABLE } from './every-operation.ts'
import type { Answer, Ground } from './operation-ground.ts'
import { bearer, codeOf, openGround, OWNER } from './operation-ground.ts'
import type { Settled } from './tenant-house.ts'
import { OWNER_PASSWORD, settle } from './tenant-house.ts'

let ground: Ground
let north: Settled

before(async () => {
  ground = await openGround()
  const { body } = await sampleCall(ground, 'owner.claim')
  await ground.ok({ method: 'POST', path: '/api/claim', body: { ...body, ...OWNER } })
  north = await settle(ground, 'north')
})
after(() => ground.close())

const bound = (bounds: object): Promise<unknown> =>
  ground.ok({ method: 'PUT', path: `/api/tenants/${north.id}/bounds`, body: bounds })
const post = (path: string, body: object): Promise<Answer> =>
  ground.send({ method: 'POST', path, headers: bearer(north.key.key), body })
const chat = (model: string): Promise<Answer> =>
  post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Good morning' }] })

test('a tenant has no more people, keys and documents than it may have', async () => {
  await bound({ people: 1, keys: 2, storageBytes: 40 })
  const key = (): Promise<Answer> => post('/api/keys', { name: 'another' })
  assert.deepEqual([codeOf(await key()), codeOf(await key())], ['ok', 'over_quota'])
  const { token } = await north.ground.ok<{ token: string }>({
    method: 'POST',
    path: '/api/invitations',
    body: { name: 'Carla' },
  })
  const join = { token, tenant: 'north', password: OWNER_PASSWORD }
  assert.equal(codeOf(await post('/api/invitations/accept', join)), 'over_quota')
  const shelf = await north.ground.ok<{ id: string }>({
    method: 'POST',
    path: '/api/collections',
    body: { name: 'Shelf' },
  })
  const add = (text: string): Promise<Answer> =>
    post(`/api/collections/${shelf.id}/documents`, { documents: [{ id: text, title: 'A', text }] })
  assert.deepEqual(
    [codeOf(await add('Twenty bytes of text')), codeOf(await add('And twenty-one bytes.'))],
    ['ok', 'over_quota'],
  )
  await bound({})
  assert.equal(codeOf(await post('/api/invitations/accept', join)), 'ok', 'the link is still good')
  assert.equal(codeOf(await add('And twenty-one bytes.')), 'ok')
})

test('a tenant with limits of its own is refused by these, and others are not', async () => {
  await bound({ limits: { rpm: 2 } })
  const codes = [await chat('house'), await chat('house'), await chat('house')].map(codeOf)
  assert.deepEqual(codes, ['ok', 'ok', 'over_limit'])
  const ofHome = await ground.send({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: ground.admin,
    body: { model: 'house', messages: [{ role: 'user', content: 'Good morning' }] },
  })
  assert.equal(codeOf(ofHome), 'ok')
  await bound({})
})

test('a tenant reaches only the targets that it may reach, and is offered no others', async () => {
  await bound({ destinations: ['claude'] })
  const service = (): Promise<Answer> => post('/services/echo/sample', { text: 'hello' })
  assert.deepEqual([codeOf(await chat('far')), codeOf(await service())], ['no_route', 'no_route'])
  const served = await chat('some-model')
  assert.deepEqual([served.status, served.headers['x-freehold-target']], [200, 'claude'])
  const names = async (): Promise<string> =>
    (await ground.send({ method: 'GET', path: '/v1/models', headers: bearer(north.key.key) })).text
  assert.doesNotMatch(await names(), /"far"/)
  await bound({ destinations: ['host:127.0.0.1'] })
  assert.deepEqual([codeOf(await chat('far')), codeOf(await service())], ['ok', 'ok'])
  assert.match(await names(), /"far"/)
  await bound({ destinations: [] })
  assert.deepEqual([codeOf(await chat('far')), codeOf(await chat('extract-1'))], ['no_route', 'ok'])
  await bound({})
})

test('a tenant is used from its networks, at every door', async () => {
  await bound({ sources: ['203.0.113.0/24'] })
  const headers = bearer(north.key.key)
  const socket = await sampleCall(ground, 'runs.connect')
  const refused = async (): Promise<readonly string[]> => [
    codeOf(await chat('house')),
    codeOf(await ground.send({ method: 'GET', path: '/api/session', headers })),
    codeOf(await ground.send({ method: 'GET', path: '/api/users', headers: north.owner.session })),
    codeOf(await post('/api/session', { name: north.owner.name, password: OWNER_PASSWORD, tenant: 'north' })),
    codeOf(await ground.send({ ...socket, headers: { ...socket.headers, ...headers } })),
  ]
  assert.deepEqual(new Set(await refused()), new Set(['wrong_network']))
  await bound({ sources: ['203.0.113.0/24', '127.0.0.0/8', '::1'] })
  assert.deepEqual(new Set(await refused()), new Set(['ok']))
  const wrong = await ground.send({
    method: 'PUT',
    path: `/api/tenants/${north.id}/bounds`,
    headers: ground.admin,
    body: { sources: ['10.0.0.0/99'] },
  })
  assert.deepEqual([codeOf(wrong), /sources/.test(wrong.text)], ['invalid', true])
  await bound({})
})

test('a tenant that is suspended is refused at every operation, and what is under way ends', async () => {
  const url = `${ground.house.url.replace('http', 'ws')}/api/ws`
  const socket = new WebSocket(url, { headers: bearer(north.key.key) })
  await once(socket, 'open')
  const ended = once(socket, 'close')
  const shut = await ground.house.cli('tenant', 'suspend', 'north')
  assert.match(shut.stdout, / suspended .* north\n/, shut.stderr)
  await ended
  const open: string[] = []
  for (const [id, { action }] of TABLE) {
    const call = await sampleCall(ground, id)
    for (const by of [bearer(north.key.key), north.owner.session]) {
      const headers = { ...call.headers, ...by, 'x-forwarded-for': '203.0.113.9' }
      const code = codeOf(await ground.send({ ...call, headers }))
      if (code !== 'suspended' && ACTIONS[action] !== 'anyone') open.push(`${id}: ${code}`)
    }
  }
  assert.deepEqual(open, [])
  const login = { name: north.owner.name, password: OWNER_PASSWORD, tenant: 'north' }
  assert.equal(codeOf(await post('/api/session', login)), 'wrong_login', 'nobody learns that it is there')

  const resumed = await ground.house.cli('tenant', 'resume', 'north')
  assert.match(resumed.stdout, / open .* north\n/)
  assert.equal(codeOf(await chat('house')), 'ok')
  assert.equal(codeOf(await post('/api/session', login)), 'ok')
})

test('the home tenant cannot be suspended', async () => {
  const home = await ground.house.cli('tenant', 'suspend', 'home')
  assert.deepEqual([home.status, /cannot run without/.test(home.stderr)], [1, true])
})
