import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../kernel/fault.ts'
import { readChat } from './chat-input.ts'
import { callingOf, formatOf, turnsOf } from './prompt.ts'

const input = (more: object) =>
  readChat(Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...more })))
const tool = (name: string) => ({ type: 'function', function: { name } })

test('a conversation is told with the system first, results of tools as what the user says, and an open end', () => {
  const call = { id: 'c', type: 'function', function: { name: 'now', arguments: '{"zone":"UTC"}' } }
  const turns = turnsOf(
    input({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What' },
            { type: 'text', text: 'time?' },
          ],
        },
        { role: 'assistant', content: 'Let me see.', tool_calls: [call, call] },
        { role: 'tool', tool_call_id: 'c', content: '12:30' },
        { role: 'tool', tool_call_id: 'c', content: '13:30' },
        { role: 'developer', content: 'Be brief.' },
      ],
    }),
  )
  const said = '<tool_call>\n{"name": "now", "arguments": {"zone":"UTC"}}\n</tool_call>'
  assert.deepEqual(turns, [
    { type: 'system', text: 'Be brief.' },
    { type: 'user', text: 'What\ntime?' },
    { type: 'model', response: [`Let me see.\n${said}\n${said}`] },
    {
      type: 'user',
      text: '<tool_response>\n12:30\n</tool_response>\n<tool_response>\n13:30\n</tool_response>',
    },
    { type: 'model', response: [] },
  ])
})

test('the model is told of the tools that it may call, and of no others', () => {
  const [system] = turnsOf(
    input({
      tools: [tool('now'), tool('fly')],
      tool_choice: { type: 'function', function: { name: 'fly' } },
    }),
  )
  assert.ok(system?.type === 'system' && system.text.includes('"fly"') && !system.text.includes('"now"'))
  assert.equal(turnsOf(input({ tools: [tool('now')], tool_choice: 'none' }))[0]?.type, 'user')
})

test('a call is forced, or may come, or may not', () => {
  const kinds = (choice: unknown, more: object = {}) => {
    const calling = callingOf(input({ tools: [tool('now')], tool_choice: choice, ...more }))
    return calling && [calling.isForced, calling.mayBeSeveral]
  }
  assert.deepEqual(kinds('required'), [true, false])
  assert.deepEqual(kinds(tool('now')), [true, false])
  assert.deepEqual(kinds('auto'), [false, true])
  assert.deepEqual(kinds(undefined, { parallel_tool_calls: false }), [false, false])
  assert.equal(kinds('none'), null)
  assert.throws(() => kinds(tool('fly')), Fault)
  assert.throws(() => callingOf(input({ tool_choice: 'required' })), Fault)
})

test('an answer is bound to a form only where one is asked for', () => {
  assert.equal(formatOf(input({})), null)
  assert.equal(formatOf(input({ response_format: { type: 'text' } })), null)
  assert.match(formatOf(input({ response_format: { type: 'json_object' } })) ?? '', /^root ::= object$/m)
})

test('what is no request for a local model is refused by its field', () => {
  const refused = (more: object): string | null => {
    try {
      input(more)
      return null
    } catch (error) {
      return error instanceof Fault ? error.param : null
    }
  }
  assert.equal(refused({ messages: [] }), 'messages')
  assert.equal(refused({ temperature: 3 }), 'temperature')
  assert.equal(refused({ tools: [tool('has space')] }), 'tools[0].function.name')
  assert.equal(refused({ stop: ['1', '2', '3', '4', '5'] }), 'stop')
  assert.equal(refused({ unknown_field: 1 }), null)
})
