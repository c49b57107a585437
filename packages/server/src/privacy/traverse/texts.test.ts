import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { Shape } from './json-places.ts'
import { EncodedTexts, WholeText } from './plain-texts.ts'
import type { Texts } from './texts.ts'
import { JsonTexts } from './texts.ts'

const CANARY = /[\w.]+@example\.org/g

/** Each address is replaced; those that may not be are told. */
function masked(texts: Texts): { readonly written: string; readonly fixed: readonly string[] } {
  const fixed: string[] = []
  for (const [index, { value, role, key }] of texts.texts.entries()) {
    const edits = [...value.matchAll(CANARY)].map((hit) => ({
      start: hit.index,
      end: hit.index + hit[0].length,
      replacement: '[EMAIL_k7f2_1]',
    }))
    if (edits.length === 0) continue
    if (role === 'text') texts.edit(index, edits)
    else fixed.push(`${role} ${key ?? ''}`.trim())
  }
  return { written: texts.written(), fixed }
}

const json = (value: unknown, shape: Shape = 'chat') => masked(new JsonTexts(JSON.stringify(value), shape))
const replaced = (value: unknown): string => JSON.stringify(value).replaceAll(CANARY, '[EMAIL_k7f2_1]')

const CHAT = {
  model: 'gpt-5',
  seed: 12345678901234567890n,
  messages: [
    { role: 'system', content: 'Write to boss@example.org only.' },
    { role: 'user', content: [{ type: 'text', text: 'I am a@example.org, "really"\n张伟 b@example.org' }] },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: 'call_1',
          type: 'function',
          function: { name: 'send', arguments: '{"to":"c@example.org","n":[1,{"cc":"d@example.org"}]}' },
        },
      ],
    },
    {
      role: 'tool',
      tool_call_id: 'call_1',
      content: JSON.stringify({ sent: JSON.stringify({ to: 'e@example.org "x"' }) }),
    },
  ],
  tools: [
    {
      type: 'function',
      function: {
        name: 'send',
        description: 'Sends. Ask help@example.org.',
        parameters: {
          type: 'object',
          properties: {
            to: { type: 'string', description: 'As in f@example.org', default: 'g@example.org' },
          },
          required: ['to'],
        },
      },
    },
  ],
  metadata: { note: 'h@example.org' },
  stop: ['i@example.org'],
}

test('every text of a chat request is read, and everything else leaves as it came', () => {
  const body = JSON.stringify(CHAT, (_, value: unknown) => (typeof value === 'bigint' ? 1 : value)).replace(
    '"seed":1',
    '"seed" : 1.50',
  )
  const { written, fixed } = masked(new JsonTexts(body, 'chat'))
  assert.equal(written, body.replaceAll(CANARY, '[EMAIL_k7f2_1]'))
  assert.deepEqual(fixed, [])
})

test('what the other APIs hold is read too', () => {
  const messages = {
    system: [{ type: 'text', text: 'a@example.org', cache_control: { type: 'ephemeral' } }],
    messages: [
      {
        role: 'assistant',
        content: [
          {
            type: 'tool_use',
            id: 'toolu_1',
            name: 'x',
            input: { id: 'b@example.org', name: 'c@example.org' },
          },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'd@example.org' }] },
        ],
      },
      {
        role: 'assistant',
        content: [{ type: 'thinking', thinking: 'unsigned e@example.org', signature: '' }],
      },
    ],
  }
  const responses = {
    instructions: 'a@example.org',
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'b@example.org' }] },
      { type: 'function_call', call_id: 'c', name: 'n', arguments: '{"a":"c@example.org"}' },
      { type: 'function_call_output', call_id: 'c', output: 'd@example.org' },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'e@example.org' }] },
    ],
    tools: [{ type: 'function', name: 'n', description: 'f@example.org', parameters: {} }],
  }
  for (const [body, shape] of [
    [messages, 'messages'],
    [responses, 'responses'],
    [{ input: ['a@example.org', 'b@example.org'] }, 'embeddings'],
  ] as const) {
    const { written, fixed } = json(body, shape)
    assert.equal(written, replaced(body))
    assert.deepEqual(fixed, [])
  }
})

test('what names, refers or is signed is read and never rewritten', () => {
  const at = (body: object, shape: Shape = 'chat') => json(body, shape).fixed
  assert.deepEqual(at({ user: 'a@example.org' }), ['fixed user'])
  assert.deepEqual(at({ messages: [{ role: 'user', name: 'a@example.org' }] }), ['fixed name'])
  assert.deepEqual(at({ messages: [{ role: 'tool', tool_call_id: 'a@example.org' }] }), [
    'fixed tool_call_id',
  ])
  assert.deepEqual(at({ 'a@example.org': 'x' }), ['key'])
  assert.deepEqual(at({ messages: [{ tool_calls: [{ function: { arguments: '{"a@example.org":1}' } }] }] }), [
    'key',
  ])
  const schema = {
    properties: { to: { pattern: 'a@example.org', $ref: '#/a@example.org' } },
    required: ['a@example.org'],
  }
  assert.deepEqual(at({ tools: [{ function: { parameters: schema } }] }), [
    'fixed pattern',
    'fixed $ref',
    'fixed required',
  ])
  const signed = { content: [{ type: 'thinking', thinking: 'a@example.org', signature: 'EqQB' }] }
  assert.deepEqual(at({ messages: [signed] }, 'messages'), ['fixed thinking'])
  const other = { content: [{ type: 'thinking', signature: 'EqQB', thinking: 'a@example.org' }] }
  assert.deepEqual(at({ messages: [other] }, 'messages'), ['fixed thinking'])
})

test('escapes, spaces, unknown members and the order stay as they are around what is replaced', () => {
  const body = String.raw`{ "z": 1.0, "content" : "caf\u00e9 \ud83d\ude00 x\u0040example.org a@example.org\t\/", "new_field":[ "b@example.org" ] }`
  const { written } = masked(new JsonTexts(body, 'chat'))
  const expected = String.raw`{ "z": 1.0, "content" : "caf\u00e9 \ud83d\ude00 [EMAIL_k7f2_1] [EMAIL_k7f2_1]\t\/", "new_field":[ "[EMAIL_k7f2_1]" ] }`
  assert.equal(written, expected)
})

test('a figure in free JSON becomes a text when it is replaced, and the rest of the API is not touched', () => {
  const texts = new JsonTexts(
    '{"arguments":"{\\"phone\\":13812345678,\\"n\\":12}","max_tokens":12345678}',
    'chat',
  )
  assert.deepEqual(
    texts.texts.map(({ value, role, key }) => [value, role, key]),
    [
      ['12345678', 'fixed', 'max_tokens'],
      ['13812345678', 'number', 'phone'],
    ],
  )
  texts.edit(1, [{ start: 0, end: 11, replacement: '[PHONE_k7f2_1]' }])
  assert.equal(
    texts.written(),
    '{"arguments":"{\\"phone\\":\\"[PHONE_k7f2_1]\\",\\"n\\":12}","max_tokens":12345678}',
  )
})

test('what is put in stays valid JSON, however deep it stands', () => {
  const body = JSON.stringify({ content: JSON.stringify({ a: JSON.stringify({ b: 'a@example.org' }) }) })
  const texts = new JsonTexts(body, 'chat')
  const index = texts.texts.findIndex(({ value }) => value === 'a@example.org')
  texts.edit(index, [{ start: 0, end: 13, replacement: 'a "b"\\\n' }])
  const inner: unknown = JSON.parse(JSON.parse(JSON.parse(texts.written()).content).a)
  assert.deepEqual(inner, { b: 'a "b"\\\n' })
})

test('nothing recurses into what a client nests, and what is nested beyond reading does not leave', () => {
  const depth = 200_000
  const nested = `{"messages":${'['.repeat(depth)}"a@example.org"${']'.repeat(depth)}}`
  assert.match(masked(new JsonTexts(nested, 'chat')).written, /\[EMAIL_k7f2_1\]/)
  let text = '"a@example.org"'
  for (let layer = 0; layer < 18; layer += 1) text = JSON.stringify(text)
  assert.throws(() => new JsonTexts(`{"content":${text}}`, 'chat'), { code: 'stays_home' })
})

test('addresses, forms and texts of services are read', () => {
  const path = masked(EncodedTexts.path('/users/a%40example.org/mail%20s'))
  assert.equal(path.written, '/users/%5BEMAIL_k7f2_1%5D/mail%20s')
  const form = masked(
    EncodedTexts.form('?q=hello+b%40example.org&x=%zz&j=%7B%22to%22%3A%22c%40example.org%22%7D&flag'),
  )
  assert.equal(
    form.written,
    '?q=hello%20%5BEMAIL_k7f2_1%5D&x=%zz&j=%7B%22to%22%3A%22%5BEMAIL_k7f2_1%5D%22%7D&flag',
  )
  assert.deepEqual(masked(EncodedTexts.form('a%40example.org=1')).fixed, ['key'])
  assert.equal(masked(new WholeText('<to>a@example.org</to>')).written, '<to>[EMAIL_k7f2_1]</to>')
})
