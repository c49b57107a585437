import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PLATFORM_ACTIONS } from '@freehold/contract/actions.ts'
import { sampleCall, TABLE } from './every-operation.ts'
import type { Answer, Ground, Headers } from './operation-ground.ts'
import { bearer, codeOf, openGround, OWNER } from './operation-ground.ts'
import type { Settled } from './tenant-house.ts'
import { OWNER_PASSWORD, sessionOf, settle } from './tenant-house.ts'

let ground: Ground
let north: Settled
let south: Settled

before(async () => {
  ground = await openGround()
  const { body } = await sampleCall(ground, 'owner.claim')
  await ground.ok({ method: 'POST', path: '/api/claim', body: { ...body, ...OWNER } })
  north = await settle(ground, 'north')
  south = await settle(ground, 'south')
})
after(() => ground.close())

const get = (path: string, headers: Headers): Promise<Answer> => ground.send({ method: 'GET', path, headers })
const signIn = (body: object): Promise<Answer> => ground.send({ method: 'POST', path: '/api/session', body })

test('the operator makes a tenant on the command line, and its first owner joins with the link, once', async () => {
  const made = await ground.house.cli('tenant', 'create', 'west', '--owner', 'Berta Schulze')
  assert.equal(made.status, 0, made.stderr)
  const [, token] = /#join=([\w-]{43})&tenant=west\n/.exec(made.stdout) ?? []
  assert.ok(token, made.stdout)
  const again = await ground.house.cli('tenant', 'create', 'west')
  assert.deepEqual([again.status, /of this name already/.test(again.stderr)], [1, true])
  const listed = await ground.house.cli('tenant', 'list')
  assert.match(listed.stdout, /waits for its owner .* west\n/)

  const accept = (word: string | undefined, tenant?: string) =>
    ground.send({
      method: 'POST',
      path: '/api/invitations/accept',
      body: { token: word, ...(tenant && { tenant }), password: OWNER_PASSWORD },
    })
  // Neither in the home tenant nor in one that there is not.
  assert.deepEqual(
    [codeOf(await accept(token)), codeOf(await accept(token, 'nowhere'))],
    ['wrong_claim', 'wrong_claim'],
  )
  const renewed = JSON.parse((await ground.house.cli('tenant', 'invite', 'west', '--json')).stdout) as {
    token: string
  }
  assert.equal(codeOf(await accept(token, 'west')), 'wrong_claim', 'the first link is void')
  const joined = await ground.send({
    method: 'POST',
    path: '/api/invitations/accept',
    body: { token: renewed.token, tenant: 'west', name: 'Berta Schulze', password: OWNER_PASSWORD },
  })
  const berta = await get('/api/session', sessionOf(joined))
  assert.match(berta.text, /"name":"Berta Schulze".*"roles":\["owner"\]/)
  assert.equal(codeOf(await accept(renewed.token, 'west')), 'wrong_claim')
  const late = await ground.house.cli('tenant', 'invite', 'west')
  assert.deepEqual([late.status, /has an owner/.test(late.stderr)], [1, true])
  assert.match((await ground.house.cli('tenant', 'show', 'west')).stdout, / open .* west\n/)
})

test('people sign in to the tenant that they name, and nothing tells which tenants and names there are', async () => {
  const { name } = north.owner
  const right = await signIn({ name, password: OWNER_PASSWORD, tenant: 'north' })
  assert.equal(right.status, 201, right.text)
  const wrong = await Promise.all([
    signIn({ name, password: OWNER_PASSWORD }),
    signIn({ name, password: OWNER_PASSWORD, tenant: 'south' }),
    signIn({ name, password: OWNER_PASSWORD, tenant: 'nowhere' }),
    signIn({ name: OWNER.name, password: OWNER.password, tenant: 'nowhere' }),
    signIn({ name: OWNER.name, password: OWNER.password, tenant: 'north' }),
  ])
  const told = wrong.map(({ status, text }) => `${status} ${text}`)
  assert.deepEqual([new Set(told).size, codeOf(wrong[0])], [1, 'wrong_login'])
  assert.equal((await signIn({ ...OWNER, tenant: 'home' })).status, 201, 'the home tenant has a name as well')
  assert.equal(codeOf(await signIn({ name, password: OWNER_PASSWORD, tenant: 'North!' })), 'invalid')
})

test('the same names stand in two tenants side by side, and each sees its own', async () => {
  for (const { ground: own } of [north, south]) {
    await own.ok({ method: 'POST', path: '/api/collections', body: { name: 'Shelf' } })
    await own.ok({ method: 'POST', path: '/api/groups', body: { name: 'Support' } })
    await own.ok({
      method: 'PUT',
      path: '/api/privacy/dictionaries/names',
      body: { entries: [{ value: own.admin['authorization']?.slice(-8) }] },
    })
  }
  const seen = async ({ ground: own }: Settled) => ({
    people: await own.ok<{ data: { id: string }[] }>({ method: 'GET', path: '/api/users' }),
    shelves: await own.ok<{ data: { id: string }[] }>({ method: 'GET', path: '/api/collections' }),
    keys: await own.ok<{ data: { id: string }[] }>({ method: 'GET', path: '/api/keys' }),
  })
  const [ours, theirs] = [await seen(north), await seen(south)]
  assert.deepEqual(
    ours.people.data.map(({ id }) => id),
    [north.owner.id],
  )
  assert.deepEqual(
    theirs.keys.data.map(({ id }) => id),
    [south.key.id],
  )
  assert.deepEqual([ours.shelves.data.length, theirs.shelves.data.length], [1, 1])
  assert.notEqual(ours.shelves.data[0]?.id, theirs.shelves.data[0]?.id)
})

test('what concerns the installation is for the home tenant, whatever the roles of another one say', async () => {
  const passed: string[] = []
  for (const [id, operation] of TABLE) {
    if (!PLATFORM_ACTIONS.has(operation.action)) continue
    const call = await sampleCall(ground, id)
    // The metrics are open to this machine; whoever comes through a proxy is not on it.
    const headers = { ...call.headers, 'x-forwarded-for': '203.0.113.9' }
    for (const by of [bearer(north.key.key), north.owner.session]) {
      const answer = await ground.send({ ...call, headers: { ...headers, ...by } })
      if (codeOf(answer) !== 'not_allowed') passed.push(`${id}: ${answer.status} ${answer.text}`)
    }
  }
  assert.deepEqual(passed, [])
})

test('making a tenant stands in the record of the home tenant, and what happens in it in its own', async () => {
  const ofHome = await ground.events(null)
  assert.deepEqual(
    ofHome.filter(({ subject }) => subject === north.id).map(({ action }) => action),
    ['tenant.invited', 'tenant.created'],
  )
  const own = await north.ground.ok<{ data: { action: string }[] }>({
    method: 'GET',
    path: '/api/audit?limit=200',
  })
  const actions = new Set(own.data.map(({ action }) => action))
  assert.ok(actions.has('invitation.accepted') && !actions.has('tenant.created'))
  const standing = await ground.ok<{ data: { tenant: string; versions: object[] }[] }>({
    method: 'GET',
    path: `/api/kek?tenant=${north.id}`,
  })
  assert.deepEqual([standing.data[0]?.tenant, standing.data[0]?.versions.length], [north.id, 1])
})

test('a member of one tenant gives a link that leads there', async () => {
  const { token, link } = await north.ground.ok<{ token: string; link: string }>({
    method: 'POST',
    path: '/api/invitations',
    body: { name: 'Carla' },
  })
  assert.ok(link.endsWith(`/#join=${token}&tenant=north`))
})
