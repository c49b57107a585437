import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BrokenStream, createEventSplitter, readEvents } from './stream.js'

const EVENTS = [
  { event: 'message', data: '{"text":"第一句。😀"}' },
  { event: 'error', data: 'two\nlines' },
  { event: 'message', data: '[DONE]' },
]
const WIRE = [
  ': hello\n\ndata: {"text":"第一句。😀"}\n\n',
  'event: error\r\ndata: two\r\ndata:lines\r\nid: 7\r\n\r\n',
  'data: [DONE]\r\r',
].join('')

function bodyOf(pieces: readonly Uint8Array<ArrayBuffer>[], failure?: Error) {
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      if (failure) controller.error(failure)
      else controller.close()
    },
  })
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

test('events arrive whole wherever the bytes are cut, even inside a character or a line end', async () => {
  // The last event ends with a bare CR, which could be half of a CR LF: a comment line after it settles that.
  const bytes = new TextEncoder().encode(`${WIRE}:\n`)
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const body = bodyOf([bytes.slice(0, cut), bytes.slice(cut)])
    assert.deepEqual(await all(readEvents(body)), EVENTS, `cut at byte ${cut}`)
  }
})

test('events arrive whole when every byte comes alone', async () => {
  const bytes = new TextEncoder().encode(`\uFEFF${WIRE}:\n`)
  const body = bodyOf([...bytes].map((byte) => Uint8Array.of(byte)))
  assert.deepEqual(await all(readEvents(body)), EVENTS)
})

test('an event that no blank line ended is not an event', () => {
  assert.deepEqual(createEventSplitter()('data: half\n'), [])
})

test('a connection that breaks is told apart from an answer that ended', async () => {
  const body = bodyOf([], new TypeError('network error'))
  await assert.rejects(all(readEvents(body)), BrokenStream)
})

test('leaving the loop lets go of the connection', async () => {
  let cancelled = false
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(WIRE)),
    cancel() {
      cancelled = true
    },
  })
  for await (const event of readEvents(body)) {
    assert.ok(event)
    break
  }
  assert.ok(cancelled)
})
