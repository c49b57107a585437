import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { PullView, TargetModels } from '@freehold/contract/offer.ts'
import type { DiscoveryView } from '@freehold/contract/routing.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, ordinary } from './gateway-upstream.ts'
import type { OllamaServer } from './ollama-server.ts'
import { ollamaServer } from './ollama-server.ts'

const EVERY = { everyMs: 1000 }
const listOf = (...names: readonly string[]) => ({
  object: 'list',
  data: names.map((id) => ({ id, object: 'model', created: 1_700_000_000, owned_by: 'lab' })),
})

let lab: CaptureServer
let quiet: CaptureServer
let ollama: OllamaServer
let house: GatewayHouse
let operator: Readonly<Record<string, string>>
let open: Readonly<Record<string, string>>
let labList: object = listOf('gpt-a', 'gpt-b', 'text-a', 'secret-1')
let isLabDown = false
before(async () => {
  lab = await captureServer((seen, response) => {
    if (seen.method !== 'GET') return ordinary(seen, response)
    return (isLabDown ? answered(503, {}) : answered(200, labList))(seen, response)
  })
  quiet = await captureServer(answered(200, listOf('gpt-of-the-other')))
  ollama = await ollamaServer()
  house = await openGateway({
    targets: [
      privateModel(quiet.url, { name: 'other', models: ['gpt-*', 'plain'] }),
      privateModel(lab.url, { name: 'lab', models: ['gpt-*', 'secret-*'], discover: EVERY }),
      privateModel(ollama.url, {
        name: 'ollama',
        models: { small: 'llama3.2:1b', 'qwen*': '*', tiny: 'tiny' },
        native: 'ollama',
        discover: EVERY,
      }),
      managedModel(lab.url, { name: 'cloud', models: ['*'], discover: EVERY }),
    ],
    routes: [
      { when: { model: 'secret-*', class: ['restricted'] }, to: ['lab'] },
      { when: { model: ['gpt-*', 'plain'] }, to: ['lab', 'other'] },
      { when: { model: ['qwen*', 'small', 'tiny'] }, to: ['ollama'] },
      { when: { model: 'text-*', class: ['public', 'internal'] }, to: ['cloud'] },
    ],
  })
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
  operator = bearer(await house.key('--scope', '*'))
  open = bearer(await house.key('--class', 'public'))
})
after(async () => {
  await house.close()
  for (const server of [lab, quiet, ollama]) await server.close()
})

/** Asks until it holds; a wait that never ends is ended by the time-out of the test run. */
async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    await pause(20)
  }
}

async function api<T>(method: string, path: string, body?: object): Promise<T> {
  const headers = { ...operator, 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(house.url + path, { method, headers, ...sent })
  const text = await response.text()
  assert.ok(response.status < 300, text)
  return JSON.parse(text || 'null')
}

async function refusedWith(method: string, path: string, body?: object): Promise<readonly unknown[]> {
  const headers = { ...operator, 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(house.url + path, { method, headers, ...sent })
  return [response.status, JSON.parse(await response.text()).error.param]
}

interface Listed {
  readonly data: readonly { readonly id: string; readonly created: number }[]
}
async function names(headers = open): Promise<readonly string[]> {
  const list: Listed = JSON.parse(await (await house.get('/v1/models', headers)).text())
  return list.data.map(({ id }) => id)
}
async function discoveryOf(name: string): Promise<DiscoveryView> {
  const { data } = await api<{ data: { name: string; discovery: DiscoveryView | null }[] }>(
    'GET',
    '/api/targets',
  )
  const found = data.find((one) => one.name === name)?.discovery
  assert.ok(found)
  return found
}

test('what targets have behind a * is listed, as far as their patterns and the rules let it', async () => {
  const seen = await until(names, (list) => ['gpt-a', 'qwen3:8b', 'text-a'].every((id) => list.includes(id)))
  assert.deepEqual(seen, ['extract-1', 'plain', 'small', 'tiny', 'gpt-a', 'gpt-b', 'qwen3:8b', 'text-a'])
  // Confidential content does not leave by these rules, so what only the cloud has is not for everything.
  assert.equal((await names({ 'x-freehold-class': 'confidential' })).includes('text-a'), false)
  const secret = { 'x-freehold-class': 'restricted' }
  assert.ok((await names(secret)).includes('secret-1'))
  assert.deepEqual(quiet.seen, [], 'who does not ask for it is not asked')
  const one: { created: number } = JSON.parse(await (await house.get('/v1/models/gpt-a')).text())
  assert.equal(one.created, 1_700_000_000)
  const asked = lab.seen.find(({ headers }) => headers.authorization?.startsWith('Bearer ey'))
  const claims = JSON.parse(
    Buffer.from(asked?.headers.authorization?.split('.')[1] ?? '', 'base64url').toString(),
  )
  assert.deepEqual(
    [asked?.method, asked?.body.length, claims.sub, claims.class],
    ['GET', 0, 'system', 'public'],
  )
  const metrics = await (await house.get('/metrics', operator)).text()
  assert.match(metrics, /^freehold_target_discoveries_total\{target="lab",outcome="ok"\} [1-9]/m)
  assert.match(metrics, /^freehold_target_discovered_models\{target="lab"\} 4$/m)
  assert.match(house.output(), /"event":"target\.discovered","target":"lab","models":4,"leftOut":0/)
})

test('a name that was discovered can be asked for, and stands in no record', async () => {
  const answer = await house.post('/v1/chat/completions', {
    model: 'gpt-a',
    messages: [{ role: 'user', content: 'hi' }],
  })
  assert.deepEqual([answer.status, answer.headers.get('x-freehold-target')], [200, 'lab'])
  const id = answer.headers.get('x-freehold-request')
  const record = await api<{ model: string; modelAsked: string | null }>('GET', `/api/requests/${id}`)
  assert.deepEqual([record.model, record.modelAsked], ['*', null])
})

test('while a target cannot be asked its last list stays, and it shows', async () => {
  isLabDown = true
  const stale = await until(
    () => discoveryOf('lab'),
    ({ state }) => state === 'stale',
  )
  assert.deepEqual([stale.models, stale.failure?.code], [4, 'upstream_broke'])
  assert.ok((stale.ageMs ?? 0) > 0)
  assert.ok((await names()).includes('gpt-a'))
  assert.match((await house.cli('target', 'list')).stdout, /models not listed for \d+ s \(upstream_broke\)/)
  assert.match(
    house.output(),
    /"event":"target\.discovery_failed","target":"lab","code":"upstream_broke","models":4/,
  )
  isLabDown = false
  labList = listOf('gpt-c')
  await until(names, (list) => list.includes('gpt-c') && !list.includes('gpt-a'))
  assert.equal((await discoveryOf('lab')).state, 'ok')
})

test('a list of strange names is cut to what can be shown', async () => {
  const many = Array.from({ length: 1500 }, (_, n) => `gpt-${n}`)
  const bad = [
    'gpt- space',
    'gpt-\u202Eevil',
    'gpt-\u0000',
    '*',
    'gpt-*',
    '',
    'gpt-'.padEnd(300, 'x'),
    'gpt-0',
  ]
  labList = { data: [null, 7, { no: 'id' }, ...listOf('gpt-0', ...bad, ...many).data] }
  const seen = await until(names, (list) => list.includes('gpt-998'))
  assert.equal(seen.filter((id) => id.startsWith('gpt-')).length, 1000)
  assert.ok(seen.every((id) => /^[\w.:-]+$/.test(id)))
  const { models, leftOut } = await discoveryOf('lab')
  assert.deepEqual([models, leftOut], [1000, 1512 - 1000])
})

test('a target whose address changes begins with an empty list, and one that is gone is not asked', async () => {
  const target = (url: string, more = {}) =>
    privateModel(url, { name: 'moving', models: ['m-*'], discover: EVERY, ...more })
  await api('PUT', '/api/targets/moving', { target: target(quiet.url) })
  await api('PUT', '/api/routes', { routes: [{ to: ['moving'] }] })
  quiet.answer(answered(200, listOf('m-1')))
  await until(names, (list) => list.includes('m-1'))
  quiet.answer(() => {})
  await api('PUT', '/api/targets/moving', { target: target(`${quiet.url}/x`) })
  assert.equal((await names()).includes('m-1'), false)
  assert.deepEqual(
    await refusedWith('PUT', '/api/targets/moving', { target: target(lab.url, { models: ['m'] }) }),
    [400, 'target.discover'],
  )
  await api('PUT', '/api/routes', { routes: [] })
  await api('DELETE', '/api/targets/moving')
})

test('the models of a target are shown as they are now, with what clients may ask for', async () => {
  labList = listOf('gpt-c', 'text-a')
  const plain = await api<TargetModels>('GET', '/api/targets/lab/models')
  assert.deepEqual(
    plain.data.map(({ id, askedAs, ownedBy, created }) => [id, askedAs, ownedBy, created]),
    [
      ['gpt-c', ['gpt-c'], 'lab', '2023-11-14T22:13:20.000Z'],
      ['text-a', [], 'lab', '2023-11-14T22:13:20.000Z'],
    ],
  )
  isLabDown = true
  assert.deepEqual(await refusedWith('GET', '/api/targets/lab/models'), [502, null])
  isLabDown = false
  assert.deepEqual(await refusedWith('GET', '/api/targets/nobody/models'), [404, 'name'])
})

test('an Ollama tells more: sizes, what is in memory, what a model can do', async () => {
  const { data, version } = await api<TargetModels>('GET', '/api/targets/ollama/models')
  const [llama, qwen, tiny] = data
  assert.deepEqual([tiny?.id, tiny?.askedAs], ['tiny:latest', ['tiny']])
  assert.equal(version, '0.9.1')
  assert.deepEqual(llama, {
    id: 'llama3.2:1b',
    ownedBy: null,
    created: '2025-05-05T00:37:44.000Z',
    askedAs: ['small'],
    sizeBytes: 1_321_098_329,
    family: 'llama',
    parameters: '1.2B',
    quantisation: 'Q4_K_M',
    contextTokens: 131_072,
    capabilities: ['completion'],
    loaded: null,
  })
  assert.deepEqual(
    [qwen?.askedAs, qwen?.contextTokens, qwen?.loaded],
    [['qwen3:8b'], 40_960, { vramBytes: 5_137_025_024, until: '2025-06-04T14:38:31.83753-07:00' }],
  )
  const asked = ollama.seen.filter(({ path }) => path === '/api/show').length
  await api('GET', '/api/targets/ollama/models')
  assert.equal(ollama.seen.filter(({ path }) => path === '/api/show').length, asked, 'it is asked once')
  const trial = await house.cli('target', 'test', 'ollama')
  assert.equal(trial.status, 0, trial.stdout)
  const shown = await house.cli('target', 'models', 'ollama')
  assert.match(shown.stdout, /^qwen3:8b +qwen3:8b +5\.2 GB +8\.2B Q4_K_M 40960 tokens +in memory$/m)
})

const GB = 1_000_000_000
const pullOf = async (id: string): Promise<PullView | undefined> =>
  (await api<{ data: PullView[] }>('GET', '/api/targets/ollama/pull')).data.find((one) => one.id === id)

test('a model is fetched in the background, and its progress is there for everybody', async () => {
  const arrived = ollama.next()
  const begun = await api<PullView>('POST', '/api/targets/ollama/pull', { model: 'hf.co/lab/new:Q4' })
  assert.equal(begun.state, 'pulling')
  assert.deepEqual(JSON.parse((await arrived).body.toString()), { model: 'hf.co/lab/new:Q4', stream: true })
  const pull = ollama.pull()
  pull.line({ status: 'pulling 8eeb52dfb3bb', digest: 'sha256:8e', total: 2 * GB })
  pull.line({ status: 'pulling 8eeb52dfb3bb', digest: 'sha256:8e', total: 2 * GB, completed: GB })
  pull.line({ status: 'pulling 73b313b5552d', digest: 'sha256:73', total: GB, completed: GB })
  const half = await until(
    () => pullOf(begun.id),
    (one) => one?.totalBytes === 3 * GB,
  )
  assert.deepEqual(
    [half?.completedBytes, half?.status, half?.step],
    [2 * GB, 'pulling 73b313b5552d', 'layers'],
  )
  const { pulls } = await api<TargetModels>('GET', '/api/targets/ollama/models')
  assert.equal(pulls[0]?.id, begun.id)
  assert.deepEqual(await refusedWith('POST', '/api/targets/ollama/pull', { model: 'hf.co/lab/new:Q4' }), [
    409,
    'model',
  ])
  // Other targets may change meanwhile: its connection stays.
  await api('PUT', '/api/targets/fresh', {
    target: privateModel(quiet.url, { name: 'fresh', models: ['f'] }),
  })
  for (const status of ['verifying sha256 digest', 'writing manifest', 'success']) pull.line({ status })
  pull.end()
  const done = await until(
    () => pullOf(begun.id),
    (one) => one?.state !== 'pulling',
  )
  assert.deepEqual([done?.state, done?.endedAt === null], ['done', false])
  const { data } = await api<{ data: { action: string; subject: string; detail: object }[] }>(
    'GET',
    '/api/audit',
  )
  const event = data.find(({ action }) => action === 'target.pull_started')
  assert.deepEqual([event?.subject, event?.detail], ['ollama', { model: 'hf.co/lab/new:Q4' }])
  assert.match(
    house.output(),
    /"event":"target\.pulled","target":"ollama","outcome":"done","bytes":2000000000/,
  )
})

/** How many answers had each status. */
function counted(answers: readonly Response[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

test('the same model is fetched once, and no more than four at a time', async () => {
  const begin = (model: string) =>
    fetch(`${house.url}/api/targets/ollama/pull`, {
      method: 'POST',
      headers: { ...operator, 'content-type': 'application/json' },
      body: JSON.stringify({ model }),
    })
  const twice = await Promise.all([begin('a'), begin('a')])
  assert.deepEqual(counted(twice), { 201: 1, 409: 1 })
  const many = await Promise.all(['b', 'c', 'd', 'e'].map(begin))
  assert.deepEqual(counted(many), { 201: 3, 429: 1 })
  const { data } = await api<{ data: PullView[] }>('GET', '/api/targets/ollama/pull')
  const active = data.filter(({ state }) => state === 'pulling')
  assert.equal(active.length, 4)
  for (const { id } of active) await api('DELETE', `/api/pulls/${id}`)
})

/** When the target is asked for it; what was asked for before may still be on its way. */
async function asksFor(model: string): Promise<void> {
  while (JSON.parse((await ollama.next()).body.toString() || '{}').model !== model);
}

test('a fetching that fails says why, and one that breaks off is not done', async () => {
  for (const [end, says] of [
    [() => ollama.pull().line({ error: 'pull model manifest: file does not exist' }), /file does not exist/],
    [() => ollama.pull().end(), /ended without saying that it is done/],
    [() => ollama.pull().line({ status: 'x'.repeat(70_000) }), /too long/],
  ] as const) {
    const arrived = asksFor('none')
    const { id } = await api<PullView>('POST', '/api/targets/ollama/pull', { model: 'none' })
    await arrived
    end()
    const failed = await until(
      () => pullOf(id),
      (one) => one?.state !== 'pulling',
    )
    assert.equal(failed?.state, 'failed')
    assert.match(failed.status, says)
    ollama.pull().end()
  }
})

test('freehold target pull waits for the end, and a cancelled one is ended at the target too', async () => {
  const arrived = asksFor('slow:7b')
  const waiting = house.cli('target', 'pull', 'ollama', 'slow:7b')
  await arrived
  const { seen } = ollama.pull()
  const cancelled = await house.cli('target', 'pull', 'ollama', 'slow:7b', '--cancel')
  assert.equal(cancelled.status, 0, cancelled.stderr)
  await seen.left
  const { status, stderr } = await waiting
  assert.deepEqual([status, stderr], [1, 'slow:7b: cancelled (cancelled)\n'])
})

test('only a private Ollama can be told to fetch something, by the operator, and by a name', async () => {
  for (const [name, model, status, param] of [
    ['lab', 'x', 400, 'name'],
    ['nobody', 'x', 404, 'name'],
    ['ollama', '../x y', 400, 'model'],
    ['ollama', 'http://evil/x', 400, 'model'],
  ] as const) {
    assert.deepEqual(await refusedWith('POST', `/api/targets/${name}/pull`, { model }), [status, param], name)
  }
  assert.equal((await house.post('/api/targets/ollama/pull', { model: 'x' })).status, 403)
  assert.deepEqual(await refusedWith('DELETE', `/api/pulls/${crypto.randomUUID()}`), [404, 'id'])
})
