import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEventSplitter, readEvents } from './sse.ts'

const STREAM = '\uFEFFid: 7\nevent: told\ndata: {"a":\ndata: 1}\n\n: still here\n\ndata: b\r\n\r\ndata: half'
const EVENTS = [
  { event: 'told', data: '{"a":\n1}', id: '7' },
  { event: 'message', data: 'b', id: '7' },
]

test('events are the same wherever the network cuts them, and a half one is none', () => {
  for (let size = 1; size <= STREAM.length; size += 1) {
    const split = createEventSplitter()
    const told = []
    for (let at = 0; at < STREAM.length; at += size) told.push(...split(STREAM.slice(at, at + size)))
    assert.deepEqual(told, EVENTS, `in pieces of ${size}`)
  }
})

test('a stream on which nothing comes any more is broken, not waited for', async () => {
  const silent = new Response(new ReadableStream({ pull: () => new Promise<void>(() => {}) }))
  await assert.rejects(readEvents(silent, { silenceMs: 20 }).next(), { code: 'broken_stream' })
})

test('who leaves the loop lets the body go', async () => {
  let isCancelled = false
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: a\n\n')),
    cancel: () => void (isCancelled = true),
  })
  for await (const { data } of readEvents(new Response(body))) {
    assert.equal(data, 'a')
    break
  }
  assert.equal(isCancelled, true)
})
