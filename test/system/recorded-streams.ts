import { event } from './gateway-upstream.ts'

export type Api = 'chat' | 'messages' | 'responses'

/** What a server of one API wrote, in the shapes that such servers really use. */
export interface Recording {
  readonly name: string
  readonly api: Api
  readonly stream: boolean
  readonly text: string
}

type Fields = Readonly<Record<string, unknown>>

const chunk = (delta: Fields | null, more: Fields = {}, choice: Fields = {}): string =>
  event({
    id: 'chatcmpl-BxQ7',
    object: 'chat.completion.chunk',
    created: 1_764_400_000,
    model: 'gpt-5.2',
    choices: [{ index: 0, delta, finish_reason: null, ...choice }],
    ...more,
  })
const finish = (reason: string, more: Fields = {}): string => chunk({}, more, { finish_reason: reason })
const COUNTED = {
  prompt_tokens: 31,
  completion_tokens: 12,
  total_tokens: 43,
  prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 },
}
const usage = (): string => chunk(null, { choices: [], usage: COUNTED })
const DONE = event('[DONE]')
const words = (...texts: readonly string[]): string => texts.map((content) => chunk({ content })).join('')
const call = (fields: Fields): string => chunk({ tool_calls: [fields] })
const made = (name: string | null, args: string): Fields => ({
  ...(name !== null && { name }),
  arguments: args,
})
const role = (more: Fields = {}): string => chunk({ role: 'assistant', content: '', refusal: null, ...more })

const CHAT_STREAMS: Readonly<Record<string, string>> = {
  'OpenAI: text, then usage':
    role() + words('The quick ', 'brown ', '狐狸 🦊', ' "jumps"\n') + finish('stop') + usage() + DONE,
  'OpenAI: parallel calls in pieces':
    role({ content: null }) +
    call({ index: 0, id: 'call_a1', type: 'function', function: made('look_up', '') }) +
    ['{"ci', 'ty":"Ber', 'lin"}'].map((part) => call({ index: 0, function: made(null, part) })).join('') +
    call({ index: 1, id: 'call_b2', type: 'function', function: made('wait', '') }) +
    ['{"ms"', ':10.50}'].map((part) => call({ index: 1, function: made(null, part) })).join('') +
    finish('tool_calls') +
    usage() +
    DONE,
  'OpenAI: a refusal':
    role() + chunk({ refusal: "I can't " }) + chunk({ refusal: 'help.' }) + finish('stop') + DONE,
  'Azure: a first chunk without choices, a filter at the end':
    event({ id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [] }) +
    role() +
    words('No') +
    finish('content_filter') +
    DONE,
  'vLLM: reasoning, usage in every chunk':
    chunk({ role: 'assistant', content: '' }, { usage: { prompt_tokens: 31, completion_tokens: 0 } }) +
    ['Let me ', 'think.']
      .map((reasoning_content, at) =>
        chunk({ reasoning_content }, { usage: { prompt_tokens: 31, completion_tokens: at } }),
      )
      .join('') +
    chunk({ content: 'Seven' }, { usage: { prompt_tokens: 31, completion_tokens: 5 } }) +
    chunk({ content: '' }, { usage: COUNTED }, { finish_reason: 'stop', stop_reason: null }) +
    DONE,
  'vLLM: an error in the middle, then its end marker':
    role() +
    words('One ', 'two ') +
    event({ error: { message: 'CUDA out of memory', type: 'InternalServerError', code: 500 } }) +
    DONE,
  'Ollama: whole calls, all of them at place 0':
    chunk({
      role: 'assistant',
      content: '',
      tool_calls: [{ id: 'call_o1', index: 0, type: 'function', function: made('a', '{"x":1}') }],
    }) +
    chunk({
      role: 'assistant',
      content: '',
      tool_calls: [{ id: 'call_o2', index: 0, type: 'function', function: made('b', '{}') }],
    }) +
    chunk({ role: 'assistant', content: '' }, {}, { finish_reason: 'stop' }) +
    DONE,
  'Mistral: calls without a place, usage with the last chunk':
    chunk({ role: 'assistant', content: '' }, { p: 'abcd' }) +
    chunk(
      {
        tool_calls: [
          { id: 'D681PevKs', function: made('a', '{"q":"x"}') },
          { id: 'E792QfwLt', function: made('b', '{"q":"y"}') },
        ],
      },
      { usage: COUNTED },
      { finish_reason: 'tool_calls' },
    ) +
    DONE,
  'Mistral: thinking in parts':
    chunk({ role: 'assistant', content: '' }) +
    ['Let me ', 'see.']
      .map((text) => chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] }))
      .join('') +
    chunk({ content: [{ type: 'text', text: 'So ' }] }) +
    chunk({ content: 'it is.' }) +
    finish('stop', { usage: COUNTED }) +
    DONE,
  'a proxy: the id and the name of a call in each of its chunks':
    role() +
    ['{"a":', '[1,2', ']}']
      .map((part) => call({ index: 0, id: 'call_r', type: 'function', function: made('count', part) }))
      .join('') +
    finish('tool_calls') +
    DONE,
  'OpenRouter: comments, CR LF, reasoning under its own name': [
    ': OPENROUTER PROCESSING\n\n',
    ': OPENROUTER PROCESSING\n\n',
    role(),
    chunk({ reasoning: 'Hm.', reasoning_details: [{ type: 'reasoning.text', text: 'Hm.' }] }),
    ': OPENROUTER PROCESSING\n\n',
    words('Ja', 'wohl'),
    finish('stop', { native_finish_reason: 'STOP' }),
    usage(),
    DONE,
  ]
    .join('')
    .replaceAll('\n', '\r\n'),
  'llama.cpp: no end marker, no usage, null members':
    chunk({ role: 'assistant', content: null }) +
    chunk({ content: 'half', tool_calls: null, refusal: null, reasoning_content: null }) +
    finish('length', { usage: null, timings: { predicted_ms: 1.5 } }),
}

const named = (type: string, fields: Fields = {}): string => event({ type, ...fields }, type)
const start = (more: Fields = {}): string =>
  named('message_start', {
    message: {
      id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: 25,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 6,
        output_tokens: 1,
      },
      ...more,
    },
  })
const block = (index: number, opened: Fields, ...deltas: readonly Fields[]): string =>
  named('content_block_start', { index, content_block: opened }) +
  deltas.map((delta) => named('content_block_delta', { index, delta })).join('') +
  named('content_block_stop', { index })
const texts = (index: number, ...said: readonly string[]): string =>
  block(index, { type: 'text', text: '' }, ...said.map((text) => ({ type: 'text_delta', text })))
const use = (index: number, [id, name]: readonly [string, string], ...parts: readonly string[]): string =>
  block(
    index,
    { type: 'tool_use', id, name, input: {} },
    ...parts.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
  )
const over = (stop_reason: string, stop_sequence: string | null = null): string =>
  named('message_delta', { delta: { stop_reason, stop_sequence }, usage: { output_tokens: 15 } }) +
  named('message_stop')
const PING = named('ping')

const MESSAGE_STREAMS: Readonly<Record<string, string>> = {
  'Anthropic: text and pings':
    start() + PING + texts(0, 'Hello', ' “world” 你好', '!\n') + PING + over('end_turn'),
  'Anthropic: signed thinking, then text':
    start() +
    block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'First ' },
      { type: 'thinking_delta', thinking: 'this.' },
      { type: 'signature_delta', signature: 'EqQBCgIYAhIM' },
    ) +
    texts(1, 'Done') +
    over('end_turn'),
  'Anthropic: hidden thinking, cut at its length':
    start() +
    block(0, { type: 'redacted_thinking', data: 'EmwKAhgB' }) +
    texts(1, 'cut') +
    over('max_tokens'),
  'Anthropic: text, then parallel calls':
    start() +
    texts(0, 'I will look.') +
    use(1, ['toolu_01A', 'look_up'], '', '{"city', '": "Ber', 'lin"}') +
    use(2, ['toolu_01B', 'wait'], '{"ms":10.50}') +
    over('tool_use'),
  'Anthropic: a stop sequence': start() + texts(0, 'one two') + over('stop_sequence', 'END'),
  'Anthropic: a refusal': start() + texts(0, 'No') + over('refusal'),
  'Anthropic: overloaded in the middle':
    start() +
    texts(0, 'so far') +
    event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'error'),
  'a compatible server: the whole input with the start of the block, CR LF, a new kind of event': (
    start({ usage: { input_tokens: 9, output_tokens: 0 } }) +
    named('message_note', { note: 1 }) +
    block(0, { type: 'tool_use', id: 'call_z', name: 'go', input: { far: true, n: [1, 2] } }) +
    over('tool_use')
  ).replaceAll('\n', '\r\n'),
  'a compatible server: text with the start of the block':
    start() + block(0, { type: 'text', text: 'All at once' }) + over('end_turn'),
}

const message = (text: string): Fields => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
})
const respond = (status: string, more: Fields = {}): Fields => ({
  id: 'resp_67c9',
  object: 'response',
  created_at: 1_764_400_000,
  status,
  model: 'gpt-5.2',
  output: [],
  error: null,
  incomplete_details: null,
  usage: null,
  ...more,
})
const SPENT = {
  input_tokens: 37,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 11,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 48,
}

function responding(...events: readonly Fields[]): string {
  const created: Fields = { type: 'response.created', response: respond('in_progress') }
  return [created, ...events]
    .map((fields, sequence_number) => named(String(fields['type']), { ...fields, sequence_number }))
    .join('')
}
const AT = { item_id: 'msg_1', output_index: 0, content_index: 0 }
const SAID: readonly Fields[] = [
  {
    type: 'response.output_item.added',
    output_index: 0,
    item: { ...message(''), status: 'in_progress', content: [] },
  },
  { type: 'response.content_part.added', ...AT, part: { type: 'output_text', text: '', annotations: [] } },
  { type: 'response.output_text.delta', ...AT, delta: 'Hi ' },
  { type: 'response.output_text.delta', ...AT, delta: '你🙂' },
  { type: 'response.output_text.done', ...AT, text: 'Hi 你🙂' },
  {
    type: 'response.content_part.done',
    ...AT,
    part: { type: 'output_text', text: 'Hi 你🙂', annotations: [] },
  },
  { type: 'response.output_item.done', output_index: 0, item: message('Hi 你🙂') },
]

const RESPONSE_STREAMS: Readonly<Record<string, string>> = {
  'OpenAI: text': responding(...SAID, {
    type: 'response.completed',
    response: respond('completed', { output: [message('Hi 你🙂')], usage: SPENT }),
  }),
  'OpenAI: cut at its length': responding(...SAID, {
    type: 'response.incomplete',
    response: respond('incomplete', {
      output: [message('Hi 你🙂')],
      incomplete_details: { reason: 'max_output_tokens' },
      usage: SPENT,
    }),
  }),
  'OpenAI: failed': responding(...SAID, {
    type: 'response.failed',
    response: respond('failed', { error: { code: 'server_error', message: 'It failed.' } }),
  }),
  'OpenAI: an error event':
    responding(...SAID) +
    event(
      { type: 'error', code: 'server_error', message: 'It broke.', param: null, sequence_number: 8 },
      'error',
    ),
}

const chatAnswer = (message: Fields, reason: string): string =>
  JSON.stringify({
    id: 'chatcmpl-BxQ7',
    object: 'chat.completion',
    created: 1_764_400_000,
    model: 'gpt-5.2',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, ...message },
        logprobs: null,
        finish_reason: reason,
      },
    ],
    usage: COUNTED,
    system_fingerprint: 'fp_1',
  })
const messageAnswer = (content: readonly Fields[], stop_reason: string): string =>
  JSON.stringify({
    id: 'msg_01',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5',
    content,
    stop_reason,
    stop_sequence: null,
    usage: { input_tokens: 25, cache_read_input_tokens: 6, output_tokens: 15 },
  })

const ANSWERS: Readonly<Record<Api, Readonly<Record<string, string>>>> = {
  chat: {
    text: chatAnswer({ content: 'The quick 狐狸 🦊', annotations: [] }, 'stop'),
    'reasoning and parallel calls': chatAnswer(
      {
        reasoning_content: 'Hm.',
        tool_calls: [
          { id: 'call_a', type: 'function', function: made('a', '{"x":1.50}') },
          { id: 'call_b', type: 'function', function: made('b', '') },
        ],
      },
      'tool_calls',
    ),
    'a refusal': chatAnswer({ refusal: 'No.' }, 'stop'),
  },
  messages: {
    text: messageAnswer([{ type: 'text', text: 'Hello 你好', citations: null }], 'end_turn'),
    'signed thinking and a call': messageAnswer(
      [
        { type: 'thinking', thinking: 'First', signature: 'EqQB' },
        { type: 'redacted_thinking', data: 'Emw' },
        { type: 'text', text: 'So:' },
        { type: 'tool_use', id: 'toolu_01', name: 'go', input: { far: true, n: [1, 2.5] } },
      ],
      'tool_use',
    ),
  },
  responses: { text: JSON.stringify(respond('completed', { output: [message('Hi 你🙂')], usage: SPENT })) },
}

const entries = (api: Api, stream: boolean, texts: Readonly<Record<string, string>>): readonly Recording[] =>
  Object.entries(texts).map(([name, text]) => ({ name, api, stream, text }))

export const RECORDINGS: readonly Recording[] = [
  ...entries('chat', true, CHAT_STREAMS),
  ...entries('messages', true, MESSAGE_STREAMS),
  ...entries('responses', true, RESPONSE_STREAMS),
  ...(['chat', 'messages', 'responses'] as const).flatMap((api) => entries(api, false, ANSWERS[api])),
]
