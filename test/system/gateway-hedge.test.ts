import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, chatEvents, ordinary, silent, streamed } from './gateway-upstream.ts'

const HEDGE = { afterMs: 300 }
/** Also on a busy machine a target that answers does so before. */
const PATIENT = { afterMs: 5000 }
const DOWN = answered(503, { error: { message: 'down' } })

let one: CaptureServer
let two: CaptureServer
let house: GatewayHouse
let publicKey: string
before(async () => {
  one = await captureServer()
  two = await captureServer()
  const price = (out: number): object => ({ price: { in: 100, out } })
  house = await openGateway({
    targets: [
      privateModel(one.url, { name: 'one' }),
      privateModel(two.url, { name: 'two' }),
      managedModel(one.url, { name: 'cloud-1', ...price(1000) }),
      managedModel(two.url, { name: 'cloud-2', ...price(2000) }),
    ],
    routes: [
      { when: { model: 'cloud', class: ['public'] }, to: ['cloud-1', 'cloud-2'], hedge: HEDGE },
      { when: { model: 'mixed', class: ['public'] }, to: ['one', 'cloud-2', 'two'], hedge: HEDGE },
      { when: { model: 'plain' }, to: ['one', 'two'] },
      { when: { model: 'patient' }, to: ['one', 'two'], hedge: PATIENT },
      { to: ['one', 'two'], hedge: HEDGE },
    ],
    circuit: { failures: 0 },
  })
  publicKey = await house.key('--name', 'public', '--class', 'public')
})
after(async () => {
  await house.close()
  await one.close()
  await two.close()
})
beforeEach(() => {
  for (const server of [one, two]) {
    server.answer(ordinary)
    server.forget()
  }
})

const ask = async (model: string, more: object = {}, headers = {}): Promise<Response> => {
  const answer = await house.post(
    '/v1/chat/completions',
    { model, messages: [{ role: 'user', content: 'hi' }], ...more },
    headers,
  )
  await answer.clone().text()
  return answer
}
const seen = (): readonly number[] => [one.seen.length, two.seen.length]
const by = (answer: Response): string | null => answer.headers.get('x-freehold-target')
const lastRecord = async () =>
  JSON.parse((await house.cli('request', 'list', '--json', '--limit', '1')).stdout).data[0]

test('a second target is asked when the first takes its time, and the call to the first is ended', async () => {
  one.answer(silent)
  for (const stream of [false, true]) {
    one.forget()
    two.forget()
    assert.equal(by(await ask('any', { stream })), 'two')
    assert.deepEqual(seen(), [1, 1])
    await one.seen[0]?.left
    const record = await lastRecord()
    assert.deepEqual([record.target, record.attempts, record.state], ['two', 2, 'settled'])
  }
  const metrics = await house.metrics()
  assert.match(metrics, /^freehold_hedges_total\{target="two",outcome="won"\} 2$/m)
  assert.match(metrics, /^freehold_target_attempts_total\{target="one",zone="private",outcome="lost"\} 2$/m)
})

test('where the first is fast enough, or no rule says so, no second one is asked', async () => {
  assert.equal(by(await ask('patient')), 'one')
  assert.deepEqual(seen(), [1, 0])
  const words = Array.from({ length: 12 }, () => 'a')
  one.answer(streamed(chatEvents(words), { everyMs: PATIENT.afterMs / 10 }))
  assert.equal(by(await ask('patient', { stream: true })), 'one')
  assert.deepEqual(seen(), [2, 0], 'a stream that has begun is no reason')
})

test('the first may still win, and then the second is ended', async () => {
  const release = Promise.withResolvers<void>()
  one.answer(async (request, response) => {
    await release.promise
    return ordinary(request, response)
  })
  two.answer(silent)
  const asked = ask('any')
  const second = await two.next()
  release.resolve()
  assert.equal(by(await asked), 'one')
  await second.left
  assert.equal((await lastRecord()).target, 'one')
})

test('a request with tools is sent once', async () => {
  const release = Promise.withResolvers<void>()
  one.answer(async (request, response) => {
    await release.promise
    return ordinary(request, response)
  })
  const tools = [{ type: 'function', function: { name: 'pay', parameters: {} } }]
  const asked = [ask('any', { tools }), ask('plain'), ask('any')]
  // The third one is hedged, so the time of the others is over too.
  await two.next()
  release.resolve()
  await Promise.all(asked)
  assert.deepEqual(seen(), [3, 1])
})

test('a second one of another zone is never asked', async () => {
  const release = Promise.withResolvers<void>()
  one.answer(async (request, response) => {
    await release.promise
    return ordinary(request, response)
  })
  const asked = [ask('mixed', {}, { authorization: `Bearer ${publicKey}` }), ask('any')]
  await two.next()
  release.resolve()
  await Promise.all(asked)
  assert.deepEqual(seen(), [2, 1])
})

test('one that fails leaves it to the other, and when both fail the client hears of it', async () => {
  for (const [script, status] of [
    [ordinary, 200],
    [DOWN, 503],
  ] as const) {
    const release = Promise.withResolvers<void>()
    one.answer(async (request, response) => {
      await release.promise
      return script(request, response)
    })
    two.answer(DOWN)
    const asked = ask('any')
    await two.next()
    release.resolve()
    assert.equal((await asked).status, status)
  }
  assert.deepEqual(seen(), [2, 2])
})

test('both are charged: the answer by its own price, and the other for what it was asked to read', async () => {
  one.answer(silent)
  const answer = await ask('cloud', {}, { authorization: `Bearer ${publicKey}` })
  assert.equal(by(answer), 'cloud-2')
  const record = await lastRecord()
  const { input, output, estimated } = record.usage
  const read = input - 11
  assert.ok(read > 0)
  assert.deepEqual([record.target, record.attempts, output, estimated], ['cloud-2', 2, 7, true])
  assert.equal(Math.round(record.cost * 1e6), 11 * 100 + 7 * 2000 + read * 100)
  assert.ok(record.cost < record.reserved.cost)
})

test('the answer of the first is charged by its own price when the second one fails', async () => {
  const release = Promise.withResolvers<void>()
  one.answer(async (request, response) => {
    await release.promise
    return ordinary(request, response)
  })
  two.answer(DOWN)
  const asked = ask('cloud', {}, { authorization: `Bearer ${publicKey}` })
  await two.next()
  release.resolve()
  assert.equal(by(await asked), 'cloud-1')
  const record = await lastRecord()
  assert.equal(Math.round(record.cost * 1e6), 11 * 100 + 7 * 1000)
})

test('where everything is slow few are asked twice', async () => {
  const release = Promise.withResolvers<void>()
  for (const server of [one, two])
    server.answer(async (request, response) => {
      await release.promise
      return ordinary(request, response)
    })
  const asked = Array.from({ length: 60 }, () => ask('any'))
  const over = async (): Promise<boolean> =>
    /freehold_hedges_total\{target="two",outcome="over_budget"\} [4-9]\d$/m.test(await house.metrics())
  while (!(await over())) assert.ok(two.seen.length <= 20)
  release.resolve()
  await Promise.all(asked)
  assert.ok(two.seen.length <= 20, String(two.seen.length))
})
