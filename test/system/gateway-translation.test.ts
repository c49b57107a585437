import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import Anthropic, {
  APIError as AnthropicError,
  RateLimitError as AnthropicRateLimit,
} from '@anthropic-ai/sdk'
import OpenAI, { APIError, BadRequestError, RateLimitError } from 'openai'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer, Seen } from './gateway-upstream.ts'
import { answered, captureServer, event, messageEvents, ordinary, streamed } from './gateway-upstream.ts'

let target: CaptureServer
let house: GatewayHouse
let openai: OpenAI
let anthropic: Anthropic
before(async () => {
  target = await captureServer()
  const price = { in: 2, out: 3 }
  house = await openGateway({
    circuit: { failures: 0 },
    targets: [
      privateModel(target.url, { name: 'claude', dialect: 'anthropic', models: ['claude-*', 'both'], price }),
      privateModel(target.url, { models: ['qwen-*', 'both'], price }),
      privateModel(target.url, { name: 'plain', models: ['plain-*'], responses: 'translated' }),
      managedModel(target.url, { name: 'cloud', dialect: 'anthropic', models: { far: 'opus' }, price }),
    ],
    routes: [
      { when: { model: 'far', class: ['public', 'internal'] }, to: ['cloud'] },
      { to: ['claude', 'house', 'plain'] },
    ],
  })
  openai = new OpenAI({ baseURL: `${house.url}/v1`, apiKey: house.apiKey, maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: house.url, apiKey: house.apiKey, maxRetries: 0 })
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
const ask = (content: string) => [{ role: 'user' as const, content }]
const TEXT = 'The quick brown fox 跳过了懒狗 🚚📦'

test('the official OpenAI client talks to an Anthropic target: chat, streams and responses', async () => {
  const chat = await openai.chat.completions.create({ model: 'claude-x', messages: ask('hi') })
  assert.equal(chat.choices[0]?.message.content, TEXT)
  assert.deepEqual([chat.usage?.prompt_tokens, chat.usage?.completion_tokens], [11, 7])
  const { path, headers, body } = only()
  assert.equal(path, '/v1/messages')
  assert.equal(headers['anthropic-version'], '2023-06-01')
  assert.deepEqual(JSON.parse(body.toString()), {
    model: 'claude-x',
    max_tokens: 4096,
    messages: ask('hi'),
  })
  const stream = openai.chat.completions.stream({
    model: 'claude-x',
    messages: ask('hi'),
    stream_options: { include_usage: true },
  })
  const whole = await stream.finalChatCompletion()
  assert.equal(whole.choices[0]?.message.content, TEXT)
  assert.equal(whole.choices[0]?.finish_reason, 'stop')
  assert.equal(whole.usage?.total_tokens, 18)
  const response = await openai.responses.create({ model: 'claude-x', input: 'hi' })
  assert.equal(response.output_text, TEXT)
  const streamedResponse = await openai.responses.stream({ model: 'claude-x', input: 'hi' }).finalResponse()
  assert.equal(streamedResponse.output_text, TEXT)
  assert.deepEqual([streamedResponse.status, streamedResponse.usage?.total_tokens], ['completed', 18])
})

test('the official Anthropic client talks to an OpenAI target: messages and streams', async () => {
  const message = await anthropic.messages.create({
    model: 'qwen-3',
    max_tokens: 9,
    system: 'Be brief.',
    messages: ask('hi'),
  })
  assert.deepEqual(message.content, [{ type: 'text', text: TEXT, citations: null }])
  assert.deepEqual(
    [message.stop_reason, message.usage.input_tokens, message.usage.output_tokens],
    ['end_turn', 11, 7],
  )
  const { path, headers, body } = only()
  assert.equal(path, '/v1/chat/completions')
  assert.equal(headers['anthropic-version'], undefined)
  assert.deepEqual(JSON.parse(body.toString()), {
    model: 'qwen-3',
    messages: [{ role: 'system', content: 'Be brief.' }, ...ask('hi')],
    max_tokens: 9,
  })
  const final = await anthropic.messages
    .stream({ model: 'qwen-3', max_tokens: 9, messages: ask('hi') })
    .finalMessage()
  assert.deepEqual(final.content, [{ type: 'text', text: TEXT, citations: null }])
  assert.deepEqual(
    [final.stop_reason, final.usage.input_tokens, final.usage.output_tokens],
    ['end_turn', 11, 7],
  )
})

test('a target without the Responses API answers it through chat completions', async () => {
  const response = await openai.responses.create({ model: 'plain-1', input: 'hi' })
  assert.equal(response.output_text, TEXT)
  assert.equal(only().path, '/v1/chat/completions')
  await assert.rejects(
    openai.responses.create({ model: 'plain-1', input: 'more', previous_response_id: response.id }),
    (error) => error instanceof BadRequestError && error.param === 'previous_response_id',
  )
})

test('tools go there and back in a stream', async () => {
  const call = (index: number, id: string, input: string): string[] => [
    event({
      type: 'content_block_start',
      index,
      content_block: { type: 'tool_use', id, name: 'look', input: {} },
    }),
    ...input
      .split('')
      .map((partial_json) =>
        event({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json } }),
      ),
    event({ type: 'content_block_stop', index }),
  ]
  const [start = ''] = messageEvents([])
  const end = [
    event({ type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } }),
    event({ type: 'message_stop' }),
  ]
  target.answer(
    streamed([start, ...call(0, 'toolu_a', '{"city":"Berlin"}'), ...call(1, 'toolu_b', '{}'), ...end]),
  )
  const stream = openai.chat.completions.stream({
    model: 'claude-x',
    messages: ask('Where is it warm?'),
    tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }],
  })
  const { message, finish_reason } = (await stream.finalChatCompletion()).choices[0] ?? assert.fail()
  assert.equal(finish_reason, 'tool_calls')
  const calls = message.tool_calls?.map((one) =>
    one.type === 'function' ? [one.id, one.function.arguments] : [],
  )
  assert.deepEqual(calls, [
    ['toolu_a', '{"city":"Berlin"}'],
    ['toolu_b', '{}'],
  ])
  target.answer(ordinary)
  target.forget()
  const results = ['toolu_a', 'toolu_b'].map((tool_call_id) => ({
    role: 'tool' as const,
    tool_call_id,
    content: '20',
  }))
  const messages = [...ask('Where is it warm?'), message, ...results]
  await openai.chat.completions.create({ model: 'claude-x', messages })
  const { messages: sent } = JSON.parse(only().body.toString())
  assert.deepEqual(
    sent.slice(1).map(({ content }: { content: { type: string }[] }) => content.map(({ type }) => type)),
    [
      ['tool_use', 'tool_use'],
      ['tool_result', 'tool_result'],
    ],
  )
})

test('the text of a custom tool goes there and back in a stream', async () => {
  const input = 'say "it"\n\\n 你好 🚚'
  const use = { type: 'tool_use', id: 'toolu_a', name: 'patch', input: {} }
  const [start = ''] = messageEvents([])
  target.answer(
    streamed([
      start,
      event({ type: 'content_block_start', index: 0, content_block: use }),
      ...JSON.stringify({ input })
        .split('')
        .map((partial_json) =>
          event({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json } }),
        ),
      event({ type: 'content_block_stop', index: 0 }),
      event({ type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } }),
      event({ type: 'message_stop' }),
    ]),
  )
  const chat = await openai.chat.completions
    .stream({
      model: 'claude-x',
      messages: ask('Patch it.'),
      tools: [{ type: 'custom', custom: { name: 'patch' } }],
    })
    .finalChatCompletion()
  const [made] = chat.choices[0]?.message.tool_calls ?? []
  assert.deepEqual(made, { id: 'toolu_a', type: 'custom', custom: { name: 'patch', input } })
  const asked = { model: 'claude-x', tools: [{ type: 'custom' as const, name: 'patch' }] }
  const response = await openai.responses.stream({ ...asked, input: 'Patch it.' }).finalResponse()
  const [item] = response.output
  assert.ok(item?.type === 'custom_tool_call')
  assert.deepEqual([item.call_id, item.name, item.input], ['toolu_a', 'patch', input])
  target.answer(ordinary)
  target.forget()
  const output = { type: 'custom_tool_call_output' as const, call_id: item.call_id, output: 'done' }
  await openai.responses.create({ ...asked, input: [...ask('Patch it.'), item, output] })
  assert.deepEqual(JSON.parse(only().body.toString()).messages.slice(1), [
    { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_a', name: 'patch', input: { input } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_a', content: 'done' }] },
  ])
})

test('what a client was answered is taken as history when it is sent again', async () => {
  const first = await openai.responses.stream({ model: 'claude-x', input: 'hi' }).finalResponse()
  await openai.responses.create({
    model: 'claude-x',
    // The client's own types do not take all that it gives out.
    input: [...ask('hi'), ...(first.output as OpenAI.Responses.ResponseInputItem[]), ...ask('and now?')],
  })
  assert.deepEqual(JSON.parse(target.seen.at(-1)?.body.toString() ?? '').messages, [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: TEXT },
    { role: 'user', content: 'and now?' },
  ])
  const asked = { model: 'qwen-3', max_tokens: 9 }
  const message = await anthropic.messages.stream({ ...asked, messages: ask('hi') }).finalMessage()
  await anthropic.messages.create({
    ...asked,
    messages: [...ask('hi'), { role: 'assistant', content: message.content }, ...ask('and now?')],
  })
  assert.deepEqual(JSON.parse(target.seen.at(-1)?.body.toString() ?? '').messages, [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: TEXT },
    { role: 'user', content: 'and now?' },
  ])
})

test('what a target has no word for is refused by name before anything is sent', async () => {
  await assert.rejects(
    openai.chat.completions.create({ model: 'claude-x', messages: ask('hi'), seed: 7 }),
    (error) => error instanceof BadRequestError && error.param === 'seed' && /Anthropic/.test(error.message),
  )
  const response = await house.post('/v1/messages', {
    model: 'qwen-3',
    max_tokens: 9,
    messages: ask('hi'),
    tools: [{ type: 'web_search_20250305', name: 'web_search' }],
  })
  const { type, error } = Object(await response.json())
  assert.deepEqual([response.status, type, error.type], [400, 'error', 'invalid_request_error'])
  assert.match(error.message, /^tools\[0\]\.type /)
  assert.deepEqual(target.seen, [])
})

test('the next target is tried where the first one has no word for something', async () => {
  const response = await house.post('/v1/chat/completions', { model: 'both', messages: ask('hi'), seed: 7 })
  assert.deepEqual([response.status, response.headers.get('x-freehold-target')], [200, 'house'])
  assert.equal(JSON.parse(only().body.toString()).seed, 7)
})

test('the tool runner of the official Anthropic client works against an OpenAI target', async () => {
  const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"city":"Berlin"}' } }
  target.answer((seen, response) => {
    const { messages } = JSON.parse(seen.body.toString())
    const isAnswered = messages.at(-1).role === 'tool'
    const message = isAnswered ? { content: messages.at(-1).content } : { tool_calls: [call] }
    return answered(200, { choices: [{ message, finish_reason: 'stop' }] })(seen, response)
  })
  const last = await anthropic.beta.messages.toolRunner({
    model: 'qwen-3',
    max_tokens: 9,
    messages: ask('Where is it warm?'),
    tools: [
      {
        name: 'look',
        input_schema: { type: 'object' },
        run: (input: unknown) => `warm in ${Object(input).city}`,
        parse: (input: unknown) => input,
      },
    ],
  })
  assert.deepEqual(
    last.content.map((block) => (block.type === 'text' ? block.text : null)),
    ['warm in Berlin'],
  )
  assert.equal(target.seen.length, 2)
})

test('hints that change no answer are left behind, and the answer says so', async () => {
  const { response } = await anthropic.messages
    .create({
      model: 'qwen-3',
      max_tokens: 9,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: ask('hi'),
    })
    .withResponse()
  assert.equal(response.headers.get('x-freehold-left-out'), 'system[0].cache_control')
  assert.ok(!only().body.includes('cache_control'))
})

test('the id that a target gave a request stands where the client looks for it', async () => {
  const content = [{ type: 'text', text: 'x' }]
  target.answer(answered(200, { content, stop_reason: 'end_turn' }, { 'request-id': 'req_a' }))
  const chat = await openai.chat.completions.create({ model: 'claude-x', messages: ask('hi') })
  assert.equal(chat._request_id, 'req_a')
  target.answer(answered(400, { error: { message: 'No.' } }, { 'x-request-id': 'req_b' }))
  await assert.rejects(
    anthropic.messages.create({ model: 'qwen-3', max_tokens: 9, messages: ask('hi') }),
    (error) => error instanceof AnthropicError && error.requestID === 'req_b',
  )
})

test('an error of a target reaches the client in its own words, with its status', async () => {
  const limited = { type: 'error', error: { type: 'rate_limit_error', message: 'Slowly.' } }
  target.answer(answered(429, limited, { 'retry-after': '7' }))
  await assert.rejects(
    openai.chat.completions.create({ model: 'claude-x', messages: ask('hi') }),
    (error) =>
      error instanceof RateLimitError &&
      error.type === 'rate_limit_error' &&
      error.message.includes('Slowly.') &&
      error.headers.get('retry-after') === '7',
  )
  target.answer(
    answered(429, { error: { type: 'requests', message: 'Slowly.', code: 'rate_limit_exceeded' } }),
  )
  await assert.rejects(
    anthropic.messages.create({ model: 'qwen-3', max_tokens: 9, messages: ask('hi') }),
    (error) => error instanceof AnthropicRateLimit && error.type === 'rate_limit_error',
  )
  target.answer(streamed([event({ type: 'error', error: { type: 'overloaded_error', message: 'Busy.' } })]))
  await assert.rejects(
    openai.chat.completions.create({ model: 'claude-x', messages: ask('hi'), stream: true }),
    (error) => error instanceof APIError && error.status === 529 && error.message.includes('Busy.'),
  )
})

test('a translated stream that breaks never looks complete', async () => {
  const events = messageEvents(['one ', 'two '])
  const overloaded = event({ type: 'error', error: { type: 'overloaded_error', message: 'Busy.' } })
  for (const broken of [
    events.slice(0, 4),
    [...events.slice(0, 4), 'data: {\n\n'],
    [...events.slice(0, 4), overloaded],
  ]) {
    target.answer(streamed(broken))
    const seen: string[] = []
    await assert.rejects(async () => {
      const stream = await openai.chat.completions.create({
        model: 'claude-x',
        messages: ask('hi'),
        stream: true,
      })
      for await (const { choices } of stream) seen.push(choices[0]?.delta.content ?? '')
    }, APIError)
    assert.equal(seen.join(''), 'one ')
  }
})

test('the record of a translated request says what it cost', async () => {
  const response = await house.post('/v1/messages', { model: 'qwen-3', max_tokens: 9, messages: ask('hi') })
  const id = response.headers.get('x-freehold-request')
  await response.arrayBuffer()
  const record = Object(await (await house.get(`/api/requests/${id}`)).json())
  assert.deepEqual(
    [record.state, record.target, record.usage.input, record.usage.output, record.cost],
    ['settled', 'house', 11, 7, (11 * 2 + 7 * 3) / 1e6],
  )
})

test('translation lets nothing out that would not have left untranslated', async () => {
  const request = { model: 'far', messages: ask('hi') }
  // What is found in it is confidential, which the rule does not list.
  const mail = { model: 'far', messages: ask('I am anna@canary.example') }
  const kept = await house.post('/v1/chat/completions', mail)
  assert.equal(Object(await kept.json()).error.code, 'no_route')
  assert.deepEqual(target.seen, [])
  const key = await house.key('--name', 'public', '--class', 'public', '--ceiling', 'public')
  const authorization = `Bearer ${key}`
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }
  const opaque = await house.post(
    '/v1/chat/completions',
    { model: 'far', messages: [{ role: 'user', content: [image] }] },
    { authorization },
  )
  assert.equal(Object(await opaque.json()).error.code, 'stays_home')
  assert.deepEqual(target.seen, [])
  const sent = await house.post('/v1/chat/completions', request, { authorization })
  assert.deepEqual([sent.status, sent.headers.get('x-freehold-zone')], [200, 'managed'])
  const { headers, body } = only()
  assert.equal(headers['x-api-key'], 'sk-managed-canary-0123456789')
  assert.equal(JSON.parse(body.toString()).model, 'opus')
})
