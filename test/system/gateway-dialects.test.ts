import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import Anthropic, { APIError } from '@anthropic-ai/sdk'
import OpenAI, { RateLimitError } from 'openai'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer, Seen } from './gateway-upstream.ts'
import { answered, captureServer, chatEvents, ordinary, streamed } from './gateway-upstream.ts'

let target: CaptureServer
let house: GatewayHouse
before(async () => {
  target = await captureServer()
  house = await openGateway({
    // One target fails here in every way, one test after the other.
    circuit: { failures: 0 },
    targets: [
      privateModel(target.url, { models: { 'gpt-house': 'qwen3-32b', plain: 'plain', embed: 'embed' } }),
      privateModel(target.url, { name: 'claude', dialect: 'anthropic', models: ['*'] }),
      {
        name: 'payment',
        kind: 'service',
        zone: 'private',
        url: `${target.url}/pay/v2`,
        auth: { jwt: { audience: 'pay' } },
      },
      {
        name: 'keyed',
        kind: 'service',
        zone: 'private',
        url: target.url,
        auth: { header: { name: 'x-key', value: 'k-1' } },
      },
    ],
    routes: [
      { to: ['house', 'claude'] },
      { when: { service: 'payment' }, to: ['payment'] },
      { when: { service: 'keyed' }, to: ['keyed'] },
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

const only = (): Seen => {
  const [one] = target.seen
  assert.ok(one)
  assert.equal(target.seen.length, 1)
  return one
}

/** Everything at once that proxies tend to lose. */
const RICH = {
  model: 'plain',
  temperature: 1e-7,
  x_unknown: { nested: [1, null, { 'a"b': '\u2028' }] },
  parallel_tool_calls: false,
  reasoning_effort: 'low',
  messages: [
    { role: 'system', content: 'Sei kurz. 简短。' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this? 🚚' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"city":"Ber\\u006cin"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'c1', content: '{"t":20}' },
  ],
  tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }],
}

test('a request that needs no edit reaches the target byte for byte', async () => {
  // Spaces, key order, escapes and a number that a parser would write differently.
  const body = Buffer.from(JSON.stringify(RICH, null, 3).replace('1e-7', '0.00000010'))
  const response = await house.post('/v1/chat/completions', body)
  assert.equal(response.status, 200)
  assert.deepEqual(only().body, body)
})

test('only the name of the model changes where the target calls it otherwise', async () => {
  const body = JSON.stringify({ ...RICH, model: 'gpt-house' }, null, 1)
  await house.post('/v1/chat/completions', body)
  assert.equal(only().body.toString(), body.replace('"gpt-house"', '"qwen3-32b"'))
})

test('what is meant for Freehold alone does not reach the target', async () => {
  await house.post('/v1/chat/completions', { ...RICH, freehold: { collections: [] } })
  assert.equal(JSON.parse(only().body.toString()).freehold, undefined)
  assert.deepEqual(JSON.parse(only().body.toString()), RICH)
})

const CALLS: readonly (readonly [path: string, body: object, marker: string])[] = [
  [
    '/v1/chat/completions',
    { model: 'plain', messages: [{ role: 'user', content: 'hi' }] },
    '"completion_tokens":7',
  ],
  ['/v1/embeddings', { model: 'embed', input: ['a', 'b'] }, '"embedding":[0.5,-0.25,1]'],
  ['/v1/responses', { model: 'plain', input: 'hi' }, '"output_text"'],
  [
    '/v1/messages',
    { model: 'opus', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] },
    '"stop_reason":"end_turn"',
  ],
]

for (const [path, body, marker] of CALLS) {
  test(`${path} is answered by a target of its dialect, and the answer says where it came from`, async () => {
    const response = await house.post(path, body)
    const text = await response.text()
    assert.equal(response.status, 200, text)
    assert.ok(text.includes(marker), text)
    assert.equal(only().path, path)
    const told = ['zone', 'target', 'class', 'masked'].map((name) =>
      response.headers.get(`x-freehold-${name}`),
    )
    assert.deepEqual(told, ['private', path === '/v1/messages' ? 'claude' : 'house', 'internal', '0'])
    assert.match(response.headers.get('x-freehold-request') ?? '', /^req_[\da-f]{24}$/)
  })
  if (path === '/v1/embeddings') continue
  test(`${path} streams what the target streams, byte for byte`, async () => {
    const sent = await (
      await fetch(target.url + path, { method: 'POST', ...asJson({ ...body, stream: true }) })
    ).text()
    target.forget()
    const response = await house.post(path, { ...body, stream: true })
    assert.equal(await response.text(), sent)
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  })
}

const asJson = (body: object) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

test('an event that arrives in single bytes arrives whole, inside a character too', async () => {
  const bytes = Buffer.from(chatEvents(['你好，', '🚚📦', ' naïve']).join('').replaceAll('\n\n', '\r\n\r\n'))
  target.answer(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let at = 0; at < bytes.length; at += 7) {
      response.write(bytes.subarray(at, at + 7))
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  })
  const response = await house.post('/v1/chat/completions', { ...RICH, stream: true })
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes)
})

test('comments that keep a stream alive pass through and do not count as an answer', async () => {
  const events = [': ping\n\n', ...chatEvents(['a']).flatMap((one) => [one, ': ping\n\n'])]
  target.answer(streamed(events))
  const response = await house.post('/v1/chat/completions', { ...RICH, stream: true })
  assert.equal(await response.text(), events.join(''))
})

test('a target learns nothing of the client but what belongs to the request', async () => {
  await house.post('/v1/chat/completions', RICH, {
    cookie: 'session=canary',
    'api-key': 'canary',
    'x-freehold-class': 'confidential',
    'x-forwarded-for': '10.9.8.7',
    'accept-language': 'de',
    'user-agent': 'canary/1',
    'openai-organization': 'org-canary',
    'x-custom': 'canary',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  })
  const { headers, headerNames } = only()
  assert.deepEqual(headerNames.map((name) => name.toLowerCase()).toSorted(), [
    'accept',
    'accept-encoding',
    'authorization',
    'connection',
    'content-length',
    'content-type',
    'host',
    'traceparent',
    'user-agent',
  ])
  assert.equal(JSON.stringify(headers).includes('canary'), false)
  assert.equal(headers.host, new URL(target.url).host)
})

for (const status of [400, 401, 403, 404, 422, 429, 500, 503]) {
  test(`a target's ${status} reaches the client as it is, streamed or not`, async () => {
    const error = { error: { message: `no ${status}`, type: 'some_error', param: null, code: 'c' } }
    const said = { 'retry-after': '7', 'x-should-retry': 'false', 'x-ratelimit-remaining-requests': '0' }
    target.answer(answered(status, error, said))
    for (const stream of [false, true]) {
      const response = await house.post('/v1/chat/completions', { ...RICH, stream })
      assert.equal(response.status, status)
      assert.deepEqual(await response.json(), error)
      for (const [name, value] of Object.entries(said)) assert.equal(response.headers.get(name), value)
    }
  })
}

test('a page of some proxy on the way becomes an error that clients can read', async () => {
  target.answer(
    (_, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad</h1>'),
  )
  const openai = await house.post('/v1/chat/completions', RICH)
  assert.equal(openai.status, 502)
  assert.match(await openai.text(), /^\{"error":\{"message":"The target answered with status 502\."/)
  const anthropic = await house.post('/v1/messages', { model: 'x', max_tokens: 1, messages: [] })
  assert.match(await anthropic.text(), /^\{"type":"error","error":\{/)
})

test('models are listed by the names that a client may ask for', async () => {
  const list: { data: { id: string }[] } = JSON.parse(await (await house.get('/v1/models')).text())
  assert.deepEqual(
    list.data.map(({ id }) => id),
    ['extract-1', 'gpt-house', 'plain', 'embed'],
  )
  assert.deepEqual(target.seen, [])
})

for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']) {
  test(`a service is called with ${method} below its own address`, async () => {
    const hasBody = method !== 'GET' && method !== 'HEAD'
    const response = await fetch(`${house.url}/services/payment/orders/42%20a?x=1&y=%2F`, {
      method,
      headers: {
        authorization: `Bearer ${house.apiKey}`,
        'content-type': 'application/x-www-form-urlencoded',
        'if-match': '"v1"',
        cookie: 'a=canary',
      },
      ...(hasBody && { body: 'amount=1&to=%C3%A9' }),
    })
    assert.equal(response.status, 200)
    const { path, headers, body } = only()
    assert.equal(path, '/pay/v2/orders/42%20a?x=1&y=%2F')
    assert.equal(body.toString(), hasBody ? 'amount=1&to=%C3%A9' : '')
    assert.deepEqual([headers['if-match'], headers.cookie], ['"v1"', undefined])
    assert.match(headers.authorization ?? '', /^Bearer ey/)
    assert.equal(response.headers.get('x-freehold-target'), 'payment')
  })
}

test('a service is sent the credential that its header names, and answers bytes as they are', async () => {
  const bytes = Buffer.from([0, 255, 10, 13, 0, 128])
  target.answer((_, response) => {
    response.writeHead(206, {
      'content-type': 'application/octet-stream',
      'set-cookie': 'a=b',
      'content-range': 'bytes 0-5/9',
      'access-control-allow-origin': '*',
    })
    response.end(bytes)
  })
  const response = await house.get('/services/keyed/file.bin', { range: 'bytes=0-5', 'x-key': 'mine' })
  assert.equal(response.status, 206)
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes)
  assert.equal(response.headers.get('content-range'), 'bytes 0-5/9')
  for (const name of ['set-cookie', 'access-control-allow-origin'])
    assert.equal(response.headers.get(name), null)
  assert.equal(only().headers['x-key'], 'k-1')
})

test('a redirect of a service stays with the service and leads nowhere else', async () => {
  const locations: Readonly<Record<string, string | null>> = {
    '/pay/v2/next?a=1': '/services/payment/next?a=1',
    'sub/page': '/services/payment/sub/page',
    'https://evil.example/x': null,
    '//evil.example/x': null,
    '/elsewhere': null,
    [`${target.url}/pay/v2/abs`]: '/services/payment/abs',
  }
  for (const [location, expected] of Object.entries(locations)) {
    target.answer((_, response) => void response.writeHead(302, { location }).end())
    const response = await fetch(`${house.url}/services/payment/start`, {
      headers: { authorization: `Bearer ${house.apiKey}` },
      redirect: 'manual',
    })
    assert.deepEqual([response.status, response.headers.get('location')], [302, expected], location)
  }
})

test('the official OpenAI client works: chat, streams, tools, embeddings, responses, errors', async () => {
  const client = new OpenAI({ baseURL: `${house.url}/v1`, apiKey: house.apiKey, maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'hi' }]
  const chat = await client.chat.completions.create({ model: 'plain', messages })
  assert.equal(chat.usage?.completion_tokens, 7)
  let text = ''
  for await (const part of await client.chat.completions.create({ model: 'plain', messages, stream: true }))
    text += part.choices[0]?.delta.content ?? ''
  assert.equal(text, chat.choices[0]?.message.content)
  const vectors = await client.embeddings.create({ model: 'embed', input: 'a', encoding_format: 'float' })
  assert.deepEqual(vectors.data[0]?.embedding, [0.5, -0.25, 1])
  const response = await client.responses.create({ model: 'plain', input: 'hi' })
  assert.equal(response.output_text, text)
  const names: string[] = []
  for await (const model of client.models.list()) names.push(model.id)
  assert.ok(names.includes('gpt-house'))
  target.answer(
    answered(429, { error: { message: 'slow down', type: 'rate_limit', param: null, code: null } }),
  )
  await assert.rejects(client.chat.completions.create({ model: 'plain', messages }), RateLimitError)
  target.answer(streamed(chatEvents(['a', 'b', 'c']), { cutAfter: 3 }))
  const cut = await client.chat.completions.create({ model: 'plain', messages, stream: true })
  await assert.rejects(async () => {
    for await (const _ of cut);
  })
})

test('the official Anthropic client works: messages, streams, errors', async () => {
  const client = new Anthropic({ baseURL: house.url, apiKey: house.apiKey, maxRetries: 0 })
  const request = { model: 'opus', max_tokens: 99, messages: [{ role: 'user' as const, content: 'hi' }] }
  const message = await client.messages.create(request)
  assert.equal(message.usage.output_tokens, 7)
  const streamedMessage = await client.messages.stream(request).finalMessage()
  assert.deepEqual(streamedMessage.content, message.content)
  target.answer(answered(529, { type: 'error', error: { type: 'overloaded_error', message: 'busy' } }))
  await assert.rejects(client.messages.create(request), (error) => {
    assert.ok(error instanceof APIError)
    assert.equal(error.status, 529)
    return true
  })
})
