import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventsIn, lastEvents } from './sse-splitter.ts'
import { STREAM_FORMATS, StreamWatch, tokensIn } from './stream-format.ts'

const chat = (...events: readonly (object | '[DONE]')[]): Buffer =>
  Buffer.from(
    events.map((event) => `data: ${event === '[DONE]' ? event : JSON.stringify(event)}\n\n`).join(''),
  )
const named = (...events: readonly { readonly type: string }[]): Buffer =>
  Buffer.from(
    events.map((event) => `event: ${event.type}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`).join(''),
  )
const delta = { choices: [{ index: 0, delta: { content: 'a [DON' }, finish_reason: null }] }

test('a chat stream is complete at its finish or at [DONE], and says what it cost', () => {
  const watch = new StreamWatch(STREAM_FORMATS.chat)
  watch.see(chat(delta, delta))
  assert.deepEqual([watch.facts.isComplete, watch.events], [false, 2])
  watch.see(chat({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }))
  assert.equal(watch.facts.isComplete, true)
  watch.see(chat({ choices: [], usage: { prompt_tokens: 25, completion_tokens: 7 } }, '[DONE]'))
  assert.deepEqual([watch.facts.input, watch.facts.output], [25, 7])
})

test('of a long stream only the end is kept, and its last words are found however large they are', () => {
  const watch = new StreamWatch(STREAM_FORMATS.responses)
  const [begun] = eventsIn(named({ type: 'response.created', response: { id: 'r' } } as { type: string }))
  assert.ok(begun)
  watch.begin(begun)
  const word = named({ type: 'response.output_text.delta', delta: 'x'.repeat(500) } as { type: string })
  for (let at = 0; at < 1000; at += 1) watch.see(word)
  assert.ok(watch.events > 900 && watch.events < 1100, `${watch.events}`)
  const response = { id: 'r', output: 'y'.repeat(300_000), usage: { input_tokens: 3, output_tokens: 4 } }
  watch.see(named({ type: 'response.completed', response } as { type: string }))
  for (let at = 0; at < 10; at += 1) watch.see(Buffer.from(': ping\n\n'))
  assert.deepEqual([watch.answerId, watch.facts.isComplete, watch.facts.output], ['r', true, 4])
})

test('the last events are found whatever their lines end with', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const texts = ['data: 1', 'event: x', ': ping', 'data: 2'].map((line) => `${line}${end}${end}`)
    const found = lastEvents(Buffer.from(texts.join('')), 3).map(String)
    assert.deepEqual(found, [texts[0], texts[1], texts[3]])
  }
})

test('an end whose line came twice is one', () => {
  const watch = new StreamWatch(STREAM_FORMATS.chat)
  watch.see(Buffer.from('data: [DONE]\ndata: [DONE]\n\n'))
  assert.equal(watch.facts.isOver, true)
})

test('[DONE] as a word of the answer ends nothing', () => {
  const watch = new StreamWatch(STREAM_FORMATS.chat)
  watch.see(chat({ choices: [{ index: 0, delta: { content: '[DONE]' }, finish_reason: null }] }))
  assert.equal(watch.facts.isComplete, false)
})

test('an Anthropic stream is complete at message_stop, with the tokens of its start and of its last delta', () => {
  const watch = new StreamWatch(STREAM_FORMATS.messages)
  const usage = { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 }
  watch.see(named({ type: 'message_start', message: { usage } } as { type: string }))
  watch.see(named({ type: 'message_delta', usage: { output_tokens: 42 } } as { type: string }))
  assert.deepEqual([watch.facts.input, watch.facts.output, watch.facts.isComplete], [15, 42, false])
  watch.see(named({ type: 'message_stop' }))
  assert.equal(watch.facts.isComplete, true)
})

test('a Responses stream names its answer when it begins and its tokens when it ends', () => {
  const watch = new StreamWatch(STREAM_FORMATS.responses)
  const created = { type: 'response.created', response: { id: 'resp_1', usage: null } }
  const completed = {
    type: 'response.completed',
    response: { id: 'resp_1', usage: { input_tokens: 3, output_tokens: 4 } },
  }
  for (const event of eventsIn(named(created))) watch.begin(event)
  watch.see(named(created))
  assert.deepEqual([watch.answerId, watch.facts.isComplete], ['resp_1', false])
  watch.see(named(completed))
  assert.deepEqual([watch.facts.isComplete, watch.facts.input, watch.facts.output], [true, 3, 4])
})

for (const [format, bytes] of [
  ['chat', 'data: {"error":{"message":"overloaded","code":503}}\n\n'],
  [
    'messages',
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n',
  ],
  [
    'responses',
    'event: response.failed\ndata: {"type":"response.failed","response":{"error":{"message":"no"}}}\n\n',
  ],
] as const) {
  test(`an error event of ${format} is seen as one, and an ordinary event is not`, () => {
    const stream = STREAM_FORMATS[format]
    const [error] = eventsIn(Buffer.from(bytes))
    const [plain] = eventsIn(Buffer.from('event: x\ndata: {"type":"x","choices":[]}\n\n'))
    assert.ok(error && plain)
    assert.ok(stream.errorOf(error))
    assert.equal(stream.errorOf(plain), null)
  })
}

test('an answer is whole only when each choice that was seen has ended, for a reason that says something', () => {
  const complete = (...events: readonly object[]): boolean => {
    const watch = new StreamWatch(STREAM_FORMATS.chat)
    watch.see(chat(...events))
    return watch.facts.isComplete
  }
  const choice = (index: number, finish_reason: string | null): object => ({
    choices: [{ index, delta: {}, finish_reason }],
  })
  assert.equal(complete(choice(0, ''), choice(0, '')), false)
  assert.equal(complete(choice(0, ''), choice(0, 'stop')), true)
  assert.equal(complete(choice(0, null), choice(1, null), choice(0, 'stop'), choice(1, null)), false)
  assert.equal(complete(choice(0, null), choice(0, 'stop'), choice(1, 'stop')), true)
  assert.equal(complete(choice(0, 'stop'), choice(0, null)), true)
})

test('the end of a stream is found however its JSON is spaced', () => {
  const watch = new StreamWatch(STREAM_FORMATS.chat)
  watch.see(Buffer.from('data: {"choices" : [{"delta":{},"finish_reason" :  "stop"}]}\n\n'))
  assert.equal(watch.facts.isComplete, true)
})

test('the name of a last event that was cut ends nothing', () => {
  for (const [format, bytes] of [
    ['messages', 'event: message_stop\ndata: {"type":"mess\n\n'],
    ['responses', 'event: response.completed\ndata: {"type":"resp\n\n'],
  ] as const) {
    const watch = new StreamWatch(STREAM_FORMATS[format])
    watch.see(Buffer.from(bytes))
    assert.equal(watch.facts.isComplete, false)
  }
})

test('an error of a chat stream may be text, stand in place of the chunk, or in a field of its own', () => {
  for (const bytes of [
    'data: {"error":"model is loading"}\n\n',
    'data: {"object":"error","message":"model is loading"}\n\n',
    'error: {"code":500,"message":"model is loading"}\n\n',
  ]) {
    const watch = new StreamWatch(STREAM_FORMATS.chat)
    watch.see(Buffer.concat([chat(delta), Buffer.from(bytes), chat('[DONE]')]))
    assert.equal(watch.facts.hasFailed, true, bytes)
    const [event] = eventsIn(Buffer.from(bytes))
    const error = event ? STREAM_FORMATS.chat.errorOf(event) : null
    assert.equal(Object(error).message, 'model is loading')
  }
})

test('usage is found where Groq and Moonshot say it, and before comments that keep a stream alive', () => {
  const usage = { prompt_tokens: 3, completion_tokens: 4 }
  const pings = Buffer.from(': ping\n\n'.repeat(50))
  for (const last of [
    chat({ choices: [], x_groq: { usage } }),
    chat({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] }),
    Buffer.concat([chat({ choices: [], usage }), pings]),
  ]) {
    const watch = new StreamWatch(STREAM_FORMATS.chat)
    watch.see(Buffer.concat([last, chat('[DONE]')]))
    assert.deepEqual([watch.facts.input, watch.facts.output], [3, 4])
  }
})

test('figures that are no counts are no usage', () => {
  const most = Number.MAX_SAFE_INTEGER
  assert.deepEqual(tokensIn({ prompt_tokens: most, completion_tokens: 2e9 }), { input: null, output: null })
  assert.deepEqual(tokensIn({ prompt_tokens: -1, completion_tokens: 1.5 }), { input: null, output: null })
  assert.deepEqual(tokensIn('free'), { input: null, output: null })
})

test('an error in the middle of a stream is one, whatever follows', () => {
  const failed = (format: keyof typeof STREAM_FORMATS, bytes: Buffer): boolean => {
    const watch = new StreamWatch(STREAM_FORMATS[format])
    watch.see(bytes)
    return watch.facts.hasFailed
  }
  assert.equal(failed('chat', chat(delta, { error: { message: 'gone' } }, '[DONE]')), true)
  assert.equal(failed('chat', chat(delta, { error: null }, '[DONE]')), false)
  for (const format of ['messages', 'responses'] as const) {
    assert.equal(failed(format, named({ type: 'error' }, { type: 'message_stop' })), true)
    assert.equal(failed(format, named({ type: 'message_stop' })), false)
  }
})

test('an error in the words of another API is one in each of them', () => {
  for (const format of ['messages', 'responses'] as const) {
    const [event] = eventsIn(chat({ error: { message: 'gone' } }))
    assert.ok(event)
    assert.deepEqual(STREAM_FORMATS[format].errorOf(event), { message: 'gone' })
    const watch = new StreamWatch(STREAM_FORMATS[format])
    watch.see(Buffer.concat([chat({ error: 'gone' }), named({ type: 'message_stop' })]))
    assert.equal(watch.facts.hasFailed, true)
  }
})
