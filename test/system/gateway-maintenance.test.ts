import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, chatEvents, ordinary, silent } from './gateway-upstream.ts'

let gpu: CaptureServer
let spare: CaptureServer
let house: GatewayHouse
before(async () => {
  gpu = await captureServer()
  spare = await captureServer()
  const config = {
    targets: [privateModel(gpu.url, { name: 'gpu' }), privateModel(spare.url, { name: 'spare' })],
    routes: [
      { when: { model: 'safe' }, to: ['gpu', 'spare'] },
      { when: { model: 'late' }, to: ['spare', 'gpu'] },
      { to: ['gpu'] },
    ],
  }
  house = await openGateway(config, { key: ['--scope', '*'] })
})
after(async () => {
  await house.close()
  await gpu.close()
  await spare.close()
})
beforeEach(() => {
  for (const one of [gpu, spare]) {
    one.answer(ordinary)
    one.forget()
  }
})

const chat = (model: string, more: object = {}): Promise<Response> =>
  house.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }], ...more })

interface View {
  readonly name: string
  readonly drained: boolean
  readonly inFlight: number
}
const turn = async (to: 'drain' | 'resume'): Promise<View> =>
  JSON.parse(await (await house.post(`/api/targets/gpu/${to}`, '')).text()).target
const gpuOf = async (): Promise<View | undefined> => {
  const { data }: { data: readonly View[] } = JSON.parse(await (await house.get('/api/targets')).text())
  return data.find(({ name }) => name === 'gpu')
}

test('what is under way at a drained target finishes, and nothing new goes there', async () => {
  const [first = '', ...rest] = chatEvents(['good', 'morning'])
  let finish = (): void => {}
  gpu.answer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(first)
    finish = () => response.end(rest.join(''))
  })
  const running = await chat('anything', { stream: true })
  const told = await house.cli('target', 'drain', 'gpu')
  assert.match(told.stdout, /^Target gpu gets no new requests .*; 1 under way in this process\./)
  const drained = await gpuOf()
  assert.deepEqual([drained?.drained, drained?.inFlight], [true, 1])
  const refused = await chat('anything')
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1'])
  const { error } = JSON.parse(await refused.text())
  assert.deepEqual([error.code, error.type], ['draining', 'server_error'])
  assert.match(error.message, /gpu: it is being drained/)
  assert.equal((await chat('safe')).headers.get('x-freehold-target'), 'spare')
  const explained = JSON.parse(await (await house.post('/api/routes/explain', { model: 'safe' })).text())
  assert.deepEqual(explained.skipped, [
    { target: 'gpu', code: 'draining', params: {}, reason: 'it is being drained' },
  ])
  const metrics = await house.metrics()
  assert.match(metrics, /^freehold_target_drained\{target="gpu"\} 1$/m)
  assert.match(metrics, /^freehold_target_drained\{target="spare"\} 0$/m)
  assert.match(metrics, /^freehold_target_in_flight\{target="gpu"\} 1$/m)
  finish()
  assert.match(await running.text(), /morning/)
  while ((await gpuOf())?.inFlight !== 0) await pause(10)
  assert.equal(gpu.seen.length, 1)
  gpu.answer(ordinary)
  assert.equal((await turn('resume')).drained, false)
  assert.equal((await chat('safe')).headers.get('x-freehold-target'), 'gpu')
})

test('a request that was decided before does not fall back to a target that was drained since', async () => {
  let fail = (): void => {}
  spare.answer((seen, response) => {
    fail = () => void answered(500, { error: { message: 'no' } })(seen, response)
  })
  const asked = spare.next()
  const waiting = chat('late')
  await asked
  await turn('drain')
  fail()
  assert.equal((await waiting).status, 500)
  assert.equal(gpu.seen.length, 0)
  await turn('resume')
})

test('an answer of a drained target is not continued until the target is back', async () => {
  gpu.answer(answered(200, { id: 'resp_1', object: 'response', status: 'completed', output: [] }))
  const begun = await house.post('/v1/responses', { model: 'm', input: 'hi' })
  assert.equal(begun.status, 200)
  const go = () => house.post('/v1/responses', { model: 'safe', input: 'on', previous_response_id: 'resp_1' })
  await turn('drain')
  const refused = await go()
  const { error } = JSON.parse(await refused.text())
  assert.deepEqual([refused.status, error.code, error.param], [503, 'draining', 'previous_response_id'])
  await turn('resume')
  assert.equal((await go()).headers.get('x-freehold-target'), 'gpu')
})

test('a call that nobody waits for any more is not counted as under way', async () => {
  gpu.answer(silent)
  const asked = gpu.next()
  const leaving = new AbortController()
  const left = fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${house.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }] }),
    signal: leaving.signal,
  })
  await asked
  assert.equal((await gpuOf())?.inFlight, 1)
  leaving.abort()
  await assert.rejects(left)
  while ((await gpuOf())?.inFlight !== 0) await pause(10)
})
