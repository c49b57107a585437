import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  doneIn,
  endedRest,
  endsDone,
  errorFieldIn,
  eventsIn,
  lastEvents,
  SseSplitter,
} from './sse-splitter.ts'

const TEXT = 'data: {"a":"你好 🚚"}\n\n: ping\n\nevent: done\ndata: one\ndata: two\n\n'

for (const [name, end] of [
  ['LF', '\n'],
  ['CR LF', '\r\n'],
  ['CR', '\r'],
] as const) {
  test(`events with ${name} stay whole wherever the network cuts them`, () => {
    const bytes = Buffer.from(TEXT.replaceAll('\n', end))
    const expected = [...eventsIn(bytes)]
    assert.equal(expected.length, 3)
    for (let size = 1; size <= bytes.length; size += 1) {
      const splitter = new SseSplitter()
      const parts: Buffer[] = []
      for (let at = 0; at < bytes.length; at += size) {
        const whole = splitter.push(bytes.subarray(at, at + size))
        if (whole !== null) parts.push(whole)
      }
      parts.push(splitter.rest())
      assert.deepEqual(
        parts.flatMap((part) => [...eventsIn(part)]),
        expected,
        `pieces of ${size}`,
      )
      assert.ok(Buffer.concat(parts).equals(bytes), 'not a byte is changed')
    }
  })
}

test('what is handed out always ends with a whole event', () => {
  const splitter = new SseSplitter()
  assert.equal(splitter.push(Buffer.from('data: a\n')), null)
  assert.equal(splitter.push(Buffer.from('\ndata: b'))?.toString(), 'data: a\n\n')
  assert.equal(splitter.push(Buffer.from('\n\ndata: c\n\ndata: d'))?.toString(), 'data: b\n\ndata: c\n\n')
  assert.equal(splitter.rest().toString(), 'data: d')
})

test('an event without end is given up at 16 MiB instead of filling the memory', () => {
  const splitter = new SseSplitter()
  const piece = Buffer.alloc(1024 * 1024, 0x61)
  assert.throws(() => {
    for (let i = 0; i < 20; i += 1) splitter.push(piece)
  }, RangeError)
})

test('several data lines are one text, and a comment has none', () => {
  assert.deepEqual(
    [...eventsIn(Buffer.from(TEXT))],
    [
      { name: null, data: '{"a":"你好 🚚"}' },
      { name: null, data: null },
      { name: 'done', data: 'one\ntwo' },
    ],
  )
})

test('line ends may be mixed: where one follows another at once, an event ends', () => {
  for (const blank of ['\n\n', '\r\r', '\r\n\r\n', '\n\r\n', '\r\n\n', '\n\r', '\r\r\n']) {
    const bytes = Buffer.from(`data: a${blank}data: b${blank}data: c${blank}`)
    assert.deepEqual(
      [...eventsIn(bytes)].map(({ data }) => data),
      ['a', 'b', 'c'],
      JSON.stringify(blank),
    )
    assert.deepEqual(
      lastEvents(bytes, 2).map((one) => one.toString().trim()),
      ['data: b', 'data: c'],
      JSON.stringify(blank),
    )
    for (let at = 1; at < bytes.length; at += 1) {
      const splitter = new SseSplitter()
      const parts = [splitter.push(bytes.subarray(0, at)), splitter.push(bytes.subarray(at)), splitter.rest()]
      const events = parts.flatMap((part) => (part === null ? [] : Array.from(eventsIn(part))))
      assert.deepEqual(
        events.map(({ data }) => data),
        ['a', 'b', 'c'],
        `${JSON.stringify(blank)} at ${at}`,
      )
    }
  }
})

test('a byte order mark is no part of the first line', () => {
  assert.deepEqual([...eventsIn(Buffer.from('\ufeffdata: a\n\n'))], [{ name: null, data: 'a' }])
})

test('a comment that keeps a stream alive does not wait for the next event', () => {
  const splitter = new SseSplitter()
  assert.equal(splitter.push(Buffer.from(': ping\n'))?.toString(), ': ping\n')
  assert.equal(splitter.push(Buffer.from('data: a\n')), null)
  assert.equal(splitter.push(Buffer.from(': ping\n')), null)
  assert.equal(splitter.push(Buffer.from('\n'))?.toString(), 'data: a\n: ping\n\n')
})

test('an event of more lines than any has is not read to its end', () => {
  const [event] = eventsIn(Buffer.from(`${'data: 1\n'.repeat(20_000)}\n`))
  assert.equal(event?.data?.length, 10_000 * 2 - 1)
})

test('a last event that nothing ends is ended, and one that was cut is dropped', () => {
  const rest = (text: string): string => endedRest(Buffer.from(text)).toString()
  for (const text of ['data: [DONE]', 'event: message_stop\ndata: {"type":"message_stop"}\n'])
    assert.equal(rest(text), `${text}\n\n`)
  for (const text of ['data: [DO', 'data: {"a":{"b":1}', 'event: message_stop\n', 'event: a\ndata: {"a'])
    assert.equal(rest(text), '')
  for (const text of [': bye', '', '\n']) assert.equal(rest(text), text)
})

test('an error field is found where a line begins with it, and nowhere else', () => {
  const at = (text: string): number => errorFieldIn(Buffer.from(text))
  assert.equal(at('error: {"message":"gone"}\n\n'), 0)
  assert.equal(at('data: 1\n\nerror: {"message":"gone"}\n\n'), 8)
  assert.equal(at('data: {"a":"error: {"}\n\n'), -1)
})

test('the end marker is found where it is all of the data of a line', () => {
  const at = (text: string): number => doneIn(Buffer.from(text))
  assert.deepEqual(
    [at('data: [DONE]\n\n'), at('data:[DONE]'), at('data: {"a":1}\r\n\r\ndata: [DONE]\r\n')],
    [0, 0, 17],
  )
  assert.deepEqual([at('data: {"a":"[DONE]"}\n\n'), at(': data: [DONE]\n\n'), at('')], [-1, -1, -1])
  const ends = (text: string): boolean => endsDone(Buffer.from(text))
  assert.deepEqual([ends('data: [DONE]\r\n\r\n'), ends('data: {}\n\n'), ends('')], [true, false, false])
})
