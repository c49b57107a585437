import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { answered, captureServer } from './gateway-upstream.ts'

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, string | number>>
}
interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Attribute[]
}
interface LogRecord {
  readonly eventName: string
  readonly severityText: string
  readonly traceId?: string
  readonly attributes: readonly Attribute[]
}
interface Exported {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[]
  readonly resourceLogs?: readonly {
    readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[]
  }[]
}

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'
const TOKEN = 'otlp-token-canary-4711'
let collector: CaptureServer
let home: CaptureServer
let spare: CaptureServer
let cloud: CaptureServer
let house: GatewayHouse

before(async () => {
  const all = await Promise.all([
    captureServer(answered(200, {})),
    captureServer(),
    captureServer(),
    captureServer(),
  ])
  ;[collector, home, spare, cloud] = all
  house = await openGateway(
    {
      targets: [
        privateModel(home.url, { name: 'home' }),
        privateModel(spare.url, { name: 'spare' }),
        managedModel(cloud.url, { models: ['gpt-5'] }),
      ],
      routes: [
        { when: { model: 'gpt-5', class: ['public', 'internal', 'confidential'] }, to: ['cloud'] },
        { to: ['home', 'spare'] },
      ],
      // What is found in the prompts would keep them at home.
      classes: { found: { default: 'public' } },
      telemetry: {
        otlp: { endpoint: `${collector.url}/otlp`, headers: { authorization: `Bearer \${env:OTLP_TOKEN}` } },
      },
    },
    { env: { OTLP_TOKEN: TOKEN }, key: ['--class', 'public'] },
  )
})

after(async () => {
  await house?.close()
  await Promise.all([collector, home, spare, cloud].map((one) => one.close()))
})

beforeEach(() => {
  for (const one of [collector, home, spare, cloud]) one.forget()
})

const bodies = (path: string): readonly Exported[] =>
  collector.seen.filter((one) => one.path === path).map((one) => JSON.parse(one.body.toString()) as Exported)
const spans = (): readonly Span[] =>
  bodies('/otlp/v1/traces').flatMap((body) =>
    (body.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  )
const records = (): readonly LogRecord[] =>
  bodies('/otlp/v1/logs').flatMap((body) =>
    (body.resourceLogs ?? []).flatMap(({ scopeLogs }) => scopeLogs.flatMap((scope) => scope.logRecords)),
  )
const field = ({ attributes }: { readonly attributes: readonly Attribute[] }, key: string) =>
  Object.values(attributes.find((one) => one.key === key)?.value ?? {})[0]

async function until(claim: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await claim())) {
    assert.ok(Date.now() < deadline, what)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const say = (model: string, more: object = {}) => ({
  model,
  messages: [{ role: 'user', content: 'prompt-canary-0815 Ada Lovelace, 4111 1111 1111 1111' }],
  user: 'user-canary-0815',
  ...more,
})
const ask = (model: string, headers: Readonly<Record<string, string>> = {}, more = {}) =>
  house.post('/v1/chat/completions', say(model, more), headers)
const counted = async (name: string): Promise<number> => {
  const text = await house.metrics()
  const lines = text.split('\n').filter((line) => line.startsWith(name))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

test('a request is a span in the trace of its client, its target goes on in it, and the log belongs to it', async () => {
  home.answer(answered(503, { error: { message: 'down', type: 't', param: null, code: null } }))
  const response = await ask('model-canary-0815', {
    traceparent: `00-${TRACE}-${PARENT}-01`,
    'x-freehold-conversation': 'conversation-canary-0815',
  })
  assert.equal(response.status, 200)
  await response.text()
  await until(() => spans().length >= 3, 'no spans came')
  const [server, first, second] = spans()
  assert.ok(server && first && second)
  assert.deepEqual([server.traceId, server.parentSpanId, server.kind], [TRACE, PARENT, 2])
  assert.equal(server.name, 'POST /v1/chat/completions')
  assert.deepEqual(
    ['http.response.status_code', 'freehold.zone', 'freehold.class', 'gen_ai.operation.name'].map((key) =>
      field(server, key),
    ),
    ['200', 'private', 'public', 'chat'],
  )
  assert.equal(field(server, 'gen_ai.usage.input_tokens'), '11')
  assert.equal(field(server, 'gen_ai.request.model'), undefined)
  assert.equal(field(server, 'freehold.request'), response.headers.get('x-freehold-request'))
  assert.deepEqual(
    [first, second].map((span) => [
      span.name,
      span.traceId,
      span.parentSpanId,
      span.kind,
      field(span, 'error.type'),
    ]),
    [
      ['chat home', TRACE, server.spanId, 3, '503'],
      ['chat spare', TRACE, server.spanId, 3, undefined],
    ],
  )
  assert.deepEqual(
    [home, spare].map((one) => one.seen[0]?.headers['traceparent']),
    [first, second].map((span) => `00-${TRACE}-${span.spanId}-01`),
  )
  for (const inner of [first, second]) {
    assert.ok(
      BigInt(inner.startTimeUnixNano) >= BigInt(server.startTimeUnixNano),
      'begins before its request',
    )
    assert.ok(BigInt(inner.endTimeUnixNano) <= BigInt(server.endTimeUnixNano), 'ends after its request')
  }
  home.answer(answered(200, { choices: [] }))
  const id = response.headers.get('x-freehold-request')
  const ofRequest = (): LogRecord | undefined =>
    records().find((one) => one.eventName === 'request' && field(one, 'freehold.request') === id)
  await until(() => ofRequest() !== undefined, 'no record of the request came')
  assert.deepEqual([ofRequest()?.traceId, ofRequest()?.severityText], [TRACE, 'INFO'])
  // Also of what is said while the request is still under way.
  assert.equal(records().find((one) => one.eventName === 'target.failed')?.traceId, TRACE)
  assert.equal(collector.seen[0]?.headers.authorization, `Bearer ${TOKEN}`)
})

test('what its client does not want traced is not, and a managed target learns of no trace', async () => {
  await (await ask('any', { traceparent: `00-${TRACE}-${PARENT}-00` })).text()
  assert.equal(home.seen[0]?.headers['traceparent'], `00-${TRACE}-${PARENT}-00`)
  const response = await ask('gpt-5')
  assert.equal(response.status, 200)
  await response.text()
  await until(() => spans().length >= 2, 'no spans came')
  const [server, call] = spans()
  assert.notEqual(server?.traceId, TRACE)
  assert.equal(server?.parentSpanId, undefined)
  assert.deepEqual(
    [server, call].map((span) => span && field(span, 'freehold.zone')),
    ['managed', 'managed'],
  )
  assert.equal(server && field(server, 'gen_ai.request.model'), 'gpt-5')
  assert.equal(cloud.seen[0]?.headers['traceparent'], undefined)
  assert.equal(spans().length, 2)
})

test('nothing that anybody wrote, and no secret, is in anything that is sent', async () => {
  await (await ask('model-canary-0815', { 'x-freehold-conversation': 'conversation-canary-0815' })).text()
  await (await house.post('/v1/no-canary-0815', {})).text()
  await (await house.post('/v1/chat/completions', '{"model":"broken-canary-0815')).text()
  await (await house.post('/services/service-canary-0815/path-canary-0815?q=query-canary-0815', {})).text()
  await (await ask('any', { authorization: 'Bearer fh_key-canary-0815' })).text()
  await until(
    () => spans().length >= 6 && records().filter((one) => one.eventName === 'request').length >= 5,
    'nothing came',
  )
  const everything = collector.seen.map((one) => one.path + one.body.toString()).join('\n')
  for (const ours of ['req_', 'chat home', '/v1/chat/completions', 'request'])
    assert.ok(everything.includes(ours), ours)
  for (const secret of ['canary', 'Lovelace', '4111', house.apiKey, house.apiKey.slice(-20), 'Bearer'])
    assert.ok(!everything.includes(secret), secret)
})

test('an endpoint that fails costs no request anything, and is said once', async () => {
  collector.answer(answered(400, {}))
  const lost = await counted('freehold_telemetry_dropped_total')
  assert.equal((await ask('any')).status, 200)
  await until(
    async () => (await counted('freehold_telemetry_dropped_total')) >= lost + 2,
    'nothing was dropped',
  )
  assert.match(house.output(), /"event":"telemetry.failed","signal":"traces","status":400/)
  collector.answer(answered(200, { partialSuccess: {} }))
  assert.equal((await ask('any')).status, 200)
  await until(
    () => house.output().includes('"event":"telemetry.works_again","signal":"traces"'),
    'it stays broken',
  )
  assert.ok((await counted('freehold_telemetry_exported_total')) > 0)
})

test('a stop sends what is left', async () => {
  assert.equal((await ask('any', { traceparent: `00-${TRACE}-${PARENT}-01` })).status, 200)
  await house.stop()
  assert.equal(house.process.exitCode, 0)
  assert.ok(spans().some((span) => span.traceId === TRACE))
  assert.ok(records().some((one) => one.eventName === 'server.draining'))
})
