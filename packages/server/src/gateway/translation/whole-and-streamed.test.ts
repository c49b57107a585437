import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventsIn } from '../call/sse-splitter.ts'
import type { LiveBody } from '../call/upstream-call.ts'
import type { ClientApi, Translation } from './translation.ts'
import { translate } from './translation.ts'

const REQUESTS: Readonly<Record<ClientApi, object>> = {
  chat: { messages: [{ role: 'user', content: 'hi' }] },
  messages: { max_tokens: 9, messages: [{ role: 'user', content: 'hi' }], stop_sequences: ['END'] },
  responses: { input: 'hi' },
}

const translation = (from: ClientApi, to: 'chat' | 'messages'): Translation =>
  translate(Buffer.from(JSON.stringify({ model: 'm', ...REQUESTS[from] })), {
    from,
    to,
    model: 'm',
    nowS: 1,
    maxTokens: 9,
    maxTokensField: 'max_tokens',
    leftOut: [],
  })

type Said = ReturnType<typeof JSON.parse>

const whole = (from: ClientApi, to: 'chat' | 'messages', answer: object): Said =>
  JSON.parse(
    translation(from, to)
      .answer(Buffer.from(JSON.stringify(answer)))
      .toString(),
  )

async function streamed(
  from: ClientApi,
  to: 'chat' | 'messages',
  events: readonly object[],
): Promise<readonly Said[]> {
  let text = ''
  const live: LiveBody = {
    watch: null,
    abort(reason) {
      throw reason
    },
    async forward(sink) {
      for (const one of events) sink.write(Buffer.from(`data: ${JSON.stringify(one)}\n\n`))
      sink.end()
    },
  }
  const sink = { write: (piece: Buffer) => (text += piece.toString()) !== '', onDrain() {}, end() {} }
  await translation(from, to).stream(live).forward(sink)
  return [...eventsIn(Buffer.from(text))].flatMap(({ data }) =>
    data === null || data === '[DONE]' ? [] : [JSON.parse(data)],
  )
}

interface Message {
  readonly content: readonly Said[]
  readonly stop_reason: string
  readonly stop_sequence?: string
  readonly stop_details?: object
  readonly usage?: object
}

const PIECES: Readonly<Record<string, (block: Said) => readonly [start: object, ...deltas: object[]]>> = {
  text: ({ text, citations = [] }) => [
    { type: 'text', text: '' },
    ...citations.map((citation: object) => ({ type: 'citations_delta', citation })),
    { type: 'text_delta', text: '' },
    ...text.split('').map((one: string) => ({ type: 'text_delta', text: one })),
  ],
  thinking: ({ thinking, signature }) => [
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking },
    { type: 'signature_delta', signature },
  ],
  tool_use: ({ input, ...block }) => [
    { ...block, input: {} },
    { type: 'input_json_delta', partial_json: JSON.stringify(input) },
  ],
}

function messageEvents({ content, usage = {}, ...ending }: Message): readonly object[] {
  const blocks = content.flatMap((block, index) => {
    const [content_block, ...deltas] = PIECES[block.type]?.(block) ?? assert.fail()
    return [
      { type: 'content_block_start', index, content_block },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]
  })
  return [
    { type: 'message_start', message: { id: 'msg_1', usage } },
    ...blocks,
    { type: 'message_delta', delta: ending, usage },
    { type: 'message_stop' },
  ]
}

const chunk = (delta: object, end: object = {}): object => ({
  id: 'chatcmpl-1',
  choices: [{ delta, finish_reason: null, ...end }],
})

function chatEvents(message: Said, end: object): readonly object[] {
  const { content, annotations, refusal, tool_calls = [] } = message
  return [
    chunk({ role: 'assistant', content: '' }),
    ...[...(content ?? '')].map((one) => chunk({ content: one })),
    ...(annotations ? [chunk({ annotations })] : []),
    ...(refusal ? [chunk({ refusal })] : []),
    ...tool_calls.map((call: object, index: number) => chunk({ tool_calls: [{ index, ...call }] })),
    chunk({}, end),
  ]
}

const text = (said: string, citations?: readonly object[]) => ({ type: 'text', text: said, citations })
const call = { type: 'tool_use', id: 'c', name: 'f', input: { a: 1 } }
const page = { type: 'web_search_result_location', url: 'https://example.org', title: 'T' }
const place = { type: 'page_location', start_page_number: 1 }

const MESSAGES: Readonly<Record<string, Message>> = {
  'a block without text': { content: [text('')], stop_reason: 'end_turn' },
  'nothing at all': { content: [], stop_reason: 'end_turn' },
  'text in several blocks': { content: [text('a'), text(''), text('b')], stop_reason: 'end_turn' },
  'text before and after a call': { content: [text('a'), call, text('b')], stop_reason: 'tool_use' },
  'an answer that was cut': { content: [text('a'), call], stop_reason: 'max_tokens' },
  'reasoning that is not shown': {
    content: [{ type: 'thinking', thinking: '', signature: 's' }, text('a')],
    stop_reason: 'end_turn',
  },
  'reasoning between text and a call': {
    content: [text('a'), { type: 'thinking', thinking: 'Hm', signature: 's' }, call],
    stop_reason: 'tool_use',
  },
  'citations of pages and of places': {
    content: [text('See '), text('this', [page, place]), text('.')],
    stop_reason: 'end_turn',
  },
  'a refusal that is explained': {
    content: [text('I c')],
    stop_reason: 'refusal',
    stop_details: { type: 'refusal', category: 'bio', explanation: 'Biology.' },
  },
  'a stop sequence': { content: [text('a')], stop_reason: 'stop_sequence', stop_sequence: 'END' },
  'the tier of the service': {
    content: [text('a')],
    stop_reason: 'end_turn',
    usage: { output_tokens: 1, service_tier: 'priority' },
  },
}

for (const [what, message] of Object.entries(MESSAGES)) {
  test(`${what} of an Anthropic target is the same response, whole and as a stream`, async () => {
    const events = await streamed('responses', 'messages', messageEvents(message))
    const { id, usage, ...response } = whole('responses', 'messages', { id: 'msg_1', usage: {}, ...message })
    const { id: streamedId, usage: told, ...last } = events.at(-1).response
    assert.deepEqual(last, response)
    assert.deepEqual([streamedId, told], [id, usage])
    const done = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item)
    assert.deepEqual(
      done.toSorted((a, b) => response.output.findIndex(isItem(a)) - response.output.findIndex(isItem(b))),
      response.output,
    )
  })

  test(`${what} of an Anthropic target is the same completion, whole and as a stream`, async () => {
    const { choices, ...answer } = whole('chat', 'messages', { id: 'msg_1', ...message })
    const { tool_calls: _calls, ...said } = choices[0].message
    const added: Said = { role: 'assistant', content: null, refusal: null }
    let ending: Said = {}
    const more: Said = {}
    for (const { choices: pieces, id: _id, object: _object, created: _created, ...rest } of await streamed(
      'chat',
      'messages',
      messageEvents(message),
    )) {
      const { delta, index: _index, ...end } = pieces[0]
      Object.assign(more, rest)
      ending = end
      for (const name of ['content', 'refusal', 'reasoning_content'])
        if (delta[name]) added[name] = (added[name] ?? '') + delta[name]
      for (const name of ['annotations', 'reasoning_details']) if (delta[name]) added[name] = delta[name]
    }
    assert.deepEqual(added, said)
    assert.deepEqual(
      { ...ending, ...more },
      {
        logprobs: null,
        finish_reason: choices[0].finish_reason,
        ...(choices[0].stop_reason && { stop_reason: choices[0].stop_reason }),
        ...without(answer),
      },
    )
  })
}

const isItem =
  ({ id }: Said) =>
  (item: Said): boolean =>
    item.id === id
const without = ({ id: _id, object: _object, created: _created, usage: _usage, ...rest }: Said): object =>
  rest

const made = (name: string, input: string): object => ({
  id: `call_${name}`,
  type: 'function',
  function: { name, arguments: input },
})
const cited = [{ type: 'url_citation', url_citation: { url: 'https://example.org', title: 'T' } }]
const COMPLETIONS: Readonly<Record<string, readonly [message: object, end: object]>> = {
  'text and a refusal': [{ content: 'Well.', refusal: 'No.' }, { finish_reason: 'stop' }],
  'citations before a call': [
    { content: 'See', annotations: cited, tool_calls: [made('f', '{"a":1}')] },
    { finish_reason: 'tool_calls' },
  ],
  'text that was cut': [{ content: 'Wel' }, { finish_reason: 'length' }],
  'a stop sequence': [{ content: 'Well' }, { finish_reason: 'stop', stop_reason: 'END' }],
}

for (const [what, [message, end]] of Object.entries(COMPLETIONS)) {
  const answer = { id: 'chatcmpl-1', choices: [{ message, ...end }] }
  test(`${what} of an OpenAI target is the same response, whole and as a stream`, async () => {
    const events = await streamed('responses', 'chat', chatEvents(message, end))
    assert.deepEqual(events.at(-1).response, whole('responses', 'chat', answer))
  })

  test(`${what} of an OpenAI target is the same message, whole and as a stream`, async () => {
    const { content, stop_reason, stop_sequence } = whole('messages', 'chat', answer)
    const blocks: Said[] = []
    const events = await streamed('messages', 'chat', chatEvents(message, end))
    for (const { type, index, content_block, delta } of events) {
      const block = blocks[index]
      if (type === 'content_block_start') blocks[index] = { ...content_block }
      else if (delta?.type === 'text_delta') block.text += delta.text
      else if (delta?.type === 'citations_delta')
        block.citations = [...(block.citations ?? []), delta.citation]
      else if (delta?.type === 'input_json_delta') block.input = JSON.parse(delta.partial_json)
    }
    assert.deepEqual(blocks, content)
    const { delta } = events.at(-2)
    assert.deepEqual([delta.stop_reason, delta.stop_sequence], [stop_reason, stop_sequence])
  })
}

test('what an answer was cut in is marked as not whole, and nothing else', () => {
  const { output, status } = whole('responses', 'messages', MESSAGES['an answer that was cut'] ?? {})
  assert.equal(status, 'incomplete')
  assert.deepEqual(
    output.map((item: Said) => item.status),
    ['completed', 'incomplete'],
  )
})

test('why Anthropic refused is told as a refusal', () => {
  const refused = MESSAGES['a refusal that is explained'] ?? {}
  const { choices } = whole('chat', 'messages', refused)
  const [{ finish_reason, message }] = choices
  assert.deepEqual([finish_reason, message.content, message.refusal], ['content_filter', 'I c', 'Biology.'])
  const { status, incomplete_details, output } = whole('responses', 'messages', refused)
  assert.deepEqual([status, incomplete_details], ['incomplete', { reason: 'content_filter' }])
  assert.deepEqual(output.at(-1).content, [{ type: 'refusal', refusal: 'Biology.' }])
})

test('a citation says for which part of the text it is; one that OpenAI has no word for is ours', () => {
  const { choices, freehold } = whole('chat', 'messages', MESSAGES['citations of pages and of places'] ?? {})
  assert.deepEqual(choices[0].message.annotations, [
    {
      type: 'url_citation',
      url_citation: { url: 'https://example.org', title: 'T', start_index: 4, end_index: 8 },
    },
  ])
  assert.deepEqual(freehold, { citations: [place] })
})

test('the arguments of a call that was cut are closed where the client gets no text', () => {
  const calls = [made('f', '{"a":1}'), made('g', '{"a":{"b":"c","d":"so')]
  const cut = { choices: [{ message: { tool_calls: calls }, finish_reason: 'length' }] }
  const { content, stop_reason } = whole('messages', 'chat', cut)
  assert.equal(stop_reason, 'max_tokens')
  assert.deepEqual(
    content.map(({ input }: Said) => input),
    [{ a: 1 }, { a: { b: 'c' } }],
  )
})

test('how a request was served is told in the words of the client', () => {
  const choices = [{ message: { content: 'x' }, finish_reason: 'stop' }]
  for (const [said, tier] of [
    ['default', 'standard'],
    ['priority', 'priority'],
    ['flex', null],
  ] as const) {
    const message = whole('messages', 'chat', { choices, service_tier: said })
    assert.equal(message.usage.service_tier, tier)
  }
  assert.equal(whole('responses', 'chat', { choices, service_tier: 'flex' }).service_tier, 'flex')
  const served = { content: [text('x')], stop_reason: 'end_turn', usage: { service_tier: 'standard' } }
  assert.equal(whole('chat', 'messages', served).service_tier, 'default')
})
