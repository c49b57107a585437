import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../kernel/fault.ts'
import type { ClientApi } from './translation.ts'
import { translate } from './translation.ts'

const OPTIONS = {
  model: 'their-name',
  nowS: 1,
  maxTokens: 4096,
  maxTokensField: 'max_tokens',
  leftOut: [],
} as const

function carried(from: ClientApi, to: 'chat' | 'messages', request: object): object {
  return JSON.parse(translate(Buffer.from(JSON.stringify(request)), { ...OPTIONS, from, to }).body.toString())
}

const USER = [{ role: 'user', content: 'hi' }]
const CHAT = { model: 'm', messages: USER }
const MESSAGES = { model: 'm', max_tokens: 9, messages: USER }
const RESPONSES = { model: 'm', input: 'hi' }
const PNG = 'iVBORw0KGgo='
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

test('a chat request reaches an Anthropic target with everything in its place', () => {
  const request = {
    model: 'm',
    messages: [
      { role: 'system', content: 'Sei kurz.' },
      { role: 'developer', content: [{ type: 'text', text: '简短。' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this? 🚚' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'auto' } },
          { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
        ],
      },
      {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"n":12345678901234567890}' } },
          { id: 'c2', type: 'function', function: { name: 'wait', arguments: '' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: '{"t":20}' },
      { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 'done' }] },
      { role: 'user', content: 'And now?' },
    ],
    tools: [
      {
        type: 'function',
        function: { name: 'look', description: 'Looks.', parameters: SCHEMA, strict: true },
      },
      { type: 'function', function: { name: 'wait' } },
    ],
    tool_choice: { type: 'function', function: { name: 'look' } },
    parallel_tool_calls: false,
    response_format: { type: 'json_schema', json_schema: { name: 'place', schema: SCHEMA, strict: true } },
    max_completion_tokens: 77,
    temperature: 0.5,
    top_p: 0.9,
    stop: 'END',
    reasoning_effort: 'medium',
    user: 'u-1',
    service_tier: 'default',
    stream: true,
    stream_options: { include_usage: true },
    n: 1,
  }
  const body = translate(Buffer.from(JSON.stringify(request)), {
    ...OPTIONS,
    from: 'chat',
    to: 'messages',
  }).body.toString()
  assert.ok(body.includes('{"n":12345678901234567890}'), 'no number is rounded')
  assert.deepEqual(JSON.parse(body.replace('12345678901234567890', '"big"')), {
    model: 'their-name',
    max_tokens: 77,
    system: [
      { type: 'text', text: 'Sei kurz.' },
      { type: 'text', text: '简短。' },
    ],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this? 🚚' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
          { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
          {
            type: 'document',
            source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
            title: 'a.pdf',
          },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'c1', name: 'look', input: { n: 'big' } },
          { type: 'tool_use', id: 'c2', name: 'wait', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: '{"t":20}' },
          { type: 'tool_result', tool_use_id: 'c2', content: 'done' },
          { type: 'text', text: 'And now?' },
        ],
      },
    ],
    tools: [
      { name: 'look', description: 'Looks.', input_schema: SCHEMA, strict: true },
      { name: 'wait', input_schema: { type: 'object', properties: {} } },
    ],
    tool_choice: { type: 'tool', name: 'look', disable_parallel_tool_use: true },
    temperature: 0.5,
    top_p: 0.9,
    stop_sequences: ['END'],
    output_config: { effort: 'medium', format: { type: 'json_schema', schema: SCHEMA } },
    metadata: { user_id: 'u-1' },
    service_tier: 'standard_only',
    stream: true,
  })
})

test('a messages request reaches an OpenAI target with everything in its place', () => {
  const request = {
    model: 'm',
    max_tokens: 77,
    system: [{ type: 'text', text: 'Sei kurz.', cache_control: { type: 'ephemeral' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 's' },
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { city: 'Berlin' } },
          { type: 'tool_use', id: 'toolu_2', name: 'look', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: '20' },
          {
            type: 'tool_result',
            tool_use_id: 'toolu_2',
            is_error: true,
            content: [
              { type: 'text', text: 'no' },
              { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
            ],
          },
          { type: 'text', text: 'And now?' },
        ],
      },
    ],
    tools: [{ name: 'look', description: 'Looks.', input_schema: SCHEMA }],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
    output_config: { format: { type: 'json_schema', schema: SCHEMA } },
    thinking: { type: 'enabled', budget_tokens: 4000 },
    stop_sequences: ['END'],
    metadata: { user_id: 'u-1' },
    stream: true,
  }
  const { body, leftOut } = translate(Buffer.from(JSON.stringify(request)), {
    ...OPTIONS,
    from: 'messages',
    to: 'chat',
  })
  assert.deepEqual(JSON.parse(body.toString()), {
    model: 'their-name',
    messages: [
      { role: 'system', content: 'Sei kurz.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
        ],
      },
      {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [
          { id: 'toolu_1', type: 'function', function: { name: 'look', arguments: '{"city":"Berlin"}' } },
          { id: 'toolu_2', type: 'function', function: { name: 'look', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'toolu_1', content: '20' },
      { role: 'tool', tool_call_id: 'toolu_2', content: 'no' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
          { type: 'text', text: 'And now?' },
        ],
      },
    ],
    tools: [{ type: 'function', function: { name: 'look', description: 'Looks.', parameters: SCHEMA } }],
    tool_choice: 'required',
    parallel_tool_calls: false,
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: SCHEMA, strict: true } },
    max_tokens: 77,
    stop: ['END'],
    reasoning_effort: 'medium',
    user: 'u-1',
    stream: true,
    stream_options: { include_usage: true },
  })
  assert.deepEqual(leftOut, [
    'system[0].cache_control',
    'messages[1].content[0]',
    'messages[2].content[1].is_error',
  ])
})

const CONVERSED = {
  model: 'm',
  instructions: 'Sei kurz.',
  input: [
    { role: 'developer', content: 'Really.' },
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'What is this?' },
        { type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'auto' },
      ],
    },
    { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'anthropic-signature:sig' },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'I look.', annotations: [] }],
    },
    {
      type: 'function_call',
      id: 'fc_1',
      call_id: 'c1',
      name: 'look',
      arguments: '{"city":"Berlin"}',
      status: 'completed',
    },
    { type: 'function_call', call_id: 'c2', name: 'look', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c1', output: '20' },
    { type: 'function_call_output', call_id: 'c2', output: [{ type: 'input_text', text: '21' }] },
  ],
  tools: [{ type: 'function', name: 'look', parameters: SCHEMA, strict: true }],
  tool_choice: 'required',
  parallel_tool_calls: true,
  text: { format: { type: 'json_schema', name: 'place', schema: SCHEMA } },
  max_output_tokens: 77,
  reasoning: { effort: 'high' },
  metadata: { a: 'b' },
  store: false,
  include: ['reasoning.encrypted_content'],
}

test('a Responses request reaches an Anthropic target with everything in its place', () => {
  assert.deepEqual(carried('responses', 'messages', CONVERSED), {
    model: 'their-name',
    max_tokens: 77,
    system: [
      { type: 'text', text: 'Sei kurz.' },
      { type: 'text', text: 'Really.' },
    ],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: '', signature: 'sig' },
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'c1', name: 'look', input: { city: 'Berlin' } },
          { type: 'tool_use', id: 'c2', name: 'look', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: '20' },
          { type: 'tool_result', tool_use_id: 'c2', content: '21' },
        ],
      },
    ],
    tools: [{ name: 'look', input_schema: SCHEMA, strict: true }],
    tool_choice: { type: 'any' },
    output_config: { effort: 'high', format: { type: 'json_schema', schema: SCHEMA } },
  })
})

test('a Responses request reaches a target that has chat completions only', () => {
  assert.deepEqual(carried('responses', 'chat', CONVERSED), {
    model: 'their-name',
    messages: [
      { role: 'system', content: 'Sei kurz.' },
      { role: 'system', content: 'Really.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'auto' } },
        ],
      },
      {
        role: 'assistant',
        content: 'I look.',
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"city":"Berlin"}' } },
          { id: 'c2', type: 'function', function: { name: 'look', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: '20' },
      { role: 'tool', tool_call_id: 'c2', content: '21' },
    ],
    tools: [{ type: 'function', function: { name: 'look', parameters: SCHEMA, strict: true } }],
    tool_choice: 'required',
    parallel_tool_calls: true,
    response_format: { type: 'json_schema', json_schema: { name: 'place', schema: SCHEMA } },
    max_tokens: 77,
    reasoning_effort: 'high',
  })
})

test('a system message in the middle stays where it was said', () => {
  const messages = [
    ...USER,
    { role: 'assistant', content: 'ho' },
    { role: 'system', content: 'Be brief.' },
    ...USER,
  ]
  const expected = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: 'ho' },
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'hi' },
  ]
  const there = carried('chat', 'messages', { model: 'm', messages })
  assert.deepEqual(there, { model: 'their-name', max_tokens: 4096, messages: expected })
  assert.deepEqual(carried('messages', 'chat', { ...MESSAGES, messages }), {
    model: 'their-name',
    messages: expected,
    max_tokens: 9,
  })
})

test('the id of a call that the other API would refuse becomes another one, the same in call and result', () => {
  const id = 'functions.look:0'
  const body = carried('chat', 'messages', {
    model: 'm',
    messages: [
      ...USER,
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id, type: 'function', function: { name: 'look' } }],
      },
      { role: 'tool', tool_call_id: id, content: '' },
    ],
  })
  const ids = [...JSON.stringify(body).matchAll(/"(?:id|tool_use_id)":"([^"]+)"/g)].map(([, one]) => one)
  assert.equal(ids.length, 2)
  assert.match(ids[0] ?? '', /^toolu_[\w-]{24}$/)
  assert.equal(ids[0], ids[1])
})

test('what both APIs of OpenAI have goes from one to the other', () => {
  const same = {
    safety_identifier: 's',
    service_tier: 'flex',
    prompt_cache_key: 'k',
  }
  const asked = {
    ...RESPONSES,
    ...same,
    text: { format: { type: 'json_object' }, verbosity: 'low' },
    tool_choice: 'auto',
    tools: [],
    client_metadata: { installation: 'x' },
  }
  assert.deepEqual(carried('responses', 'chat', asked), {
    model: 'their-name',
    messages: USER,
    response_format: { type: 'json_object' },
    verbosity: 'low',
    ...same,
  })
})

test('blank text beside calls, and unsigned reasoning, are no content for Anthropic', () => {
  const body = carried('chat', 'messages', {
    model: 'm',
    messages: [
      { role: 'system', content: '' },
      ...USER,
      {
        role: 'assistant',
        content: '\n\n',
        reasoning_content: 'Hm',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: 'null' } }],
      },
      {
        role: 'tool',
        tool_call_id: 'c',
        content: [
          { type: 'text', text: '' },
          { type: 'text', text: '20' },
        ],
      },
    ],
  })
  assert.deepEqual(Object(body).messages.slice(1), [
    { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'f', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: '20' }] },
  ])
  assert.equal(Object(body).system, undefined)
})

test('what is left behind is named, whatever it is', () => {
  const format = {
    type: 'json_schema',
    json_schema: { name: 'n', description: 'd', schema: SCHEMA, strict: false },
  }
  const { leftOut } = translate(
    Buffer.from(
      JSON.stringify({
        ...CHAT,
        response_format: format,
        user: 'u',
        safety_identifier: 's',
        max_tokens: 1,
        max_completion_tokens: 2,
      }),
    ),
    { ...OPTIONS, from: 'chat', to: 'messages' },
  )
  assert.deepEqual(leftOut.toSorted(), [
    'max_tokens',
    'response_format.json_schema.description',
    'response_format.json_schema.name',
    'response_format.json_schema.strict',
    'user',
  ])
})

/** From which API, to which, what is asked, and the field that is named. */
const REFUSED: readonly (readonly [ClientApi, 'chat' | 'messages', object, string])[] = [
  ['chat', 'messages', { ...CHAT, logit_bias: { 1: 2 } }, 'logit_bias'],
  ['chat', 'messages', { ...CHAT, logprobs: true }, 'logprobs'],
  ['chat', 'messages', { ...CHAT, n: 2 }, 'n'],
  ['chat', 'messages', { ...CHAT, seed: 7 }, 'seed'],
  ['chat', 'messages', { ...CHAT, frequency_penalty: 0.5 }, 'frequency_penalty'],
  ['chat', 'messages', { ...CHAT, temperature: 1.5 }, 'temperature'],
  ['chat', 'messages', { ...CHAT, store: true }, 'store'],
  ['chat', 'messages', { ...CHAT, modalities: ['text', 'audio'] }, 'modalities[1]'],
  ['chat', 'messages', { ...CHAT, web_search_options: {} }, 'web_search_options'],
  ['chat', 'messages', { ...CHAT, functions: [{ name: 'f' }] }, 'functions'],
  ['chat', 'messages', { ...CHAT, x_new_field: 1 }, 'x_new_field'],
  ['chat', 'messages', { ...CHAT, response_format: { type: 'json_object' } }, 'response_format.type'],
  ['chat', 'messages', { ...CHAT, tools: [{ type: 'web_search' }] }, 'tools[0].type'],
  ['chat', 'messages', { ...CHAT, tool_choice: 'required' }, 'tool_choice'],
  ['chat', 'messages', { ...CHAT, service_tier: 'flex' }, 'service_tier'],
  [
    'chat',
    'messages',
    { ...CHAT, messages: [{ role: 'user', content: 'x', name: 'Anna' }] },
    'messages[0].name',
  ],
  [
    'chat',
    'messages',
    { ...CHAT, messages: [{ role: 'function', name: 'f', content: 'x' }] },
    'messages[0].role',
  ],
  [
    'chat',
    'messages',
    { ...CHAT, messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] },
    'messages[0].content[0].type',
  ],
  [
    'chat',
    'messages',
    { ...CHAT, messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] },
    'messages[0].content[0].file.file_id',
  ],
  ['messages', 'chat', { ...MESSAGES, top_k: 5 }, 'top_k'],
  ['messages', 'chat', { ...MESSAGES, inference_geo: 'us' }, 'inference_geo'],
  ['responses', 'chat', { ...RESPONSES, tool_choice: 'required' }, 'tool_choice'],
  ['responses', 'messages', { ...RESPONSES, stream_options: { x: 1 } }, 'stream_options.x'],
  ['messages', 'chat', { ...MESSAGES, mcp_servers: [{}] }, 'mcp_servers'],
  ['messages', 'chat', { ...MESSAGES, container: 'c' }, 'container'],
  [
    'messages',
    'chat',
    { ...MESSAGES, tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    'tools[0].type',
  ],
  [
    'messages',
    'chat',
    { ...MESSAGES, messages: [...USER, { role: 'assistant', content: 'Once' }] },
    'messages[1].role',
  ],
  [
    'messages',
    'chat',
    { ...MESSAGES, messages: [{ role: 'user', content: [{ type: 'search_result' }] }] },
    'messages[0].content[0].type',
  ],
  [
    'messages',
    'chat',
    {
      ...MESSAGES,
      messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] }],
    },
    'messages[0].content[0].source.type',
  ],
  ['responses', 'messages', { ...RESPONSES, background: true }, 'background'],
  ['responses', 'messages', { ...RESPONSES, store: true }, 'store'],
  ['responses', 'messages', { ...RESPONSES, prompt: { id: 'p' } }, 'prompt'],
  ['responses', 'messages', { ...RESPONSES, tools: [{ type: 'web_search' }] }, 'tools[0].type'],
  ['responses', 'chat', { ...RESPONSES, tools: [{ type: 'mcp', server_label: 'x' }] }, 'tools[0].type'],
  ['responses', 'messages', { ...RESPONSES, include: ['message.output_text.logprobs'] }, 'include[0]'],
  ['responses', 'messages', { ...RESPONSES, text: { verbosity: 'low' } }, 'text.verbosity'],
  ['responses', 'messages', { ...RESPONSES, input: [{ type: 'web_search_call', id: 'w' }] }, 'input[0].type'],
  [
    'responses',
    'chat',
    {
      ...RESPONSES,
      input: [{ role: 'user', content: [{ type: 'input_file', file_url: 'https://example.org/a.pdf' }] }],
    },
    'input[0].content[0].file_url',
  ],
]

for (const [from, to, request, field] of REFUSED) {
  test(`${field} of ${from} is refused by name where the target speaks ${to}`, () => {
    assert.throws(
      () => carried(from, to, request),
      (error) =>
        error instanceof Fault &&
        error.code === 'invalid' &&
        error.param === field &&
        error.message.startsWith(field),
    )
  })
}

test('what is written wrongly is refused by name', () => {
  for (const [from, to, request, field] of [
    ['chat', 'messages', { ...CHAT, temperature: 'hot' }, 'temperature'],
    ['chat', 'messages', { ...CHAT, tools: {} }, 'tools'],
    ['chat', 'messages', { ...CHAT, messages: [3] }, 'messages[0]'],
    ['messages', 'chat', { ...MESSAGES, tools: [{ input_schema: SCHEMA }] }, 'tools[0].name'],
    [
      'responses',
      'chat',
      { ...RESPONSES, input: [{ type: 'function_call', name: 'x' }] },
      'input[0].call_id',
    ],
  ] as const) {
    assert.throws(
      () => carried(from, to, request),
      (error) => error instanceof Fault && error.code === 'invalid' && error.param === field,
      field,
    )
  }
})
