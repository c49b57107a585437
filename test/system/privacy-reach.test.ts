import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel, settledRecord } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer, chatEvents, streamed } from './gateway-upstream.ts'

let cloud: CaptureServer
let house: GatewayHouse

before(async () => {
  cloud = await captureServer()
  house = await openGateway(
    {
      targets: [
        managedModel(cloud.url, { models: { gpt: 'gpt-5.2' } }),
        privateModel('http://127.0.0.1:9', { models: ['qwen'] }),
      ],
      routes: [{ when: { model: 'gpt', class: ['public'] }, to: ['cloud'] }, { to: ['house'] }],
      classes: { found: { default: 'public' } },
    },
    { key: ['--class', 'public'] },
  )
})
after(async () => {
  await house.close()
  await cloud.close()
})

const SAY = { model: 'gpt', messages: [{ role: 'user', content: 'I am anna@canary.example' }] }
const read = async (response: Response) => JSON.parse(await response.text())

test('a preview shows the very bytes that leave, and sends nothing', async () => {
  cloud.forget()
  const shown = await read(await house.post('/api/privacy/preview', SAY))
  assert.deepEqual(
    [shown.class, shown.target, shown.masked, shown.values],
    ['public', 'cloud', 1, { EMAIL: 1 }],
  )
  assert.equal(cloud.seen.length, 0)
  await house.post('/v1/chat/completions', SAY)
  assert.deepEqual(JSON.parse(cloud.seen[0]?.body.toString() ?? ''), JSON.parse(shown.outbound))
  const home = await read(await house.post('/api/privacy/preview', { ...SAY, model: 'qwen' }))
  assert.deepEqual(
    [home.zone, home.masked, JSON.parse(home.outbound)],
    ['private', 0, { ...SAY, model: 'qwen' }],
  )
  const none = await read(await house.post('/api/privacy/preview', { ...SAY, target: 'house' }))
  assert.deepEqual([none.error.code, none.error.param], ['no_route', 'target'])
  const refused = await read(
    await house.post('/api/privacy/preview', { ...SAY, user: 'anna@canary.example' }),
  )
  assert.equal(refused.error.code, 'stays_home')
})

test('an explanation tells what would be masked, and what would not leave', async () => {
  const explained = await read(await house.post('/api/routes/explain', SAY))
  assert.deepEqual(
    explained.attempts.map(({ target, masked }: { target: string; masked: object }) => [target, masked]),
    [['cloud', { EMAIL: 1 }]],
  )
  const said = await house.cli('route', 'explain', '--model', 'gpt', 'I am anna@canary.example')
  assert.match(said.stdout, /Class +internal \(caller: internal\)/)
})

test('what left and what came back is kept for the caller as it went over the wire, streamed and not', async () => {
  cloud.answer((seen, response) => {
    const [placeholder = ''] = seen.body.toString().match(/\[EMAIL[^\]]*\]/) ?? []
    return streamed(chatEvents(['Hello ', placeholder]))(seen, response)
  })
  cloud.forget()
  const streaming = await house.post('/v1/chat/completions', { ...SAY, stream: true })
  assert.match(await streaming.text(), /anna@canary\.example/)
  const id = streaming.headers.get('x-freehold-request') ?? ''
  const { attempts } = await read(await house.get(`/api/requests/${id}/egress`))
  assert.equal(attempts.length, 1)
  const [one] = attempts
  assert.equal(one.outbound, cloud.seen[0]?.body.toString())
  assert.match(one.inbound, /\[EMAIL_[a-z2-7]{4}_1\]/)
  assert.doesNotMatch(JSON.stringify(one), /canary/)
  assert.deepEqual(
    one.spans.map(({ start, end, type }: { start: number; end: number; type: string }) => [
      one.outbound.slice(start, end),
      type,
    ]),
    [[/\[EMAIL[^\]]*\]/.exec(one.outbound)?.[0], 'EMAIL']],
  )
  cloud.answer(answered(200, { id: 'c', choices: [], note: 'whole' }))
  const whole = await house.post('/v1/chat/completions', SAY)
  await whole.text()
  const kept = await read(await house.get(`/api/requests/${whole.headers.get('x-freehold-request')}/egress`))
  assert.match(kept.attempts[0].inbound, /"note":"whole"/)
  cloud.answer(answered(503, {}))
  const failed = await house.post('/v1/chat/completions', SAY)
  const tried = await read(
    await house.get(`/api/requests/${failed.headers.get('x-freehold-request')}/egress`),
  )
  assert.match(tried.attempts[0].outbound, /\[EMAIL/)
})

test('a preview is of the class that is declared and of what its conversation has reached', async () => {
  const asked = { ...SAY, model: 'qwen' }
  const preview = async (more: object) => {
    const { class: reached, outbound } = await read(
      await house.post('/api/privacy/preview', { ...asked, ...more }),
    )
    assert.deepEqual(JSON.parse(outbound), asked)
    return reached
  }
  const conversation = 'raised'
  assert.equal(await preview({ conversation }), 'public')
  assert.equal(await preview({ conversation, class: 'internal' }), 'internal')
  await house.post('/v1/chat/completions', asked, {
    'x-freehold-conversation': conversation,
    'x-freehold-class': 'confidential',
  })
  assert.equal(await preview({ conversation, class: 'internal' }), 'confidential')
  const explained = await read(await house.post('/api/routes/explain', { ...SAY, conversation }))
  assert.equal(explained.class, 'confidential')
})

test('the record of a refusal says by which rule, and what would help is told of it', async () => {
  const headers = { 'x-freehold-class': 'internal' }
  const response = await house.post('/v1/chat/completions', SAY, headers)
  const request = response.headers.get('x-freehold-request')
  const { code, rule, modelAsked, config } = await settledRecord<Record<string, unknown>>(house, request)
  assert.deepEqual([code, rule, modelAsked], ['no_route', 'file:2', 'gpt'])
  const explained = await read(await house.post('/api/routes/explain', { request }))
  assert.deepEqual(
    [explained.class, explained.because, explained.refused.code, explained.version],
    ['internal', ['key: public', 'declared: internal'], 'no_route', config],
  )
  assert.deepEqual(explained.skipped, [{ target: 'house', reason: 'it does not offer this model' }])
  assert.deepEqual(explained.instead, {
    rules: [{ rule: 'file:1', unmet: 'class' }],
    models: ['extract-1', 'qwen'],
  })
  const beside = await read(await house.post('/api/routes/explain', { request, model: 'gpt' }))
  assert.equal(beside.error.param, 'request')
  const authorization = `Bearer ${await house.key('--name', 'stranger')}`
  assert.equal((await house.post('/api/routes/explain', { request }, { authorization })).status, 404)
})

test('nobody else reads what left, and when the operator does it stands on record', async () => {
  cloud.answer(answered(200, { id: 'c', choices: [] }))
  const response = await house.post('/v1/chat/completions', SAY)
  const path = `/api/requests/${response.headers.get('x-freehold-request')}/egress`
  const other = await house.key('--name', 'other', '--class', 'public')
  assert.equal((await house.get(path, { authorization: `Bearer ${other}` })).status, 404)
  const admin = await house.key('--name', 'admin', '--scope', '*')
  const authorization = `Bearer ${admin}`
  assert.equal((await house.get(path, { authorization })).status, 200)
  const { data } = await read(await house.get('/api/audit?limit=20', { authorization }))
  const event = data.find(({ action }: { action: string }) => action === 'egress.read')
  assert.deepEqual([event.subject, event.detail], [response.headers.get('x-freehold-request'), {}])
})

test('a conversation is forgotten at the word of its caller', async () => {
  const ask = async () => {
    cloud.forget()
    await house.post('/v1/chat/completions', SAY, { 'x-freehold-conversation': 'one' })
    return cloud.seen[0]?.body.toString()
  }
  const first = await ask()
  assert.equal(await ask(), first)
  const gone = await fetch(`${house.url}/api/privacy/conversations/one`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${house.apiKey}` },
  })
  assert.equal(gone.status, 204)
  assert.notEqual(await ask(), first)
})

test('figures tell types and actions, and nothing of anybody', async () => {
  const metrics = await house.metrics()
  assert.match(metrics, /freehold_privacy_values_total\{type="EMAIL",action="pseudonymise"\} \d+/)
  assert.match(metrics, /freehold_privacy_refused_total 0/)
  assert.doesNotMatch(metrics, /canary/)
})
