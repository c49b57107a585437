import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../kernel/fault.ts'
import type { ClientApi } from './translation.ts'
import { translate } from './translation.ts'

const USER = { role: 'user', content: 'hi' }
const BASES: Readonly<Record<ClientApi, object>> = {
  chat: { messages: [USER] },
  messages: { max_tokens: 9, messages: [USER] },
  responses: { input: [USER] },
}

const leftOut = (from: ClientApi, to: 'chat' | 'messages', request: object): readonly string[] =>
  translate(Buffer.from(JSON.stringify({ model: 'm', ...BASES[from], ...request })), {
    from,
    to,
    model: 'm',
    nowS: 1,
    maxTokens: 9,
    maxTokensField: 'max_tokens',
    leftOut: [],
  }).leftOut

const image = { url: 'https://example.org/a.png', detail: 'high' }
const unsigned = { type: 'reasoning.text', text: 'Hm' }

/** From which API, to which, what is asked, and what is named. */
const NAMED: readonly (readonly [ClientApi, 'chat' | 'messages', object, readonly string[]])[] = [
  [
    'chat',
    'messages',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: image }] }] },
    ['messages[0].content[0].image_url.detail'],
  ],
  [
    'chat',
    'messages',
    { messages: [USER, { role: 'assistant', content: 'a', reasoning_details: [unsigned] }, USER] },
    ['messages[1].reasoning_details[0]'],
  ],
  [
    'chat',
    'messages',
    { messages: [USER, { role: 'assistant', content: 'a', reasoning: 'Hm' }, USER] },
    ['messages[1].reasoning'],
  ],
  ['chat', 'messages', { parallel_tool_calls: false }, ['parallel_tool_calls']],
  ['chat', 'messages', { prediction: { type: 'content', content: 'x' } }, ['prediction']],
  [
    'chat',
    'messages',
    { stream_options: { include_obfuscation: true } },
    ['stream_options.include_obfuscation'],
  ],
  [
    'messages',
    'chat',
    {
      messages: [USER, { role: 'assistant', content: [{ type: 'redacted_thinking', data: 'x' }] }, USER],
    },
    ['messages[1].content[0]'],
  ],
  [
    'messages',
    'chat',
    { thinking: { type: 'adaptive', display: 'omitted' } },
    ['thinking.display', 'thinking.type'],
  ],
  [
    'messages',
    'chat',
    { thinking: { type: 'enabled', budget_tokens: 1024 }, output_config: { effort: 'max' } },
    ['thinking.budget_tokens'],
  ],
  ['responses', 'messages', { max_tool_calls: 3, truncation: 'disabled' }, ['max_tool_calls']],
  ['responses', 'chat', { truncation: 'auto' }, ['truncation']],
  [
    'responses',
    'messages',
    { input: [{ role: 'user', content: [{ type: 'input_image', image_url: image.url, detail: 'low' }] }] },
    ['input[0].content[0].detail'],
  ],
]

for (const [from, to, request, named] of NAMED) {
  test(`${named.join(', ')} of ${from} is left out on the way to ${to}, and named where it stands`, () => {
    assert.deepEqual(leftOut(from, to, request), named)
  })
}

test('who made a call himself, and who wrote an item, is nothing that is left out', () => {
  const caller = { type: 'direct' }
  const input = [
    USER,
    { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}', caller, created_by: 'me' },
    { type: 'function_call_output', call_id: 'c', output: 'x', caller },
  ]
  assert.deepEqual(leftOut('responses', 'messages', { input }), [])
})

test('what an image does by default is nothing that is left out, anything else is refused', () => {
  const shown = (oversized_image: string): object => {
    const source = { type: 'url', url: 'https://example.org/a.png' }
    return { type: 'image', source, transformations: { oversized_image } }
  }
  const asked = (how: string) =>
    leftOut('messages', 'chat', { messages: [{ role: 'user', content: [shown(how)] }] })
  assert.deepEqual(asked('downsize'), [])
  assert.throws(
    () => asked('error'),
    (error) =>
      error instanceof Fault && error.param === 'messages[0].content[0].transformations.oversized_image',
  )
})

test('a thread is refused in the words by which the official client goes on without one', () => {
  assert.throws(
    () => leftOut('messages', 'chat', { thread: { type: 'create' } }),
    (error) =>
      error instanceof Fault &&
      error.param === 'thread' &&
      error.details?.error_code === 'thread_unsupported_request',
  )
})

test('a schema that is missing is refused by its place', () => {
  for (const [from, request, field] of [
    ['chat', { response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    ['messages', { thinking: { type: 'enabled' } }, 'thinking.budget_tokens'],
  ] as const) {
    assert.throws(
      () => leftOut(from, from === 'chat' ? 'messages' : 'chat', request),
      (error) => error instanceof Fault && error.code === 'invalid' && error.param === field,
    )
  }
})
