import assert from 'node:assert/strict'
import { request } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer, Script } from './gateway-upstream.ts'
import {
  answered,
  captureServer,
  chatEvents,
  event,
  messageEvents,
  ordinary,
  responseEvents,
  silent,
  streamed,
} from './gateway-upstream.ts'

let first: CaptureServer
let second: CaptureServer
let house: GatewayHouse
before(async () => {
  first = await captureServer()
  second = await captureServer()
  const quick = { timeouts: { connectMs: 500, firstByteMs: 400, idleMs: 400, totalMs: 2500 } }
  // Its pings keep it alive on a slow machine too.
  const pinging = { timeouts: { ...quick.timeouts, firstByteMs: 5000, idleMs: 1500 } }
  const service = (name: string, url: string) => ({ name, kind: 'service', zone: 'private', url })
  house = await openGateway({
    // The same targets fail here in every way, one test after the other.
    circuit: { failures: 0 },
    targets: [
      privateModel(first.url, { name: 'first' }),
      privateModel(second.url, { name: 'second' }),
      privateModel(first.url, { name: 'quick', ...quick }),
      privateModel(first.url, { name: 'pinging', ...pinging }),
      privateModel('http://127.0.0.1:1', { name: 'nobody' }),
      privateModel(first.url, { name: 'claude', dialect: 'anthropic' }),
      service('one', first.url),
      service('two', second.url),
    ],
    routes: [
      { when: { model: 'pair' }, to: ['first', 'second'] },
      { when: { model: 'quick' }, to: ['quick'] },
      { when: { model: 'pinging' }, to: ['pinging'] },
      { when: { model: 'dead' }, to: ['nobody'] },
      { when: { model: 'rescued' }, to: ['nobody', 'second'] },
      { when: { model: 'claude' }, to: ['claude'] },
      { when: { model: '*' }, to: ['first'] },
      { when: { service: 'both' }, to: ['one', 'two'] },
    ],
  })
})
after(async () => {
  await house.close()
  await first.close()
  await second.close()
})
beforeEach(() => {
  for (const one of [first, second]) {
    one.answer(ordinary)
    one.forget()
  }
})

const chat = (model: string, more: object = {}): object => ({
  model,
  messages: [{ role: 'user', content: 'hi' }],
  ...more,
})

/** A request whose connection the test itself holds. */
function ask(body: object, path = '/v1/chat/completions'): ClientRequest {
  const call = request(house.url + path, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${house.apiKey}`, 'content-type': 'application/json' },
  })
  call.on('error', () => {})
  call.end(JSON.stringify(body))
  return call
}

const responseOf = (call: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    call.on('response', resolve)
    call.on('error', reject)
  })

/** All that came, and whether it ended as it should. */
async function read(call: ClientRequest): Promise<{ text: string; isWhole: boolean; status: number }> {
  const response = await responseOf(call)
  const parts: Buffer[] = []
  response.on('data', (part: Buffer) => parts.push(part))
  response.on('error', () => {})
  await new Promise((resolve) => response.on('close', resolve))
  return {
    text: Buffer.concat(parts).toString('utf8'),
    isWhole: response.complete,
    status: response.statusCode ?? 0,
  }
}

/** Scheduling on a busy machine counts too; what matters is that nothing waits for the end of the answer or a timeout. */
const SOON_MS = 10_000

async function assertLeft(server: CaptureServer, leave: () => void): Promise<void> {
  const [seen] = server.seen
  assert.ok(seen)
  const from = performance.now()
  leave()
  const ms = (await seen.left) - from
  assert.ok(ms <= SOON_MS, `the target was left after ${ms.toFixed(0)} ms`)
}

test('a client that leaves in the middle of a stream ends the call to the target at once', async () => {
  first.answer(streamed(chatEvents(Array.from({ length: 20_000 }, () => 'word ')), { everyMs: 5 }))
  const call = ask(chat('m', { stream: true }))
  const response = await responseOf(call)
  await new Promise((resolve) => response.once('data', resolve))
  response.on('error', () => {})
  await assertLeft(first, () => call.destroy())
})

test('a client that leaves before the first byte ends the call to the target at once', async () => {
  first.answer(silent)
  const arrived = first.next()
  const call = ask(chat('m', { stream: true }))
  await arrived
  await assertLeft(first, () => call.destroy())
})

test('a client that leaves while an answer is collected ends the call to the target at once', async () => {
  const started = new Promise<void>((resolve) => {
    first.answer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"id":', () => resolve())
    })
  })
  const call = ask(chat('m'))
  await started
  await assertLeft(first, () => call.destroy())
})

test('a client that leaves while its request waits for a connection is never sent on', async () => {
  // All the connections of the pool are taken by answers that do not come.
  first.answer(silent)
  const calls = Array.from({ length: 256 }, () => ask(chat('m')))
  while (first.seen.length < 256) await first.next()
  const waiting = ask(chat('m', { user: 'waiting' }))
  await new Promise((resolve) => setTimeout(resolve, 100))
  waiting.destroy()
  await new Promise((resolve) => setTimeout(resolve, 100))
  first.answer(ordinary)
  for (const call of calls) call.destroy()
  await Promise.all(first.seen.map(({ left }) => left))
  await read(ask(chat('m', { user: 'after' })))
  assert.equal(
    first.seen.some(({ body }) => body.includes('waiting')),
    false,
  )
  assert.equal(
    first.seen.some(({ body }) => body.includes('after')),
    true,
  )
})

/** `whole`: with so many events a client has all that it needs. */
const STREAMS: readonly (readonly [path: string, events: readonly string[], body: object, whole?: number])[] =
  [
    // Its last events are the usage, which nobody must send, and a marker that some servers leave out.
    ['/v1/chat/completions', chatEvents(['a', 'b', 'c', 'd']), chat('m', { stream: true }), 6],
    ['/v1/responses', responseEvents(['a', 'b', 'c', 'd']), { model: 'm', input: 'hi', stream: true }],
    ['/v1/messages', messageEvents(['a', 'b', 'c', 'd']), chat('claude', { stream: true, max_tokens: 9 })],
  ]

for (const [path, events, body, whole = events.length] of STREAMS) {
  for (const [how, script] of [
    ['cuts', (at: number) => streamed(events, { cutAfter: at })],
    ['ends before its last event', (at: number) => streamed(events.slice(0, at))],
  ] as const) {
    test(`${path}: a stream that the target ${how} ends with an error event and an unclean close`, async () => {
      for (let at = 1; at < whole; at += 1) {
        first.answer(script(at))
        const { text, isWhole } = await read(ask(body, path))
        assert.equal(isWhole, false)
        assert.ok(text.startsWith(events[0] ?? ''))
        const last = text.trimEnd().split('\n\n').at(-1) ?? ''
        assert.match(last, /^event: error\ndata: \{.*"upstream_broke"|^event: error\ndata: \{"type":"error"/)
      }
    })
  }
}

const BROKEN: Readonly<Record<string, Script>> = {
  'refuses with 503': answered(503, { error: { message: 'down', type: 't', param: null, code: null } }),
  'refuses with 429': answered(429, { error: { message: 'slow', type: 't', param: null, code: null } }),
  'closes the connection': (_, response) => void response.destroy(),
  'closes after the head': (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    setImmediate(() => response.destroy())
  },
  'says 200 and then an error': streamed([
    ': ping\n\n',
    event({ error: { message: 'overloaded', type: 'server_error', code: 503 } }),
  ]),
  'ends a stream without an event': streamed([]),
}

for (const [how, script] of Object.entries(BROKEN)) {
  for (const stream of [true, false]) {
    if (!stream && how.includes('stream')) continue
    if (!stream && (how === 'closes after the head' || how.startsWith('says 200'))) continue
    test(`where the first target ${how} the second answers (${stream ? 'streamed' : 'whole'})`, async () => {
      first.answer(script)
      const { text, isWhole, status } = await read(ask(chat('pair', { stream })))
      assert.deepEqual([status, isWhole], [200, true], text)
      assert.ok(text.includes('brown fox'))
      assert.deepEqual([first.seen.length, second.seen.length], [1, 1])
      assert.deepEqual(first.seen[0]?.body, second.seen[0]?.body)
    })
  }
}

test('the error of a request itself is not tried elsewhere', async () => {
  first.answer(answered(400, { error: { message: 'bad', type: 't', param: 'n', code: null } }))
  const { status } = await read(ask(chat('pair')))
  assert.deepEqual([status, second.seen.length], [400, 0])
})

test('nothing is tried elsewhere after a client has seen content', async () => {
  first.answer(streamed(chatEvents(['a', 'b', 'c']), { cutAfter: 2 }))
  const { isWhole, text } = await read(ask(chat('pair', { stream: true })))
  assert.deepEqual([isWhole, second.seen.length, text.includes('brown')], [false, 0, false])
})

test('where every target fails the last one is heard', async () => {
  first.answer(answered(500, { error: { message: 'one', type: 't', param: null, code: null } }))
  second.answer(answered(503, { error: { message: 'two', type: 't', param: null, code: null } }))
  const { status, text } = await read(ask(chat('pair')))
  assert.deepEqual([status, text.includes('two')], [503, true])
})

test('an error event that comes first becomes an answer with a status', async () => {
  first.answer(streamed([event({ error: { message: 'too fast', type: 'rate_limit_error', code: null } })]))
  const { status, text } = await read(ask(chat('m', { stream: true })))
  assert.equal(status, 429)
  assert.match(text, /^\{"error":\{"message":"too fast"/)
})

test('a target that nobody listens at is said to be down, and another one rescues', async () => {
  const dead = await read(ask(chat('dead')))
  assert.equal(dead.status, 502)
  assert.match(dead.text, /"code":"upstream_down"/)
  assert.equal(dead.text.includes('127.0.0.1'), false)
  assert.equal((await read(ask(chat('rescued')))).status, 200)
})

test('a service call that may have been done is not done twice, and one that was not is', async () => {
  first.answer((_, response) => void response.destroy())
  const post = await read(ask({ a: 1 }, '/services/both/x'))
  assert.deepEqual([post.status, second.seen.length], [502, 0])
  const got = await house.get('/services/both/x')
  assert.deepEqual([got.status, second.seen.length], [200, 1])
  first.answer(answered(500, { mine: true }))
  const answer = await house.get('/services/both/x')
  assert.deepEqual([answer.status, await answer.json()], [500, { mine: true }])
})

test('a target that does not begin to answer in time is given up', async () => {
  first.answer(silent)
  const from = performance.now()
  const { status, text } = await read(ask(chat('quick')))
  const ms = performance.now() - from
  assert.equal(status, 504)
  assert.match(text, /"code":"upstream_timeout"/)
  assert.ok(ms >= 390 && ms < 30_000, `${ms}`)
})

test('a stream that falls silent is ended as broken, and one that only pings lives until its total time', async () => {
  const words = Array.from({ length: 10 }, () => 'w')
  first.answer(streamed(chatEvents(words), { stallAfter: 3 }))
  const stalled = await read(ask(chat('quick', { stream: true })))
  assert.equal(stalled.isWhole, false)
  assert.match(stalled.text, /upstream_timeout/)
  first.answer(
    streamed([...chatEvents(words).slice(0, 2), ...Array.from({ length: 1000 }, () => ': ping\n\n')], {
      everyMs: 100,
    }),
  )
  const from = performance.now()
  const pinged = await read(ask(chat('pinging', { stream: true })))
  const ms = performance.now() - from
  assert.equal(pinged.isWhole, false)
  assert.ok(ms >= 2400 && ms < 60_000, `${ms}`)
})

test('a stream of nothing but comments is given up before it fills the memory', async () => {
  const comments = Buffer.from(`: ${'x'.repeat(1000)}\n\n`.repeat(1000))
  let sentBytes = 0
  first.answer((seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const go = (): void => {
      if (seen.hasLeft()) return
      sentBytes += comments.length
      response.write(comments, go)
    }
    go()
  })
  const { status, text } = await read(ask(chat('any', { stream: true })))
  assert.deepEqual([status, text.includes('upstream_broke')], [502, true])
  assert.ok(sentBytes < 16 * 1024 * 1024, `${sentBytes}`)
})

test('a client that reads slowly slows the target down and loses nothing', async () => {
  const words = Array.from({ length: 1000 }, (_, at) => `${at}${'x'.repeat(64 * 1024)}`)
  const events = chatEvents(words)
  let written = 0
  first.answer(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const text of events) {
      written += text.length
      if (!response.write(text)) await new Promise((resolve) => response.once('drain', resolve))
    }
    response.end()
  })
  const response = await responseOf(ask(chat('m', { stream: true })))
  response.pause()
  // Long enough for all of it to be taken into memory if nothing held it back; the system's own buffers take some.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const total = events.join('').length
  assert.ok(written < total / 2, `${written} of ${total} bytes were taken from the target`)
  let read = 0
  response.on('data', (part: Buffer) => (read += part.length))
  response.resume()
  await new Promise((resolve) => response.on('end', resolve))
  assert.equal(read, Buffer.byteLength(events.join('')))
})

test('a target is not believed when it says more than it sends', async () => {
  first.answer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"id":"half"')
    setTimeout(() => response.destroy(), 20)
  })
  const { status, text } = await read(ask(chat('m')))
  assert.deepEqual([status, text.includes('upstream_broke')], [502, true])
})
