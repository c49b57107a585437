import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer, Script, Seen } from './gateway-upstream.ts'
import { answered, captureServer, ordinary } from './gateway-upstream.ts'

const DOWN = answered(503, { error: { message: 'overloaded' } })
const isProbe = ({ path }: Seen): boolean => path.startsWith('/health')

let gpu: CaptureServer
let spare: CaptureServer
let house: GatewayHouse
let health: Script
before(async () => {
  gpu = await captureServer()
  spare = await captureServer()
  const probed = (name: string, more: object): object =>
    privateModel(gpu.url, {
      name,
      probe: { path: `/health/${name}`, everyMs: 100, timeoutMs: 10_000, ...more },
    })
  house = await openGateway({
    targets: [
      probed('gpu', { failures: 2, successes: 2 }),
      // Its probe alone never takes it out.
      probed('stubborn', { failures: 100 }),
      privateModel(gpu.url, {
        name: 'keyed',
        auth: { apiKey: 'sk-of-the-house-0123456789' },
        probe: { path: '/health/keyed', everyMs: 100 },
      }),
      privateModel(spare.url, { name: 'spare' }),
    ],
    routes: [
      { when: { model: 'safe' }, to: ['gpu', 'spare'] },
      { when: { model: 'group' }, to: [['gpu', 'spare']], affinity: 'none' },
      { when: { model: 'alone' }, to: ['gpu'] },
      { when: { model: 'circuit' }, to: ['stubborn'] },
      { to: ['keyed'] },
    ],
    circuit: { failures: 3, openMs: 200 },
    balance: { slowStartMs: 3_600_000 },
  })
})
after(async () => {
  await house.close()
  await gpu.close()
  await spare.close()
})
let talk: Script
beforeEach(() => {
  health = answered(200, { status: 'ok' })
  talk = ordinary
  gpu.answer((seen, response) => (isProbe(seen) ? health : talk)(seen, response))
  for (const one of [gpu, spare]) one.forget()
})

const ask = async (model: string): Promise<Response> => {
  const answer = await house.post('/v1/chat/completions', {
    model,
    messages: [{ role: 'user', content: 'hi' }],
  })
  await answer.clone().text()
  return answer
}
const asked = (): number => gpu.seen.filter((one) => !isProbe(one)).length
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, 'this never came about')
    await pause(20)
  }
}
const said = (event: string, target: string): boolean =>
  new RegExp(`"event":"target\\.${event}","target":"${target}"`).test(house.output())

test('a target whose probe fails is left out and comes back by itself', async () => {
  assert.equal((await ask('safe')).headers.get('x-freehold-target'), 'gpu')
  health = DOWN
  await until(() => said('unhealthy', 'gpu'))
  gpu.forget()
  for (const model of ['safe', 'group', 'group', 'group'])
    assert.equal((await ask(model)).headers.get('x-freehold-target'), 'spare')
  const refused = await ask('alone')
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [502, '10'])
  assert.match(await refused.text(), /fails its health probe/)
  assert.equal(asked(), 0)
  const metrics = await house.metrics()
  assert.match(metrics, /^freehold_target_spared_total\{target="gpu",reason="unhealthy"\} \d+$/m)
  assert.match(metrics, /^freehold_target_probes_total\{target="gpu",outcome="503"\} \d+$/m)
  health = ordinary
  await until(() => said('healthy', 'gpu'))
  assert.equal((await ask('alone')).status, 200)
  assert.match((await house.cli('target', 'list')).stdout, /^gpu .* coming back with 10 % \(\*\)/m)
})

test('while a circuit is open the probe finds out whether the target is back, and no client', async () => {
  health = DOWN
  talk = DOWN
  for (let n = 0; n < 3; n += 1) assert.equal((await ask('circuit')).status, 503)
  const probesBefore = gpu.seen.length
  await until(() => gpu.seen.length > probesBefore + 10)
  assert.equal((await ask('circuit')).status, 502)
  assert.equal(asked(), 3)
  health = ordinary
  await until(() => said('closed', 'stubborn'))
  assert.equal(asked(), 3)
  assert.equal((await ask('circuit')).status, 503, 'a probe can be wrong')
  assert.equal((await ask('circuit')).status, 502, 'and one failure is enough then')
  talk = ordinary
  await until(async () => (await ask('circuit')).status === 200)
  assert.match((await house.cli('target', 'list')).stdout, /^stubborn .* coming back with 10 % \(\*\)/m)
})

test('a probe carries the key of the house and no name of anybody', async () => {
  await until(() => ['gpu', 'keyed'].every((name) => gpu.seen.some(({ path }) => path.endsWith(name))))
  const headers = (name: string) => gpu.seen.find(({ path }) => path === `/health/${name}`)?.headers
  assert.equal(headers('gpu')?.authorization, undefined)
  assert.equal(headers('keyed')?.authorization, 'Bearer sk-of-the-house-0123456789')
  assert.equal(headers('gpu')?.host, `127.0.0.1:${gpu.port}`)
})

test('a target that is not there any more is not probed', async () => {
  const other = { path: '/health/other', everyMs: 100 }
  await house.rewrite({
    targets: [privateModel(gpu.url, { name: 'gpu', probe: other })],
    routes: [{ to: ['gpu'] }],
  })
  const probesOf = (name: string): number => gpu.seen.filter(({ path }) => path === `/health/${name}`).length
  await until(() => probesOf('other') > 0)
  gpu.forget()
  await until(() => probesOf('other') > 5)
  assert.ok(probesOf('keyed') <= 1, 'what was under way when it went')
  assert.equal((await ask('any')).status, 200)
  assert.match(
    (await house.cli('target', 'list')).stdout,
    /^gpu .* coming back with \d+ %/m,
    'it is a new one',
  )
})
