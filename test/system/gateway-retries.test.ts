import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer, Script } from './gateway-upstream.ts'
import { answered, captureServer, chatEvents, ordinary, streamed } from './gateway-upstream.ts'

const DOWN = answered(503, { error: { message: 'overloaded' } })
const gone: Script = (_, response) => void response.destroy()

let gpu: CaptureServer
let spare: CaptureServer
let house: GatewayHouse
before(async () => {
  gpu = await captureServer()
  spare = await captureServer()
  const service = { kind: 'service', zone: 'private', url: gpu.url }
  house = await openGateway({
    targets: [
      privateModel(gpu.url, { name: 'gpu', retries: undefined }),
      privateModel(spare.url, { name: 'spare', retries: undefined }),
      privateModel(gpu.url, { name: 'never', retries: 0 }),
      { ...service, name: 'pay' },
    ],
    routes: [
      { when: { model: 'safe' }, to: ['gpu', 'spare'] },
      { when: { model: 'group' }, to: [['gpu', 'spare']], affinity: 'none' },
      { when: { model: 'never' }, to: ['never'] },
      { when: { service: 'pay' }, to: ['pay'] },
      { to: ['gpu'] },
    ],
    // What is counted here are retries.
    circuit: { failures: 0 },
  })
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

const ask = async (model: string, more: object = {}): Promise<Response> => {
  const answer = await house.post('/v1/chat/completions', {
    model,
    messages: [{ role: 'user', content: 'hi' }],
    ...more,
  })
  await answer
    .clone()
    .text()
    .catch(() => {})
  return answer
}
/** Fails this often, and then goes well. */
function failing(times: number, script: Script): Script {
  let left = times
  return (seen, response) => {
    left -= 1
    return (left >= 0 ? script : ordinary)(seen, response)
  }
}
const seen = (): readonly number[] => [gpu.seen.length, spare.seen.length]

test('what passes by is asked again at the same target, and stands in the record as an attempt', async () => {
  for (const script of [DOWN, gone]) {
    gpu.forget()
    gpu.answer(failing(1, script))
    const answer = await ask('safe')
    assert.deepEqual([answer.status, answer.headers.get('x-freehold-target'), ...seen()], [200, 'gpu', 2, 0])
    const [last] = JSON.parse((await house.cli('request', 'list', '--json', '--limit', '1')).stdout).data
    assert.deepEqual([last.target, last.attempts], ['gpu', 2])
  }
  assert.match(await house.metrics(), /^freehold_retries_total\{target="gpu",outcome="ok"\} 2$/m)
})

test('after the retry the next target answers; in a group it does so at once', async () => {
  gpu.answer(DOWN)
  assert.equal((await ask('safe')).headers.get('x-freehold-target'), 'spare')
  assert.deepEqual(seen(), [2, 1])
  for (let n = 0; n < 6; n += 1) {
    gpu.forget()
    spare.forget()
    assert.equal((await ask('group')).headers.get('x-freehold-target'), 'spare')
    assert.ok(gpu.seen.length <= 1)
  }
})

test('a target that asks for a little time gets it, and for more it is not asked again', async () => {
  const times: number[] = []
  gpu.answer(
    failing(1, (request, response) => {
      times.push(performance.now())
      return answered(503, {}, { 'retry-after-ms': '400' })(request, response)
    }),
  )
  assert.equal((await ask('short')).status, 200)
  assert.ok(performance.now() - (times[0] ?? 0) >= 400)
  gpu.forget()
  gpu.answer(answered(503, {}, { 'retry-after': '30' }))
  assert.deepEqual([(await ask('long')).status, gpu.seen.length], [503, 1])
})

test('what says no, or was seen by the client, is not asked again', async () => {
  for (const status of [400, 401, 429, 500]) {
    gpu.forget()
    gpu.answer(answered(status, { error: { message: 'no' } }))
    assert.deepEqual([(await ask('plain')).status, gpu.seen.length], [status, 1])
  }
  gpu.forget()
  gpu.answer(streamed(chatEvents(['a', 'b']), { cutAfter: 2 }))
  await ask('cut', { stream: true })
  assert.equal(gpu.seen.length, 1)
  gpu.answer(DOWN)
  gpu.forget()
  assert.deepEqual([(await ask('never')).status, gpu.seen.length], [503, 1])
})

test('a service is asked again only what may be done twice', async () => {
  gpu.answer(DOWN)
  assert.equal((await house.get('/services/pay/balance')).status, 503)
  assert.equal(gpu.seen.length, 2)
  gpu.forget()
  assert.equal((await house.post('/services/pay/transfer', { amount: 1 })).status, 503)
  assert.equal(gpu.seen.length, 1)
})

test('a client that leaves while it waits is not asked for again', async () => {
  gpu.answer(answered(503, {}, { 'retry-after-ms': '1900' }))
  const controller = new AbortController()
  const left = fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    signal: controller.signal,
    headers: { authorization: `Bearer ${house.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'left', messages: [{ role: 'user', content: 'hi' }] }),
  })
  const failures = (): number => house.output().split('"event":"target.failed"').length
  const before = failures()
  while (failures() === before) await setImmediate()
  controller.abort()
  await assert.rejects(left)
  let code = ''
  while (code !== 'client_left') {
    const [last] = JSON.parse((await house.cli('request', 'list', '--json', '--limit', '1')).stdout).data
    code = last.code
  }
  assert.equal(gpu.seen.length, 1)
})

test('when everything fails the calls stay near the number of requests', async () => {
  gpu.answer(DOWN)
  spare.answer(DOWN)
  const REQUESTS = 300
  for (let n = 0; n < REQUESTS / 30; n += 1) await Promise.all(Array.from({ length: 30 }, () => ask('storm')))
  const calls = gpu.seen.length
  assert.ok(calls <= 1.1 * REQUESTS + 10, String(calls))
  assert.match(
    await house.metrics(),
    /^freehold_retries_total\{target="gpu",outcome="over_budget"\} \d\d+$/m,
    'it was the budget that held',
  )
})
