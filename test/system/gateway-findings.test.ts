import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel, settledRecord } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer } from './gateway-upstream.ts'

let cloud: CaptureServer
let home: CaptureServer
let house: GatewayHouse

before(async () => {
  cloud = await captureServer()
  home = await captureServer()
  house = await openGateway(
    {
      targets: [
        managedModel(cloud.url),
        privateModel(home.url),
        { name: 'desk', kind: 'service', zone: 'private', url: home.url },
        { name: 'nlp', kind: 'service', zone: 'managed', url: cloud.url },
      ],
      routes: [
        { when: { model: 'plain', class: ['public'] }, to: ['cloud'], desensitise: 'none' },
        { when: { model: 'at-home' }, to: ['house'] },
        { when: { class: ['public', 'internal'] }, to: ['cloud'] },
        { when: { class: ['confidential', 'restricted'] }, to: ['house'] },
        { when: { service: 'nlp', class: ['public'] }, to: ['nlp'] },
        { when: { service: 'desk' }, to: ['desk'] },
      ],
    },
    { key: ['--class', 'public'] },
  )
})
after(async () => {
  await house.close()
  await Promise.all([cloud.close(), home.close()])
})

const say = (content: string, model = 'm') => ({ model, messages: [{ role: 'user', content }] })
const to = (response: Response) => [
  response.status,
  response.headers.get('x-freehold-target'),
  response.headers.get('x-freehold-class'),
]
const ask = (content: string, model?: string) => house.post('/v1/chat/completions', say(content, model))

test('what is found raises the class before it is decided where the request goes', async () => {
  assert.deepEqual(to(await ask('hello')), [200, 'cloud', 'public'])
  const response = await ask('I am anna@canary.example')
  assert.deepEqual(to(response), [200, 'house', 'confidential'])
  assert.doesNotMatch(cloud.seen.map(({ body }) => body.toString()).join(), /canary/)
  const id = response.headers.get('x-freehold-request') ?? ''
  const record = await settledRecord<Record<string, unknown>>(house, id)
  assert.deepEqual([record['class'], record['findings']], ['confidential', { EMAIL: 1 }])
})

test('a rule that masks nothing gets nothing in which something was found', async () => {
  assert.deepEqual(to(await ask('hello', 'plain')), [200, 'cloud', 'public'])
  assert.deepEqual(to(await ask('I am anna@canary.example', 'plain')), [200, 'house', 'confidential'])
})

test('where it can change nothing, nobody looks', async () => {
  assert.deepEqual(to(await ask('I am anna@canary.example', 'at-home')), [200, 'house', 'public'])
})

test('a caller may not send what is found above its ceiling, wherever it would go', async () => {
  const key = await house.key('--name', 'low', '--class', 'public', '--ceiling', 'internal')
  const low = (content: string, model: string) =>
    house.post('/v1/chat/completions', say(content, model), { authorization: `Bearer ${key}` })
  assert.equal((await low('hello', 'at-home')).status, 200)
  const response = await low('I am anna@canary.example', 'at-home')
  const { error } = JSON.parse(await response.text())
  assert.deepEqual([response.status, error.code], [403, 'above_ceiling'])
  assert.match(error.message, /confidential by what stands in it \(EMAIL\)/)
})

test('a service is told apart like a model: a body that cannot be read does not leave, and goes on at home', async () => {
  home.answer(answered(200, {}))
  const send = (service: string, body: string) =>
    house.post(`/services/${service}/x`, body, { 'content-type': 'application/json' })
  assert.equal((await send('nlp', '{"a":"hello"}')).status, 200)
  for (const body of ['{"a":"anna@canary.example"}', '{"a":']) {
    assert.equal((await send('nlp', body)).status, 422)
    assert.equal((await send('desk', body)).status, 200)
  }
})
