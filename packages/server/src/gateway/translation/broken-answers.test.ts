import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LiveBody } from '../call/upstream-call.ts'
import type { ClientApi, Translation } from './translation.ts'
import { translate } from './translation.ts'

const REQUESTS = {
  chat: { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
  messages: { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] },
  responses: { model: 'm', input: 'hi' },
}

const translation = (from: ClientApi, to: 'chat' | 'messages'): Translation =>
  translate(Buffer.from(JSON.stringify(REQUESTS[from])), {
    from,
    to,
    model: 'm',
    nowS: 1,
    maxTokens: 9,
    leftOut: [],
    maxTokensField: 'max_tokens',
  })

interface Told {
  readonly text: string
  /** Why the stream broke; null for a whole one. */
  readonly broken: string | null
}

/** Streams these events, each in a piece of its own. */
async function streamed(from: ClientApi, to: 'chat' | 'messages', events: readonly object[]): Promise<Told> {
  let broken: string | null = null
  let text = ''
  const live: LiveBody = {
    watch: null,
    abort: (reason) => void (broken = reason.message),
    async forward(sink) {
      for (const one of events) {
        const data = 'done' in one ? '[DONE]' : JSON.stringify(one)
        if (broken === null) sink.write(Buffer.from(`data: ${data}\n\n`))
      }
      if (broken === null) sink.end()
    },
  }
  const sink = { write: (piece: Buffer) => (text += piece.toString()) !== '', onDrain() {}, end() {} }
  await translation(from, to).stream(live).forward(sink)
  return { text, broken }
}

const typesIn = ({ text }: Told): readonly string[] => text.match(/(?<=^event: ).*/gm) ?? []
const chunk = (delta: object, finish_reason: string | null = null): object => ({
  id: 'c',
  choices: [{ delta, finish_reason }],
})
const call = (fields: object): object => chunk({ tool_calls: [{ index: 0, ...fields }] })
const DONE = { done: true }
const START = { type: 'message_start', message: { id: 'msg_1' } }
const opened = (content_block: object, index = 0): object => ({
  type: 'content_block_start',
  index,
  content_block,
})
const piece = (delta: object, index = 0): object => ({ type: 'content_block_delta', index, delta })
const closed = (index = 0): object => ({ type: 'content_block_stop', index })
const TEXT = opened({ type: 'text', text: '' })
const ENDING = [{ type: 'message_delta', delta: { stop_reason: 'tool_use' } }, { type: 'message_stop' }]

test('the events of a Responses stream are numbered in the order in which they are sent', async () => {
  const told = await streamed('responses', 'chat', [
    chunk({ content: 'a' }),
    call({ id: 'x', function: { name: 'f' } }),
    DONE,
  ])
  const numbers = (told.text.match(/(?<="sequence_number":)\d+/g) ?? []).map(Number)
  assert.deepEqual(numbers, [...numbers.keys()])
  assert.ok(numbers.length > 8)
})

test('what came before a stream broke is told, in whichever pieces it came', async () => {
  const { text, broken } = await streamed('messages', 'chat', [
    chunk({ content: 'so far' }),
    { error: { message: 'gone' } },
  ])
  assert.match(text, /so far/)
  assert.match(broken ?? '', /gone/)
})

test('an end marker alone is no answer', async () => {
  const told = await streamed('messages', 'chat', [DONE])
  assert.deepEqual(
    [told.text, told.broken],
    ['', 'The target’s answer cannot be translated: it says nothing.'],
  )
})

test('calls are to be made also where the target gave no reason for its end', async () => {
  const { text } = await streamed('messages', 'chat', [
    call({ id: 'x', function: { name: 'f', arguments: '{}' } }),
    DONE,
  ])
  assert.match(text, /"stop_reason":"tool_use"/)
})

test('a finish comes after everything else, and once', async () => {
  const late = [
    START,
    TEXT,
    ENDING[0] ?? {},
    piece({ type: 'text_delta', text: 'late' }),
    closed(),
    ...ENDING,
  ]
  const { text } = await streamed('chat', 'messages', late)
  assert.equal(text.match(/"finish_reason":"/g)?.length, 1)
  assert.ok(text.indexOf('late') < text.indexOf('"finish_reason":"tool_calls"'))
})

test('the arguments of a call may stand with its start, or be an object', async () => {
  const start = opened({ type: 'tool_use', id: 'x', name: 'f', input: { a: 1 } })
  const told = await streamed('chat', 'messages', [START, start, closed(), ...ENDING])
  assert.match(told.text, /"arguments":"\{\\"a\\":1\}"/)
  const other = await streamed('messages', 'chat', [
    call({ id: 'x', function: { name: 'f', arguments: { a: 1 } } }),
    DONE,
  ])
  assert.match(other.text, /"partial_json":"\{\\"a\\":1\}"/)
})

test('a signature that stands with the start of its block is not lost', async () => {
  const start = opened({ type: 'thinking', thinking: 'Hm', signature: 'sig' })
  const { text } = await streamed('chat', 'messages', [START, start, closed(), ...ENDING])
  assert.match(text, /"signature":"sig"/)
})

const CHAT_WRONGS: Readonly<Record<string, readonly object[]>> = {
  'content that is a number': [chunk({ content: 5 })],
  'a call that is no object': [chunk({ tool_calls: ['x'] })],
  'calls that are no list': [chunk({ tool_calls: { a: 1 } })],
  'arguments that are a number': [call({ id: 'x', function: { name: 'f', arguments: 5 } })],
  'an id that is a list': [call({ id: ['x'], function: { name: 'f' } })],
  'choices that are an object': [{ id: 'c', choices: { a: 1 } }],
  'a finish that is a number': [chunk({}, 5 as never)],
  'an error in words': [chunk({ content: 'a' }), { error: 'gone' }],
}
const MESSAGE_WRONGS: Readonly<Record<string, readonly object[]>> = {
  'a block without index': [START, { ...TEXT, index: '0' }],
  'a block that begins twice': [START, TEXT, TEXT],
  'text in a block of thinking': [
    START,
    opened({ type: 'thinking' }),
    piece({ type: 'text_delta', text: 'a' }),
  ],
  'a piece that is no text': [START, TEXT, piece({ type: 'text_delta', text: 5 })],
  'a block that never ends': [START, TEXT, ...ENDING],
  'an end without a reason': [START, TEXT, closed(), { type: 'message_stop' }],
  'an event without a type': [START, { index: 0 }],
}
for (const [what, events] of Object.entries(CHAT_WRONGS)) {
  test(`${what} breaks a stream instead of being lost in silence`, async () => {
    for (const from of ['messages', 'responses'] as const) {
      assert.match(
        (await streamed(from, 'chat', [...events, DONE])).broken ?? '',
        /cannot be translated|ended its answer with an error: gone/,
      )
    }
  })
}
for (const [what, events] of Object.entries(MESSAGE_WRONGS)) {
  test(`${what} breaks a stream of messages`, async () => {
    for (const from of ['chat', 'responses'] as const) {
      const told = await streamed(from, 'messages', events)
      assert.match(told.broken ?? '', /cannot be translated/)
      assert.equal(/response\.completed|\[DONE\]/.test(told.text), false)
    }
  })
}

test('what follows the end of a stream is no part of it', async () => {
  const { text, broken } = await streamed('messages', 'chat', [
    chunk({ content: 'a' }, 'stop'),
    DONE,
    { error: {} },
  ])
  assert.deepEqual([typesIn({ text, broken }).at(-1), broken], ['message_stop', null])
})

test('the arguments of a call must be an object where the client gets no text', () => {
  for (const text of ['[1]', '5', '{"a":']) {
    const message = { tool_calls: [{ id: 'x', function: { name: 'f', arguments: text } }] }
    const body = Buffer.from(JSON.stringify({ choices: [{ message }] }))
    assert.throws(() => translation('messages', 'chat').answer(body), /arguments of a tool call/)
  }
})

test('servers that give all calls one place and no id mean another call when they name it again', async () => {
  const told = await streamed('responses', 'chat', [
    call({ function: { name: 'f', arguments: '{"a":1}' } }),
    call({ function: { name: 'f', arguments: '{"b":2}' } }),
    DONE,
  ])
  const ended = told.text.match(/(?<=arguments\.done\ndata: ).*/g)?.map((data) => JSON.parse(data).arguments)
  assert.deepEqual(ended, ['{"a":1}', '{"b":2}'])
})

test('a piece of a call that names nothing goes on with it, whatever id it has', async () => {
  const told = await streamed('messages', 'chat', [
    call({ id: 'x', function: { name: 'f', arguments: '{"a"' } }),
    call({ id: 'y', function: { arguments: ':1}' } }),
    DONE,
  ])
  assert.deepEqual(
    [told.broken, typesIn(told).filter((type) => type === 'content_block_start').length],
    [null, 1],
  )
})

test('a call whose arguments were never whole is not one that a client may make', async () => {
  const half = call({ id: 'x', function: { name: 'f', arguments: '{"a":' } })
  const { broken, text } = await streamed('messages', 'chat', [half, chunk({}, 'tool_calls'), DONE])
  assert.match(broken ?? '', /arguments of a tool call/)
  assert.equal(text.includes('message_stop'), false)
  const wrong = call({ id: 'x', function: { name: 'f', arguments: '{a: 1}' } })
  const other = call({ index: 1, id: 'y', function: { name: 'g', arguments: '{}' } })
  assert.match((await streamed('messages', 'chat', [wrong, other, DONE])).broken ?? '', /not valid JSON/)
  const cut = await streamed('messages', 'chat', [half, chunk({}, 'length'), DONE])
  assert.match(cut.text, /"stop_reason":"max_tokens"/)
})

test('sources that no other API has are left out, streamed as well as whole', async () => {
  const content = [
    { type: 'text', text: 'a' },
    { type: 'reference', reference_ids: [1] },
  ]
  const chat = await streamed('messages', 'chat', [chunk({ content }), DONE])
  assert.deepEqual([chat.broken, typesIn(chat).at(-1)], [null, 'message_stop'])
  const cited = piece({ type: 'citations_delta', citation: {} })
  const messages = await streamed('chat', 'messages', [START, TEXT, cited, closed(), ...ENDING])
  assert.deepEqual([messages.broken, messages.text.includes('[DONE]')], [null, true])
})

test('an answer that makes more calls than any model does is broken off', async () => {
  const many = Array.from({ length: 1001 }, (_, index) =>
    call({ index, id: `c${index}`, function: { name: 'f', arguments: '{}' } }),
  )
  const told = await streamed('responses', 'chat', [...many, DONE])
  assert.match(told.broken ?? '', /over 1000 calls/)
  const blocks = Array.from({ length: 1001 }, (_, index) =>
    opened({ type: 'tool_use', id: `c${index}`, name: 'f', input: {} }, index),
  )
  assert.match((await streamed('chat', 'messages', [START, ...blocks])).broken ?? '', /over 1000 calls/)
  assert.equal((await streamed('responses', 'chat', [...many.slice(1), DONE])).broken, null)
})
