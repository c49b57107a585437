import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer } from './gateway-upstream.ts'

let cloud: CaptureServer
let house: GatewayHouse

before(async () => {
  cloud = await captureServer()
  house = await openGateway(
    {
      targets: [
        managedModel(cloud.url, { models: ['open'] }),
        managedModel(cloud.url, { name: 'careful', models: ['careful'], desensitise: 'labels' }),
      ],
      routes: [{ when: { class: ['public'] }, to: ['cloud', 'careful'], desensitise: 'none' }],
      classes: { found: { default: 'public' } },
      desensitise: {
        labels: { default: 'keep', EMAIL: 'redact' },
        networks: { default: 'keep', IP: 'generalise' },
      },
      privacy: { tenants: { '*': 'networks' } },
    },
    { key: ['--class', 'public'] },
  )
})
after(async () => {
  await house.close()
  await cloud.close()
})

const say = (model: string) => ({
  model,
  messages: [{ role: 'user', content: 'anna@canary.example at 10.20.30.40' }],
})
const read = async (response: Response) => JSON.parse(await response.text())

test('what a tenant and a target ask for is masked, also where the rule masks nothing', async () => {
  for (const [model, content] of [
    ['open', 'anna@canary.example at 10.20.0.0/16'],
    ['careful', '[EMAIL] at 10.20.0.0/16'],
  ] as const) {
    cloud.forget()
    const response = await house.post('/v1/chat/completions', say(model))
    assert.equal(response.status, 200, await response.text())
    const { messages } = JSON.parse(cloud.seen[0]?.body.toString() ?? '')
    assert.equal(messages[0].content, content)
  }
})

test('an explanation and a preview show it before anything leaves', async () => {
  cloud.forget()
  const explained = await read(await house.post('/api/routes/explain', say('careful')))
  assert.deepEqual(explained.attempts, [
    {
      target: 'careful',
      zone: 'managed',
      model: 'careful',
      desensitise: 'labels+networks',
      masked: { EMAIL: 1, IP: 1 },
    },
  ])
  const shown = await read(await house.post('/api/privacy/preview', say('careful')))
  assert.match(shown.outbound, /\[EMAIL\] at 10\.20\.0\.0\/16/)
  assert.equal(shown.desensitise, 'labels+networks')
  // A profile is tried before a rule names it; what target and tenant ask for stays.
  const tried = await read(
    await house.post('/api/privacy/preview', { ...say('careful'), desensitise: 'hipaa' }),
  )
  assert.match(tried.outbound, /\[EMAIL\] at \[IP\]/)
  assert.equal(tried.desensitise, 'hipaa+networks+labels')
  const none = await read(await house.post('/api/privacy/preview', { ...say('open'), desensitise: 'gone' }))
  assert.deepEqual([none.error.code, none.error.param], ['invalid', 'desensitise'])
  assert.equal(cloud.seen.length, 0)
})
