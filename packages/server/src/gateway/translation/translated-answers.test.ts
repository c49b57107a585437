import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { eventsIn, SseSplitter } from '../call/sse-splitter.ts'
import type { LiveBody, Sink } from '../call/upstream-call.ts'
import { Fault } from '../../kernel/fault.ts'
import type { ClientApi, Translation } from './translation.ts'
import { translate } from './translation.ts'

const REQUESTS: Readonly<Record<ClientApi, object>> = {
  chat: {
    model: 'm',
    messages: [{ role: 'user', content: 'hi' }],
    stream: true,
    stream_options: { include_usage: true },
  },
  messages: {
    model: 'm',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'hi' }],
    stop_sequences: ['END'],
    stream: true,
  },
  responses: { model: 'm', input: 'hi', instructions: 'Be brief.', metadata: { a: 'b' }, stream: true },
}

const translation = (from: ClientApi, to: 'chat' | 'messages'): Translation =>
  translate(Buffer.from(JSON.stringify(REQUESTS[from])), {
    from,
    to,
    model: 'x',
    nowS: 1_700_000_000,
    maxTokens: 9,
    maxTokensField: 'max_tokens',
    leftOut: [],
  })

const answered = (from: ClientApi, to: 'chat' | 'messages', answer: object): unknown =>
  JSON.parse(
    translation(from, to)
      .answer(Buffer.from(JSON.stringify(answer)))
      .toString(),
  )

/** A target's stream that was taken down before, told again in pieces. */
class Recorded implements LiveBody {
  readonly watch = null
  readonly #pieces: readonly Buffer[]
  #reason: Fault | null = null

  constructor(pieces: readonly Buffer[]) {
    this.#pieces = pieces
  }

  abort(reason: Fault): void {
    this.#reason ??= reason
  }

  async forward(sink: Sink): Promise<void> {
    const splitter = new SseSplitter()
    for (const piece of this.#pieces) {
      const whole = splitter.push(piece)
      if (whole !== null) sink.write(whole)
      if (this.#reason) throw this.#reason
    }
    const rest = splitter.rest()
    if (rest.length > 0) sink.write(rest)
    sink.end()
    if (this.#reason) throw this.#reason
  }
}

async function told(from: ClientApi, to: 'chat' | 'messages', pieces: readonly Buffer[]): Promise<string> {
  const parts: Buffer[] = []
  await translation(from, to)
    .stream(new Recorded(pieces))
    .forward({ write: (piece) => parts.push(piece) > 0, onDrain: () => {}, end: () => {} })
  return Buffer.concat(parts).toString()
}

const dataOf = (text: string): Record<string, unknown>[] =>
  [...eventsIn(Buffer.from(text))].flatMap(({ data }) =>
    data === null || data === '[DONE]' ? [] : [JSON.parse(data)],
  )

const sse = (events: readonly object[]): Buffer =>
  Buffer.from(
    events
      .map(
        (data) => `${'type' in data ? `event: ${String(data.type)}\n` : ''}data: ${JSON.stringify(data)}\n\n`,
      )
      .join(''),
  )

const ARGUMENTS = '{"city":"München 🚚","n":[1,2]}'
const MESSAGE = {
  id: 'msg_own',
  type: 'message',
  role: 'assistant',
  model: 'claude',
  content: [
    { type: 'thinking', thinking: 'Hm, 想。', signature: 'sig' },
    { type: 'text', text: 'I look. 你好' },
    { type: 'tool_use', id: 'toolu_1', name: 'look', input: JSON.parse(ARGUMENTS) },
    { type: 'tool_use', id: 'toolu_2', name: 'wait', input: {} },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 10, cache_read_input_tokens: 5, cache_creation_input_tokens: 2, output_tokens: 7 },
}
const block = (index: number, content_block: object, deltas: readonly object[]): object[] => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
]
const MESSAGE_STREAM = sse([
  {
    type: 'message_start',
    message: { ...MESSAGE, content: [], stop_reason: null, usage: { ...MESSAGE.usage, output_tokens: 1 } },
  },
  { type: 'ping' },
  ...block(0, { type: 'thinking', thinking: '', signature: '' }, [
    { type: 'thinking_delta', thinking: 'Hm, ' },
    { type: 'thinking_delta', thinking: '想。' },
    { type: 'signature_delta', signature: 'sig' },
  ]),
  ...block(1, { type: 'text', text: '' }, [
    { type: 'text_delta', text: 'I look. ' },
    { type: 'text_delta', text: '你好' },
  ]),
  ...block(2, { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }, [
    { type: 'input_json_delta', partial_json: '' },
    ...ARGUMENTS.split('').map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  ]),
  ...block(3, { type: 'tool_use', id: 'toolu_2', name: 'wait', input: {} }, []),
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 7 },
  },
  { type: 'message_stop' },
])

const COMPLETION = {
  id: 'chatcmpl-own',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: 'qwen',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'I look. 你好',
        refusal: null,
        reasoning_content: 'Hm, 想。',
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'look', arguments: ARGUMENTS } },
          { id: 'c2', type: 'function', function: { name: 'wait', arguments: '{}' } },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
  ],
  usage: {
    prompt_tokens: 17,
    completion_tokens: 7,
    total_tokens: 24,
    prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 2 },
  },
}
const chunk = (delta: object, finish_reason: string | null = null): object => ({
  id: 'chatcmpl-own',
  object: 'chat.completion.chunk',
  created: 1_760_000_000,
  model: 'qwen',
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
})
const callPiece = (index: number, made: object, rest: object = {}): object =>
  chunk({ tool_calls: [{ index, ...rest, function: made }] })
const CHUNKS = sse([
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning_content: 'Hm, ' }),
  chunk({ reasoning_content: '想。' }),
  chunk({ content: 'I look. ' }),
  chunk({ content: '你好' }),
  callPiece(0, { name: 'look', arguments: '' }, { id: 'c1', type: 'function' }),
  ...ARGUMENTS.split('').map((piece) => callPiece(0, { arguments: piece })),
  callPiece(1, { name: 'wait', arguments: '{}' }, { id: 'c2', type: 'function' }),
  chunk({}, 'tool_calls'),
  { ...chunk({}), choices: [], usage: COMPLETION.usage },
])
const CHAT_STREAM = Buffer.concat([CHUNKS, Buffer.from('data: [DONE]\n\n')])

const CHAT_FROM_ANTHROPIC = {
  id: 'chatcmpl-own',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'claude',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'I look. 你好',
        refusal: null,
        reasoning_content: 'Hm, 想。',
        reasoning_details: [{ type: 'reasoning.text', text: 'Hm, 想。', signature: 'sig' }],
        tool_calls: [
          { id: 'toolu_1', type: 'function', function: { name: 'look', arguments: ARGUMENTS } },
          { id: 'toolu_2', type: 'function', function: { name: 'wait', arguments: '{}' } },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
  ],
  usage: {
    prompt_tokens: 17,
    completion_tokens: 7,
    total_tokens: 24,
    prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 2 },
  },
}
const MESSAGE_FROM_OPENAI = {
  id: 'msg_own',
  type: 'message',
  role: 'assistant',
  model: 'qwen',
  container: null,
  diagnostics: null,
  content: [
    { type: 'thinking', thinking: 'Hm, 想。', signature: '' },
    { type: 'text', text: 'I look. 你好', citations: null },
    { type: 'tool_use', id: 'c1', name: 'look', input: JSON.parse(ARGUMENTS), caller: { type: 'direct' } },
    { type: 'tool_use', id: 'c2', name: 'wait', input: {}, caller: { type: 'direct' } },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  stop_details: null,
  usage: {
    input_tokens: 10,
    cache_creation_input_tokens: 2,
    cache_read_input_tokens: 5,
    cache_creation: null,
    output_tokens: 7,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: null,
    inference_geo: null,
    speed: null,
  },
}

test('an answer of an Anthropic target is a chat completion', () => {
  assert.deepEqual(answered('chat', 'messages', MESSAGE), CHAT_FROM_ANTHROPIC)
})

test('an answer of an OpenAI target is a message', () => {
  assert.deepEqual(answered('messages', 'chat', COMPLETION), MESSAGE_FROM_OPENAI)
})

const OUTPUT = [
  {
    id: 'rs_own_0',
    type: 'reasoning',
    summary: [{ type: 'summary_text', text: 'Hm, 想。' }],
    encrypted_content: 'anthropic-signature:sig',
  },
  {
    id: 'msg_own_1',
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text: 'I look. 你好', annotations: [], logprobs: [] }],
  },
  {
    id: 'fc_own_2',
    type: 'function_call',
    status: 'completed',
    call_id: 'toolu_1',
    name: 'look',
    arguments: ARGUMENTS,
  },
  {
    id: 'fc_own_3',
    type: 'function_call',
    status: 'completed',
    call_id: 'toolu_2',
    name: 'wait',
    arguments: '{}',
  },
]

test('an answer of an Anthropic target is a response that repeats its request', () => {
  const response = Object(answered('responses', 'messages', MESSAGE))
  assert.deepEqual(response.output, OUTPUT)
  assert.deepEqual(
    [response.id, response.status, response.created_at, response.instructions, response.metadata],
    ['resp_own', 'completed', 1_700_000_000, 'Be brief.', { a: 'b' }],
  )
  assert.deepEqual(response.usage, {
    input_tokens: 17,
    input_tokens_details: { cached_tokens: 5, cache_write_tokens: 2 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 24,
  })
})

const PAIRS: readonly (readonly [ClientApi, 'chat' | 'messages', Buffer])[] = [
  ['chat', 'messages', MESSAGE_STREAM],
  ['responses', 'messages', MESSAGE_STREAM],
  ['messages', 'chat', CHAT_STREAM],
  ['responses', 'chat', CHAT_STREAM],
]

for (const [from, to, stream] of PAIRS) {
  test(`a stream for ${from} from ${to} is the same wherever the network cuts it`, async () => {
    const whole = await told(from, to, [stream])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: stream.length - 1 }), { maxLength: 40 }),
        async (cuts) => {
          const ends = [...new Set(cuts), stream.length].toSorted((a, b) => a - b)
          const pieces = ends.map((end, at) => stream.subarray(at === 0 ? 0 : ends[at - 1], end))
          assert.equal(await told(from, to, pieces), whole)
        },
      ),
      { numRuns: 20 },
    )
  })
}

test('a chat stream from an Anthropic target adds up to the same completion', async () => {
  const chunks = dataOf(await told('chat', 'messages', [MESSAGE_STREAM]))
  const message: Record<string, string> = {}
  let details: unknown = null
  const calls: { id: string; arguments: string }[] = []
  let finish: unknown = null
  for (const { choices } of chunks) {
    for (const { delta, finish_reason } of Object(choices)) {
      for (const name of ['content', 'reasoning_content'])
        if (typeof delta[name] === 'string') message[name] = (message[name] ?? '') + delta[name]
      details = delta.reasoning_details ?? details
      for (const call of delta.tool_calls ?? []) {
        if (call.id) calls[call.index] = { id: call.id, arguments: '' }
        const made = calls[call.index]
        if (made) made.arguments += call.function.arguments
      }
      finish = finish_reason ?? finish
    }
  }
  const { message: whole } = CHAT_FROM_ANTHROPIC.choices[0] ?? assert.fail()
  assert.deepEqual(message, {
    content: whole.content,
    reasoning_content: whole.reasoning_content,
  })
  assert.deepEqual(details, whole.reasoning_details)
  assert.deepEqual(calls, [
    { id: 'toolu_1', arguments: ARGUMENTS },
    { id: 'toolu_2', arguments: '{}' },
  ])
  assert.equal(finish, 'tool_calls')
  assert.deepEqual(chunks.at(-1)?.['usage'], CHAT_FROM_ANTHROPIC.usage)
})

test('a message stream from an OpenAI target opens and closes one block after the other', async () => {
  const events = dataOf(await told('messages', 'chat', [CHAT_STREAM]))
  const order = events.map(({ type, index }) =>
    typeof index === 'number' ? `${String(type)} ${index}` : type,
  )
  const steps = order.filter((step, at) => step !== order[at - 1])
  assert.deepEqual(steps, [
    'message_start',
    ...[0, 1, 2, 3].flatMap((at) => [
      `content_block_start ${at}`,
      `content_block_delta ${at}`,
      `content_block_stop ${at}`,
    ]),
    'message_delta',
    'message_stop',
  ])
  const last = events.at(-2)
  assert.deepEqual(last, {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null, stop_details: null, container: null },
    usage: MESSAGE_FROM_OPENAI.usage,
  })
})

test('a response stream numbers its events and ends with the whole response', async () => {
  const events = dataOf(await told('responses', 'messages', [MESSAGE_STREAM]))
  assert.deepEqual(
    events.map((event) => event['sequence_number']),
    events.map((_, at) => at),
  )
  const last = events.at(-1)
  assert.equal(last?.['type'], 'response.completed')
  assert.deepEqual(Object(last?.['response']).output, OUTPUT)
})

test('what keeps a stream alive on its way to us keeps it alive on its way to the client', async () => {
  const [begin = ''] = sse([chunk({ role: 'assistant' })])
    .toString()
    .split(/(?<=\n\n)/)
  const fromChat = await told('messages', 'chat', [Buffer.from(`${begin}: still here\n\n`)])
  assert.ok(fromChat.includes('event: ping\ndata: {"type":"ping"}\n\n'))
  const fromMessages = await told('chat', 'messages', [MESSAGE_STREAM])
  assert.equal(fromMessages.split(': ping\n\n').length, 2)
})

const STOPS: readonly (readonly [string, string, string])[] = [
  ['end_turn', 'stop', 'end_turn'],
  ['max_tokens', 'length', 'max_tokens'],
  ['model_context_window_exceeded', 'length', 'max_tokens'],
  ['stop_sequence', 'stop', 'end_turn'],
  ['refusal', 'content_filter', 'refusal'],
]

for (const [anthropic, openai, back] of STOPS) {
  test(`stop reason ${anthropic} is ${openai}, and ${openai} is ${back}`, () => {
    const message = { ...MESSAGE, content: [{ type: 'text', text: 'x' }], stop_reason: anthropic }
    assert.equal(Object(answered('chat', 'messages', message)).choices[0].finish_reason, openai)
    const choice = { index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: openai }
    const whole = { ...COMPLETION, choices: [choice] }
    assert.equal(Object(answered('messages', 'chat', whole)).stop_reason, back)
  })
}

test('the stop sequence that was met is told where the target tells it', () => {
  const choice = {
    index: 0,
    message: { role: 'assistant', content: 'x' },
    finish_reason: 'stop',
    stop_reason: 'END',
  }
  const { stop_reason, stop_sequence } = Object(
    answered('messages', 'chat', { ...COMPLETION, choices: [choice] }),
  )
  assert.deepEqual([stop_reason, stop_sequence], ['stop_sequence', 'END'])
})

test('calls that a server gives no id, or all the same place, stay apart', async () => {
  const made = (id: string | undefined): object =>
    chunk({ tool_calls: [{ index: 0, ...(id && { id }), function: { name: 'look', arguments: '{}' } }] })
  const stream = sse([made('a'), made('b'), chunk({}, 'stop')])
  const events = dataOf(await told('messages', 'chat', [stream]))
  const starts = events.flatMap(({ content_block }) => (content_block ? [Object(content_block).id] : []))
  assert.deepEqual(starts, ['a', 'b'])
  assert.equal(Object(events.at(-2)?.['delta']).stop_reason, 'tool_use')
  const nameless = dataOf(await told('messages', 'chat', [sse([made(undefined), chunk({}, 'stop')])]))
  assert.match(Object(nameless[1]?.['content_block']).id, /^call_[\w-]{24}$/)
})

test('calls and text that come between each other are told one after the other', async () => {
  const stream = sse([
    callPiece(0, { name: 'a', arguments: '{"x":' }, { id: 'a' }),
    chunk({ content: '\n' }),
    callPiece(1, { name: 'b', arguments: '{' }, { id: 'b' }),
    callPiece(0, { arguments: '1}' }),
    callPiece(1, { arguments: '}' }),
    chunk({}, 'tool_calls'),
  ])
  const events = dataOf(await told('messages', 'chat', [stream]))
  const said = events.flatMap(({ content_block, delta }) => {
    const { id, type } = Object(content_block)
    const { partial_json, text } = Object(delta)
    return id ?? (type === 'text' ? 'text' : (partial_json ?? text ?? []))
  })
  assert.deepEqual(said, ['a', '{"x":', '1}', 'text', '\n', 'b', '{', '}'])
})

test('citations that only this program knows stand in a member of its own, those of pages in their usual form', () => {
  const own = { type: 'freehold_citation', n: 1 }
  const page = {
    type: 'url_citation',
    url_citation: { url: 'https://example.org', title: 'T', start_index: 0, end_index: 1 },
  }
  const message = { role: 'assistant', content: 'x', annotations: [own, page] }
  const completion = { ...COMPLETION, choices: [{ index: 0, message, finish_reason: 'stop' }] }
  const asMessage = Object(answered('messages', 'chat', completion))
  assert.deepEqual(asMessage.freehold, { citations: [own] })
  assert.deepEqual(
    asMessage.content[0].citations.map(({ type }: { type: string }) => type),
    ['web_search_result_location'],
  )
  const response = Object(answered('responses', 'chat', completion))
  assert.deepEqual(response.freehold, { citations: [own] })
  assert.deepEqual(response.output[0].content[0].annotations, [
    { type: 'url_citation', ...page.url_citation },
  ])
})

test('signed reasoning is told at once, so that clients keep all of it', async () => {
  const stream = sse([
    { type: 'message_start', message: { id: 'msg_1', model: 'm' } },
    ...block(0, { type: 'redacted_thinking', data: 'secret' }, []),
    ...block(1, { type: 'thinking', thinking: 'Hm', signature: 'sig' }, []),
    ...block(2, { type: 'text', text: '' }, [{ type: 'text_delta', text: 'x' }]),
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: {} },
    { type: 'message_stop' },
  ])
  const details = dataOf(await told('chat', 'messages', [stream])).flatMap(
    ({ choices }) => Object(choices)[0]?.delta.reasoning_details ?? [],
  )
  assert.deepEqual(details, [
    { type: 'reasoning.encrypted', data: 'secret' },
    { type: 'reasoning.text', text: 'Hm', signature: 'sig' },
  ])
})

const BROKEN: readonly (readonly [string, ClientApi, 'chat' | 'messages', string | Buffer])[] = [
  ['an event that is no JSON', 'messages', 'chat', 'data: {"choices":[\n\n'],
  ['an event that is a list', 'chat', 'messages', 'data: []\n\n'],
  ['an error', 'chat', 'messages', 'data: {"type":"error","error":{"message":"overloaded"}}\n\n'],
  ['an error', 'messages', 'chat', 'data: {"error":{"message":"overloaded"}}\n\n'],
  ['an error in words', 'messages', 'chat', 'data: {"error":"boom"}\n\ndata: [DONE]\n\n'],
  ['an event that is called error', 'responses', 'chat', 'event: error\ndata: {"message":"boom"}\n\n'],
  ['an error as its object', 'messages', 'chat', 'data: {"object":"error","message":"boom"}\n\n'],
  ['an end without a beginning', 'messages', 'chat', 'data: [DONE]\n\n'],
  ['a finish that says abort', 'responses', 'chat', sse([chunk({}, 'abort')])],
  ['a finish that says error', 'messages', 'chat', sse([chunk({}, 'error')])],
  [
    'a piece of no open block',
    'chat',
    'messages',
    sse([{ type: 'content_block_delta', index: 4, delta: {} }]),
  ],
  [
    'a block that the client cannot be shown',
    'chat',
    'messages',
    sse([
      { type: 'message_start', message: {} },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'server_tool_use', id: 'x', name: 'y' },
      },
    ]),
  ],
]

for (const [what, from, to, stream] of BROKEN) {
  test(`${what} in a stream from ${to} breaks it for ${from}`, async () => {
    await assert.rejects(
      told(from, to, [Buffer.from(stream)]),
      (error) => error instanceof Fault && error.code === 'upstream_broke',
    )
  })
}

test('an answer that is none is a broken target, not a bug', () => {
  for (const body of [
    '',
    '[]',
    '{}',
    '{"choices":[]}',
    '{"content":[{"type":"container_upload"}]}',
    '\u0000',
  ]) {
    for (const [from, to] of PAIRS) {
      assert.throws(
        () => translation(from, to).answer(Buffer.from(body)),
        (error) => error instanceof Fault && error.code === 'upstream_broke',
        `${from} ${to} ${body}`,
      )
    }
  }
})
