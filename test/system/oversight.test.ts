import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DryRunView } from '@freehold/contract/dry-run.ts'
import type { HealthView } from '@freehold/contract/health.ts'
import type { NeighboursView } from '@freehold/contract/neighbours.ts'
import type { RequestView } from '@freehold/contract/requests.ts'
import type { Speaker } from './conversation-house.ts'
import { speakerAt } from './conversation-house.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, ordinary } from './gateway-upstream.ts'

const LEAVING = ['public', 'internal', 'confidential']
const KEY = 'sk-in-the-environment-0123456789'

let target: CaptureServer
let house: GatewayHouse
let operator: Speaker
let member: Speaker
let sent: string[] = []
before(async () => {
  target = await captureServer(ordinary)
  house = await openGateway(
    {
      targets: [
        privateModel(target.url, { models: ['house'] }),
        managedModel(target.url, { models: ['cloud'], price: { in: 1, out: 2 } }),
      ],
      conversations: { model: 'house' },
    },
    { env: { OPENAI_API_KEY: KEY } },
  )
  operator = speakerAt(house.url, {
    authorization: `Bearer ${await house.key('--name', 'op', '--scope', '*')}`,
  })
  member = speakerAt(house.url, { authorization: `Bearer ${house.apiKey}` })
  await operator.call('PUT', '/api/routes', {
    routes: [
      { when: { model: 'cloud', class: LEAVING }, to: ['cloud'], desensitise: 'strict' },
      { when: { model: 'house' }, to: ['house'] },
    ],
  })
  sent = [
    await ask('cloud', 'internal'),
    await ask('house', 'internal'),
    await ask('house', 'confidential'),
    await ask('cloud', 'restricted'),
  ]
})
after(async () => {
  await house.close()
  await target.close()
})

/** Id of the request. */
async function ask(model: string, of: string): Promise<string> {
  const body = { model, messages: [{ role: 'user', content: 'Hello?' }] }
  const answer = await house.post('/v1/chat/completions', body, { 'x-freehold-class': of })
  await answer.text()
  return answer.headers.get('x-freehold-request') ?? ''
}

const idsOf = async (query: string): Promise<string[]> => {
  const { data } = await operator.call<{ data: RequestView[] }>('GET', `/api/requests${query}`)
  return data.map(({ id }) => id)
}

test('the ledger of requests is narrowed by where they went, their class and why they were refused', async () => {
  const [cloud = '', house1 = '', house2 = '', refused = ''] = sent
  assert.deepEqual(await idsOf('?zone=managed'), [cloud])
  assert.deepEqual(await idsOf('?target=house'), [house2, house1])
  assert.deepEqual(await idsOf('?class=confidential&zone=private'), [house2])
  assert.deepEqual(await idsOf('?code=stays_home'), [refused])
  assert.deepEqual(await idsOf('?until=2020-01-01T00:00:00Z'), [])
  const { data } = await operator.call<{ data: RequestView[] }>('GET', '/api/requests?state=settled&limit=1')
  assert.equal(data.length, 1)
  assert.deepEqual(await operator.refused('GET', '/api/requests?zone=moon'), [400, 'invalid'])
})

test('how much was answered at home is told by day, and a member hears of its own alone', async () => {
  interface Home {
    whose: string
    home: number
    total: Record<string, number>
    days: readonly { day: string }[]
  }
  const own = await member.call<Home>('GET', '/api/usage/home')
  assert.equal(own.whose, 'own')
  assert.deepEqual(own.total, { local: 0, private: 2, managed: 1, kept: 0, unanswered: 1 })
  assert.equal(own.home, 2 / 3)
  assert.equal(own.days.length, 1)
  const all = await operator.call<Home>('GET', '/api/usage/home')
  assert.deepEqual([all.whose, all.total], ['all', own.total])
  const none = await operator.call<Home>('GET', '/api/usage/home?whose=own&from=2020-01-01&to=2020-01-31')
  assert.deepEqual([none.home, none.days], [null, []])
  assert.deepEqual(await member.refused('GET', '/api/usage/home?whose=all'), [403, 'not_allowed'])
})

test('edited rules are tried on the requests of before, and nothing of them is kept', async () => {
  const before = await operator.call('GET', '/api/routes')
  const routes = [
    { when: { model: 'cloud', class: ['public'] }, to: ['cloud'] },
    { when: { model: ['house', 'cloud'], class: ['internal', 'restricted'] }, to: ['house', 'local'] },
  ]
  const tried = await operator.call<DryRunView>('POST', '/api/routes/dry-run', { routes })
  const outcomes = Object.fromEntries(tried.differing.map(({ request, outcome }) => [request, outcome]))
  const [cloud = '', , confidential = ''] = sent
  assert.equal(outcomes[confidential], 'would_refuse')
  assert.ok(['would_stay', 'would_refuse'].includes(outcomes[cloud] ?? ''), JSON.stringify(tried))
  assert.equal(tried.looked, 4)
  assert.deepEqual(await operator.call('GET', '/api/routes'), before)
  const wrong = [{ to: ['nobody'] }]
  assert.deepEqual(await operator.refused('POST', '/api/routes/dry-run', { routes: wrong }), [400, 'invalid'])
  assert.deepEqual(await member.refused('POST', '/api/routes/dry-run', { routes }), [403, 'not_allowed'])
})

test('rules that are in force change nothing on trial', async () => {
  const { data } = await operator.call<{
    data: readonly { when: { model: string[]; class: string[] | null } }[]
  }>('GET', '/api/routes')
  const routes = data.map(({ when: { model, class: of } }) => ({
    when: { model, ...(of && { class: of }) },
    to: [model[0]],
  }))
  const tried = await operator.call<DryRunView>('POST', '/api/routes/dry-run', { routes, limit: 3 })
  assert.deepEqual([tried.looked, tried.counts.same, tried.differing], [3, tried.compared, []])
})

test('health has a line for everything there is, and what is left to set up follows from facts', async () => {
  const health = await operator.call<HealthView>('GET', '/api/health')
  const states = Object.fromEntries(health.lines.map(({ id, state }) => [id, state]))
  for (const id of ['database', 'disk', 'records', 'audit-log', 'configuration', 'targets', 'keys'])
    assert.equal(states[id], 'ok', JSON.stringify(health.lines))
  const setup = Object.fromEntries(health.setup.map(({ id, state }) => [id, state]))
  assert.deepEqual(
    [setup['target'], setup['leaving'], setup['transport'], setup['root-key'], setup['second-administrator']],
    ['done', 'done', 'done', 'unknown', 'open'],
  )
  assert.deepEqual(await member.refused('GET', '/api/health'), [403, 'not_allowed'])
})

test('every key of the configuration is told with where it was said, and no secret', async () => {
  const settings = await operator.call<{ data: readonly { key: string; origin: string; value: unknown }[] }>(
    'GET',
    '/api/settings',
  )
  const model = settings.data.find(({ key }) => key === 'conversations.model')
  assert.equal(model?.value, 'house')
  assert.match(model?.origin ?? '', /freehold\.yaml:\d+$/)
  assert.equal(settings.data.find(({ key }) => key === 'audit.keepDays')?.origin, 'default')
  assert.ok(!JSON.stringify(settings).includes('sk-managed-canary'), 'a secret was told')
  assert.deepEqual(await member.refused('GET', '/api/settings'), [403, 'not_allowed'])
})

test('looking around tells a key by its name alone, is on record, and is for the operator', async () => {
  assert.deepEqual(await member.refused('POST', '/api/targets/discover'), [403, 'not_allowed'])
  const found = await operator.call<NeighboursView>('POST', '/api/targets/discover')
  assert.deepEqual(
    found.places.map(({ program }) => program),
    ['ollama', 'lm-studio', 'llama.cpp', 'vllm'],
  )
  assert.ok(found.keys.some(({ variable }) => variable === 'OPENAI_API_KEY'))
  assert.ok(!JSON.stringify(found).includes(KEY), 'a key was told')
  const { data } = await operator.call<{ data: readonly { detail: { keys: string[] } }[] }>(
    'GET',
    '/api/audit?action=target.discovered',
  )
  assert.ok(data[0]?.detail.keys.includes('OPENAI_API_KEY'))
})
