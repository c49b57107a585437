import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conversationStart } from './conversation-start.ts'

const user = (content: unknown): object => ({ role: 'user', content })
const said = { role: 'assistant', content: 'Yes.' }
const start = (body: object): number | null => conversationStart(Buffer.from(JSON.stringify(body, null, 1)))

test('every turn of a conversation has the same start, whatever else the request says', () => {
  const system = { role: 'system', content: 'Be "brief"' }
  const first = start({ model: 'm', messages: [system, user('你好')] })
  assert.notEqual(first, null)
  const later = { stream: true, messages: [system, user('你好'), said, user('and?')], temperature: 0 }
  assert.equal(start(later), first)
  assert.notEqual(start({ messages: [system, user('hello')] }), first)
  assert.notEqual(start({ messages: [user('你好')] }), first)
})

test('what the model is told before the talk counts in the other dialects too', () => {
  const messages = [user([{ type: 'text', text: 'sum it up' }])]
  const anthropic = start({ model: 'm', messages, system: 'Document one' })
  assert.equal(
    start({ model: 'm', system: 'Document one', messages: [...messages, said] }),
    start({ system: 'Document one', messages }),
  )
  assert.notEqual(start({ model: 'm', messages, system: 'Document two' }), anthropic)
  assert.notEqual(start({ instructions: 'a', input: 'hi' }), start({ instructions: 'b', input: 'hi' }))
})

test('a request without a talk has none, and a strange one is no reason to fail', () => {
  assert.equal(start({ model: 'm', prompt: 'x' }), null)
  for (const messages of [[], {}, 'text', null, [1, 'x', [], null, { content: 'no role' }, {}]])
    assert.equal(typeof start({ messages }), 'number', JSON.stringify(messages))
})
