import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { killUnderLoad } from './gateway-kill.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, chatEvents, ordinary, streamed } from './gateway-upstream.ts'

let target: CaptureServer
let house: GatewayHouse
before(async () => {
  target = await captureServer()
  house = await openGateway({
    targets: [
      privateModel(target.url, { models: ['known'], price: { in: 2, out: 3 } }),
      managedModel(target.url, { models: ['cloud-model'], price: { in: 10, out: 30 } }),
      privateModel(target.url, { name: 'wild' }),
      privateModel('http://127.0.0.1:1', { name: 'nobody' }),
      { name: 'svc', kind: 'service', zone: 'private', url: target.url },
    ],
    routes: [
      { when: { model: 'cloud-*', class: ['public'] }, to: ['cloud'] },
      { when: { model: 'known' }, to: ['house'] },
      { when: { model: 'dead' }, to: ['nobody'] },
      { to: ['wild'] },
      { when: { service: 'svc' }, to: ['svc'] },
    ],
  })
})
after(async () => {
  await house.close()
  await target.close()
})
beforeEach(() => {
  target.answer(ordinary)
  target.forget()
})

const chat = (model: string, more: object = {}): object => ({
  model,
  messages: [{ role: 'user', content: 'hi' }],
  ...more,
})

interface Shown {
  readonly [field: string]: unknown
  readonly state: string
  readonly usage: { readonly input: number; readonly output: number; readonly estimated: boolean } | null
}

async function recordOf(response: Response): Promise<Shown> {
  await response.text().catch(() => '')
  const id = response.headers.get('x-freehold-request') ?? ''
  const record = await house.get(`/api/requests/${id}`)
  const text = await record.text()
  assert.equal(record.status, 200, text)
  return JSON.parse(text)
}

test('a request that was answered has its record: who, why, where, and what it cost', async () => {
  const record = await recordOf(
    await house.post('/v1/chat/completions', chat('known'), { 'x-freehold-class': 'confidential' }),
  )
  const { state, operation, rule, modelAsked, model, zone, status, cost, usage, attempts } = record
  assert.deepEqual(
    {
      state,
      operation,
      rule,
      modelAsked,
      model,
      zone,
      target: record['target'],
      status,
      cost,
      attempts,
      usage,
    },
    {
      state: 'settled',
      operation: 'chat.complete',
      rule: 'file:2',
      modelAsked: 'known',
      model: 'known',
      zone: 'private',
      target: 'house',
      status: 200,
      // 11 tokens at 2 and 7 at 3 per million.
      cost: 0.000043,
      attempts: 1,
      usage: { input: 11, output: 7, estimated: false },
    },
  )
  assert.deepEqual(record['classes'], {
    base: 'internal',
    declared: 'confidential',
    conversation: null,
    found: null,
  })
  assert.ok((record['bytesOut'] as { private: number }).private > 20)
})

test('a streamed answer is counted by what its target says', async () => {
  const { usage, timeToFirstTokenMs } = await recordOf(
    await house.post('/v1/chat/completions', chat('known', { stream: true })),
  )
  assert.deepEqual(usage, { input: 11, output: 7, estimated: false })
  assert.equal(typeof timeToFirstTokenMs, 'number')
})

test('a stream that broke is charged for what came', async () => {
  target.answer(streamed(chatEvents(['a', 'b', 'c', 'd']), { cutAfter: 4 }))
  const { state, code, usage, cost } = await recordOf(
    await house.post('/v1/chat/completions', chat('known', { stream: true })),
  )
  assert.deepEqual([state, code], ['failed', 'upstream_broke'])
  assert.ok(usage && usage.estimated && usage.output >= 3 && usage.output <= 5, JSON.stringify(usage))
  assert.ok(Number(cost) > 0)
})

test('what never reached its target is not counted as sent', async () => {
  const { attempts, bytesOut } = await recordOf(await house.post('/v1/chat/completions', chat('dead')))
  assert.deepEqual([attempts, bytesOut], [1, { private: 0, managed: 0 }])
})

test('a stream that began with an error costs nothing', async () => {
  target.answer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end('data: {"error":{"message":"no","code":429}}\n\n')
  })
  const { usage, cost } = await recordOf(
    await house.post('/v1/chat/completions', chat('known', { stream: true })),
  )
  assert.deepEqual([usage?.input ?? 0, usage?.output ?? 0, cost ?? 0], [0, 0, 0])
})

test('what went to a managed target is recorded before it leaves, on disk, with its bytes', async () => {
  const key = await house.key('--name', 'public', '--class', 'public')
  const response = await house.post('/v1/chat/completions', chat('cloud-model'), {
    authorization: `Bearer ${key}`,
  })
  const id = response.headers.get('x-freehold-request')
  const shown = await house.cli('request', 'show', String(id), '--json')
  assert.equal(shown.status, 0, shown.stderr)
  const record = JSON.parse(shown.stdout)
  assert.deepEqual([record.record, record.zone, record.class], ['strict', 'managed', 'public'])
  assert.equal(record.bytesOut.managed, target.seen[0]?.body.length)
})

test('what a client made up has no place in the records', async () => {
  const canary = 'canary-4711@example.com'
  const record = await recordOf(
    await house.post('/v1/chat/completions', chat(canary, { user: canary, metadata: { a: canary } })),
  )
  assert.deepEqual([record['modelAsked'], record['model']], [null, '*'])
  const service = await recordOf(
    await house.post(`/services/svc/${encodeURIComponent(canary)}?q=${canary}`, { canary }),
  )
  assert.equal(service['operation'], 'service.call')
  const metrics = await house.metrics()
  for (const text of [JSON.stringify(record), JSON.stringify(service), metrics, house.output()])
    for (const secret of [canary, encodeURIComponent(canary), house.apiKey, 'sk-managed-canary'])
      assert.equal(text.includes(secret), false, secret)
})

test('refusals are on record too, and somebody else’s records are not there', async () => {
  target.answer(answered(500, { error: { message: 'no', type: 't', param: null, code: null } }))
  const failed = await recordOf(await house.post('/v1/chat/completions', chat('known')))
  assert.deepEqual([failed['status'], failed.state], [500, 'settled'])
  const refused = await house.post('/v1/embeddings', { model: 'extract-1', input: 'x' })
  assert.equal(refused.status, 404)
  const { state, code } = await recordOf(refused)
  assert.deepEqual([state, code], ['failed', 'no_route'])
  const other = await house.key('--name', 'stranger')
  const id = refused.headers.get('x-freehold-request')
  const looked = await house.get(`/api/requests/${id}`, { authorization: `Bearer ${other}` })
  assert.equal(looked.status, 404)
})

test('usage adds up by key, target and model', async () => {
  const key = await house.key('--name', 'spender')
  const authorization = `Bearer ${key}`
  for (let at = 0; at < 3; at += 1)
    await (await house.post('/v1/chat/completions', chat('known'), { authorization })).text()
  for (const by of ['principal', 'target', 'model']) {
    const usage = JSON.parse(await (await house.get(`/api/usage?by=${by}`, { authorization })).text())
    assert.deepEqual(
      usage.data.map(({ requests, input, output, cost }: Record<string, number>) => [
        requests,
        input,
        output,
        cost,
      ]),
      [[3, 33, 21, 0.000129]],
      by,
    )
  }
  const shown = await house.cli('usage', '--by', 'target')
  assert.match(shown.stdout, /house/)
})

const ROUNDS = 2

test('after kill -9 under load every request whose answer had begun has its record', async (t) => {
  const { answered: heads, lost, unknown } = await killUnderLoad(ROUNDS)
  t.diagnostic(`${heads} answers begun in ${ROUNDS} rounds, ${unknown} requests closed as unknown`)
  assert.ok(heads > 40 * ROUNDS, `${heads} answers`)
  assert.deepEqual(lost, [])
})

test('with the write-ahead file switched off the same kills lose records', async () => {
  const { lost } = await killUnderLoad(2, { records: { writeAhead: false } })
  assert.ok(lost.length > 0)
})
