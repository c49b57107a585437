import assert from 'node:assert/strict'
import { test } from 'node:test'
import { translate } from './translation.ts'

const USER = { role: 'user', content: 'hi' }
const translation = (messages: readonly object[]) =>
  translate(Buffer.from(JSON.stringify({ model: 'm', messages })), {
    from: 'chat',
    to: 'messages',
    model: 'm',
    nowS: 1,
    maxTokens: 9,
    maxTokensField: 'max_tokens',
    leftOut: [],
  })

const first = { type: 'thinking', thinking: 'Hm', signature: 's1' }
const second = { type: 'redacted_thinking', data: 'x' }
const third = { type: 'thinking', thinking: '', signature: 's3' }
const text = { type: 'text', text: 'I look.' }
const call = (id: string): object => ({ type: 'tool_use', id, name: 'look', input: {} })

for (const content of [
  [first, text, call('a')],
  [first, second, text, third, call('a'), call('b')],
  [text, first, call('a'), second, call('b')],
  [call('a'), third],
]) {
  const kinds = content.map((block) => Object(block).type).join(', ')
  test(`signed reasoning goes back to where it stood: ${kinds}`, () => {
    const answer = Buffer.from(JSON.stringify({ content, stop_reason: 'tool_use' }))
    const [{ message }] = JSON.parse(translation([USER]).answer(answer).toString()).choices
    const results = ['a', 'b'].map((tool_call_id) => ({ role: 'tool', tool_call_id, content: '1' }))
    const body = JSON.parse(translation([USER, message, ...results]).body.toString())
    assert.deepEqual(body.messages[1].content, content)
  })
}

test('reasoning at the beginning says nothing of its place, as everybody has it', () => {
  const answer = Buffer.from(JSON.stringify({ content: [first, second, text], stop_reason: 'end_turn' }))
  const [{ message }] = JSON.parse(translation([USER]).answer(answer).toString()).choices
  assert.deepEqual(message.reasoning_details, [
    { type: 'reasoning.text', text: 'Hm', signature: 's1' },
    { type: 'reasoning.encrypted', data: 'x' },
  ])
})
