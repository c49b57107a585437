import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../kernel/fault.ts'
import type { ClientApi } from './translation.ts'
import { translate } from './translation.ts'

const OPTIONS = { model: 'm', nowS: 1, maxTokens: 9, maxTokensField: 'max_tokens', leftOut: [] } as const
const TARGETS = ['chat', 'messages'] as const

const carried = (from: ClientApi, to: 'chat' | 'messages', more: object) => {
  const said = from === 'chat' ? { messages: [{ role: 'user', content: 'hi' }] } : { input: 'hi' }
  const body = Buffer.from(JSON.stringify({ model: 'm', ...said, ...more }))
  return translate(body, { ...OPTIONS, from, to })
}
const asked = (from: ClientApi, to: 'chat' | 'messages', more: object) =>
  JSON.parse(carried(from, to, more).body.toString())

const isRefused =
  (field: string) =>
  (error: unknown): boolean =>
    error instanceof Fault && error.code === 'invalid' && error.param === field

const NAMES = ['look', 'wait', 'go']
const CHAT_TOOLS = NAMES.map((name) => ({ type: 'function', function: { name } }))
const TOOLS = NAMES.map((name) => ({ type: 'function', name, parameters: null, strict: null }))
const chatAllowed = (mode: string, names: readonly string[]): object => ({
  tools: CHAT_TOOLS,
  tool_choice: {
    type: 'allowed_tools',
    allowed_tools: { mode, tools: names.map((name) => ({ type: 'function', function: { name } })) },
  },
})
const allowed = (mode: string, names: readonly string[]): object => ({
  tools: TOOLS,
  tool_choice: { type: 'allowed_tools', mode, tools: names.map((name) => ({ type: 'function', name })) },
})

test('where only some tools are allowed, the model is offered only those', () => {
  for (const [mode, type] of [
    ['auto', 'auto'],
    ['required', 'any'],
  ] as const) {
    for (const { tools, tool_choice } of [
      asked('chat', 'messages', chatAllowed(mode, ['go', 'look'])),
      asked('responses', 'messages', allowed(mode, ['go', 'look'])),
    ]) {
      assert.deepEqual(
        tools.map(({ name }: { name: string }) => name),
        ['look', 'go'],
      )
      assert.deepEqual(tool_choice, { type })
    }
    const { tools, tool_choice } = asked('responses', 'chat', allowed(mode, ['wait']))
    assert.deepEqual(tools, [{ type: 'function', function: { name: 'wait' } }])
    assert.equal(tool_choice, mode)
  }
})

test('where no tool is allowed, none may be called', () => {
  const { tools, tool_choice } = asked('chat', 'messages', chatAllowed('auto', []))
  assert.deepEqual([tools.length, tool_choice], [3, { type: 'none' }])
  assert.throws(
    () => asked('chat', 'messages', chatAllowed('required', [])),
    isRefused('tool_choice.allowed_tools.tools'),
  )
  assert.throws(
    () => asked('responses', 'messages', allowed('auto', ['fly'])),
    isRefused('tool_choice.tools[0].name'),
  )
  const choice = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'mcp', server_label: 'x' }] }
  assert.throws(
    () => asked('responses', 'messages', { tools: TOOLS, tool_choice: choice }),
    isRefused('tool_choice.tools[0].type'),
  )
})

const INPUT = 'say "it"\n\\n 你好 🚚'
const SCHEMA = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
}

test('a custom tool is a function that takes one text, and so are its calls of earlier turns', () => {
  const chat = asked('chat', 'messages', {
    messages: [
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'patch', input: INPUT } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'done' },
    ],
    tools: [{ type: 'custom', custom: { name: 'patch', description: 'd', format: { type: 'text' } } }],
    tool_choice: { type: 'custom', custom: { name: 'patch' } },
  })
  const response = asked('responses', 'messages', {
    input: [
      { role: 'user', content: 'hi' },
      { type: 'custom_tool_call', id: 'x', call_id: 'c', name: 'patch', input: INPUT },
      { type: 'custom_tool_call_output', call_id: 'c', output: 'done', caller: { type: 'direct' } },
    ],
    tools: [{ type: 'custom', name: 'patch', description: 'd' }],
    tool_choice: { type: 'custom', name: 'patch' },
  })
  assert.deepEqual(chat, response)
  assert.deepEqual(chat.tools, [{ name: 'patch', description: 'd', input_schema: SCHEMA }])
  assert.deepEqual(chat.tool_choice, { type: 'tool', name: 'patch' })
  assert.deepEqual(chat.messages.slice(1), [
    { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'patch', input: { input: INPUT } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'done' }] },
  ])
})

test('a custom tool with a grammar is refused, because nobody else holds a model to one', () => {
  const custom = { name: 'x', format: { type: 'grammar', syntax: 'lark', definition: 'a' } }
  assert.throws(
    () => asked('chat', 'messages', { tools: [{ type: 'custom', custom }] }),
    isRefused('tools[0].custom.format.type'),
  )
  for (const to of TARGETS) {
    assert.throws(
      () => asked('responses', to, { tools: [{ type: 'custom', ...custom }] }),
      isRefused('tools[0].format.type'),
    )
  }
})

test('the text of a custom tool comes back as text', () => {
  const content = [{ type: 'tool_use', id: 'c', name: 'patch', input: { input: INPUT } }]
  const answer = Buffer.from(JSON.stringify({ id: 'msg_1', content, stop_reason: 'tool_use' }))
  const chat = carried('chat', 'messages', { tools: [{ type: 'custom', custom: { name: 'patch' } }] })
  assert.deepEqual(JSON.parse(chat.answer(answer).toString()).choices[0].message.tool_calls, [
    { id: 'c', type: 'custom', custom: { name: 'patch', input: INPUT } },
  ])
  const responses = carried('responses', 'messages', { tools: [{ type: 'custom', name: 'patch' }] })
  assert.deepEqual(JSON.parse(responses.answer(answer).toString()).output, [
    {
      id: 'ctc_1_0',
      type: 'custom_tool_call',
      status: 'completed',
      call_id: 'c',
      name: 'patch',
      input: INPUT,
    },
  ])
})
