import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, ordinary } from './gateway-upstream.ts'

/** Long enough for all that is asked meanwhile, also on a busy machine. */
const OPEN_MS = 3000
const DOWN = answered(503, { error: { message: 'overloaded' } })

let gpu: CaptureServer
let spare: CaptureServer
let house: GatewayHouse
const config = (failures: number): object => ({
  targets: [
    privateModel(gpu.url, { name: 'gpu' }),
    privateModel(spare.url, { name: 'spare' }),
    privateModel(gpu.url, { name: 'keyed', auth: { apiKey: 'sk-of-the-house-0123456789' } }),
  ],
  routes: [
    { when: { model: 'safe*' }, to: ['gpu', 'spare'] },
    { when: { model: ['busy', 'idle'] }, to: ['keyed'] },
    { to: ['gpu'] },
  ],
  circuit: { failures, openMs: OPEN_MS },
})
before(async () => {
  gpu = await captureServer()
  spare = await captureServer()
  house = await openGateway(config(3))
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

async function ask(model: string): Promise<Response> {
  const answer = await house.post('/v1/chat/completions', {
    model,
    messages: [{ role: 'user', content: 'hi' }],
  })
  await answer.clone().text()
  return answer
}

async function statuses(model: string, times: number): Promise<readonly number[]> {
  const found: number[] = []
  for (let n = 0; n < times; n += 1) found.push((await ask(model)).status)
  return found
}

interface Listed {
  readonly data: readonly {
    readonly name: string
    readonly circuits: readonly { readonly state: string }[]
  }[]
}
async function circuitsOfGpu(): Promise<readonly { readonly state: string }[]> {
  const { data }: Listed = JSON.parse((await house.cli('target', 'list', '--json')).stdout)
  return data.find(({ name }) => name === 'gpu')?.circuits ?? []
}

test('a target that keeps failing is left alone, says when to come again, and comes back by itself', async () => {
  gpu.answer(DOWN)
  assert.deepEqual(await statuses('alone', 3), [503, 503, 503])
  const spared = await ask('alone')
  assert.equal(spared.status, 502)
  assert.match(spared.headers.get('retry-after') ?? '', /^[123]$/)
  assert.match(await spared.text(), /left alone for a moment/)
  assert.equal(gpu.seen.length, 3)
  assert.deepEqual(
    (await circuitsOfGpu()).map(({ state }) => state),
    ['open'],
  )
  const metrics = await house.metrics()
  assert.match(metrics, /^freehold_target_circuits_open\{target="gpu"\} 1$/m)
  assert.match(metrics, /^freehold_target_spared_total\{target="gpu",reason="open"\} 1$/m)
  assert.match(house.output(), /"event":"target\.opened","target":"gpu","failures":3/)
  assert.deepEqual(await statuses('another', 1), [503], 'another model of it is asked')
  gpu.answer(ordinary)
  await pause(OPEN_MS)
  assert.deepEqual(await statuses('alone', 2), [200, 200])
  assert.match(house.output(), /"event":"target\.closed","target":"gpu"/)
})

test('while it is left alone the next target of the rule answers at once', async () => {
  gpu.answer(DOWN)
  assert.deepEqual(await statuses('safe', 5), [200, 200, 200, 200, 200])
  assert.deepEqual([gpu.seen.length, spare.seen.length], [3, 5])
  const [last] = JSON.parse((await house.cli('request', 'list', '--json', '--limit', '1')).stdout).data
  assert.deepEqual([last.target, last.attempts], ['spare', 1], 'what was not made is no attempt')
})

test('a target that asks for time gets it, for this model alone', async () => {
  gpu.answer((_, response) => void response.writeHead(429, { 'retry-after': '3' }).end('{}'))
  const limited = await ask('busy')
  assert.equal(limited.status, 429)
  const spared = await ask('busy')
  assert.equal(spared.status, 429)
  assert.match(spared.headers.get('retry-after') ?? '', /^[123]$/)
  assert.match(await spared.text(), /takes no more requests for now/)
  assert.equal(gpu.seen.length, 1)
  gpu.answer(ordinary)
  assert.deepEqual(await statuses('idle', 1), [200])
  await pause(3000)
  assert.deepEqual(await statuses('busy', 1), [200])
})

test('a target that knows each caller may ask one of them for time, and the others are let through', async () => {
  gpu.answer((_, response) => void response.writeHead(429, { 'retry-after': '30' }).end('{}'))
  assert.deepEqual(await statuses('own', 2), [429, 429])
  assert.equal(gpu.seen.length, 2)
})

test('a plain 500 closes the way for nobody else, and switched off nothing is spared', async () => {
  gpu.answer(answered(500, { error: { message: 'this prompt breaks it' } }))
  assert.deepEqual(await statuses('poison', 5), [500, 500, 500, 500, 500])
  await house.rewrite(config(0))
  gpu.answer(DOWN)
  // Until the new configuration is in force the last of five are spared.
  gpu.forget()
  let found = await statuses('off', 5)
  while (found.includes(502)) {
    await pause(100)
    gpu.forget()
    found = await statuses('off', 5)
  }
  assert.deepEqual(found, [503, 503, 503, 503, 503])
  assert.equal(gpu.seen.length, 5)
})
