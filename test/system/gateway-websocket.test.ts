import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import OpenAI from 'openai'
import { ResponsesWS } from 'openai/resources/responses/ws'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel, settledRecord } from './gateway-house.ts'
import type { CaptureServer, Script, Seen } from './gateway-upstream.ts'
import {
  answered,
  captureServer,
  event,
  messageEvents,
  ordinary,
  responseEvents,
  streamed,
} from './gateway-upstream.ts'
import type { Notice, SocketClient, SocketWish } from './socket-client.ts'
import { openSocket } from './socket-client.ts'

let home: CaptureServer
let cloud: CaptureServer
let house: GatewayHouse
let config: object
before(async () => {
  home = await captureServer()
  cloud = await captureServer()
  config = {
    circuit: { failures: 0 },
    limits: { key: { concurrent: 50 } },
    targets: [
      privateModel(home.url),
      privateModel(home.url, { name: 'claude', dialect: 'anthropic' }),
      managedModel(cloud.url),
    ],
    routes: [
      { when: { model: 'claude' }, to: ['claude'] },
      { when: { model: 'cloud', class: ['public'] }, to: ['cloud'], desensitise: 'none' },
      { when: { model: 'house' }, to: ['house'] },
    ],
  }
  house = await openGateway(config)
})
after(async () => {
  await house.close()
  await home.close()
  await cloud.close()
})
beforeEach(() => {
  for (const one of [home, cloud]) {
    one.answer(ordinary)
    one.forget()
  }
})

const PATH = '/v1/responses'
const bearer = (key: string): SocketWish => ({ headers: { authorization: `Bearer ${key}` } })
const connect = (wish: SocketWish = bearer(house.apiKey)): Promise<SocketClient> =>
  openSocket(house.url + PATH, wish)
const create = (more: object = {}): object => ({
  type: 'response.create',
  model: 'house',
  input: 'hi',
  ...more,
})
const bodyOf = ({ body }: Seen): unknown => JSON.parse(body.toString('utf8'))
const ENDS = ['response.completed', 'error']

/** Its own connection, closed when the test is over. */
async function withSocket(speak: (socket: SocketClient) => Promise<void>, wish?: SocketWish): Promise<void> {
  const socket = await connect(wish)
  try {
    await speak(socket)
  } finally {
    await socket.end()
  }
}

const errorOf = async (socket: SocketClient): Promise<Notice> => (await socket.until('error')).at(-1) ?? {}

interface Settled {
  readonly state: string
  readonly target: string
  readonly usage: { readonly input: number; readonly output: number }
}

const recordOf = (id: string, authorization = `Bearer ${house.apiKey}`): Promise<Settled> =>
  settledRecord(house, id, { authorization })

test('the official client streams a response over a WebSocket, and a second one that continues it', async () => {
  const client = new OpenAI({ apiKey: house.apiKey, baseURL: `${house.url}/v1` })
  const socket = new ResponsesWS(client)
  const errors: unknown[] = []
  socket.on('error', (error) => errors.push(error))
  const answers: { readonly id: string; readonly text: string }[] = []
  let text = ''
  socket.on('response.output_text.delta', ({ delta }) => (text += delta))
  await new Promise<void>((resolve) => {
    socket.on('response.completed', ({ response }) => {
      answers.push({ id: response.id, text })
      text = ''
      if (answers.length === 2) return resolve()
      home.answer(streamed(responseEvents(['and ', 'on'], 'resp_2')))
      socket.send({
        type: 'response.create',
        model: 'house',
        input: 'more',
        previous_response_id: response.id,
      })
    })
    socket.send({ type: 'response.create', model: 'house', input: 'hi' })
  })
  socket.close()
  assert.deepEqual(errors, [])
  assert.deepEqual(answers, [
    { id: 'resp_1', text: 'The quick brown fox 跳过了懒狗 🚚📦' },
    { id: 'resp_2', text: 'and on' },
  ])
  assert.deepEqual(home.seen.map(bodyOf), [
    { stream: true, model: 'house', input: 'hi' },
    { stream: true, model: 'house', input: 'more', previous_response_id: 'resp_1' },
  ])
})

test('every message is a request of its own: it says where it was answered, and its record counts the tokens', () =>
  withSocket(async (socket) => {
    socket.send(create())
    socket.send(create({ stream_id: 'lane-2' }))
    const first = await socket.until(...ENDS)
    const second = await socket.until(...ENDS)
    const freehold = first[0]?.freehold
    assert.deepEqual(
      { ...freehold, request: 'r' },
      { request: 'r', zone: 'private', target: 'house', class: 'internal', masked: 0 },
    )
    assert.notEqual(freehold?.request, second[0]?.freehold?.request)
    assert.deepEqual([...new Set(first.map((one) => one.stream_id))], [undefined])
    assert.deepEqual([...new Set(second.map((one) => one.stream_id))], ['lane-2'])
    const { state, target, usage } = await recordOf(freehold?.request ?? '')
    assert.deepEqual([state, target, usage.input, usage.output], ['settled', 'house', 11, 7])
  }))

test('a target that speaks another API answers over a WebSocket too', () =>
  withSocket(async (socket) => {
    home.answer(streamed(messageEvents(['Bon', 'jour'])))
    socket.send(create({ model: 'claude', max_output_tokens: 9 }))
    const events = await socket.until(...ENDS)
    const words = events.filter(({ type }) => type === 'response.output_text.delta').map(({ delta }) => delta)
    assert.deepEqual([words.join(''), events.at(-1)?.type], ['Bonjour', 'response.completed'])
    assert.equal(home.seen[0]?.path, '/v1/messages')
  }))

test('what cannot be read is refused by name, and the connection goes on', () =>
  withSocket(async (socket) => {
    const refused: unknown[] = []
    for (const message of [
      'no json',
      '[1]',
      { type: 'response.steer', input: 'x' },
      { model: 'house' },
      { type: 'response.create', input: 'hi' },
      create({ generate: false }),
      create({ background: true }),
      create({ stream_id: 'a b' }),
      create({ conversation: 'conv_1' }),
      create({ previous_response_id: 'resp_unknown' }),
      create({ model: 'nobody' }),
      { type: 'response.cancel' },
    ]) {
      socket.send(message)
      const { status, error } = await errorOf(socket)
      refused.push([status, error?.code, error?.param])
    }
    assert.deepEqual(refused, [
      [400, 'malformed', null],
      [400, 'invalid', 'type'],
      [400, 'invalid', 'type'],
      [400, 'invalid', 'type'],
      [400, 'invalid', 'model'],
      [400, 'invalid', 'generate'],
      [400, 'invalid', 'background'],
      [400, 'invalid', 'stream_id'],
      [400, 'invalid', 'conversation'],
      [400, 'unknown_response', 'previous_response_id'],
      [404, 'no_route', 'model'],
      [409, 'conflict', null],
    ])
    assert.match(String(socket.all[2]?.error?.message), /response\.steer is not offered/)
    socket.send(create())
    assert.equal((await socket.until(...ENDS)).at(-1)?.type, 'response.completed')
    assert.equal(home.seen.length, 1)
  }))

test('only what is public goes to a managed target, as over HTTP', async () => {
  await withSocket(async (socket) => {
    socket.send(create({ model: 'cloud' }))
    const { status, error } = await errorOf(socket)
    assert.deepEqual([status, error?.code, cloud.seen.length], [422, 'stays_home', 0])
  })
  const open = await house.key('--class', 'public')
  await withSocket(async (socket) => {
    socket.send(create({ model: 'cloud' }))
    const [first] = await socket.until(...ENDS)
    assert.deepEqual([first?.freehold?.zone, cloud.seen.length], ['managed', 1])
    assert.equal(cloud.seen[0]?.headers.authorization, 'Bearer sk-managed-canary-0123456789')
  }, bearer(open))
})

test('the headers of the handshake hold for each message', async () => {
  const low = await house.key('--class', 'public', '--ceiling', 'internal')
  const declared = { headers: { authorization: `Bearer ${low}`, 'x-freehold-class': 'confidential' } }
  await withSocket(async (socket) => {
    socket.send(create())
    const { status, error } = await errorOf(socket)
    assert.deepEqual([status, error?.code], [403, 'above_ceiling'])
  }, declared)
})

test('a limit of the key counts each message', async () => {
  const slow = await house.key('--limit', 'rpm=2')
  await withSocket(async (socket) => {
    const ends: unknown[] = []
    for (let at = 0; at < 3; at += 1) {
      socket.send(create({ stream_id: 'l' }))
      const last = (await socket.until(...ENDS)).at(-1) ?? {}
      ends.push([last.type, last.error?.code, last.stream_id])
    }
    assert.deepEqual(ends, [
      ['response.completed', undefined, 'l'],
      ['response.completed', undefined, 'l'],
      ['error', 'over_limit', 'l'],
    ])
    assert.match(String(socket.all.at(-1)?.error?.headers?.['retry-after']), /^\d+$/)
  }, bearer(slow))
})

test('a target that refuses, breaks off or does not stream is heard in events', () =>
  withSocket(async (socket) => {
    const scripts: readonly Script[] = [
      answered(429, { error: { message: 'slow down', type: 'rate_limit_error', param: null, code: 'rate' } }),
      answered(500, { wrong: true }),
      streamed(responseEvents(['a', 'b', 'c']), { cutAfter: 2 }),
      streamed([
        ...responseEvents(['a']).slice(0, 2),
        event({ type: 'error', message: 'no', code: 'x', param: null, sequence_number: 2 }, 'error'),
      ]),
      (seen, response) => ordinary({ ...seen, body: Buffer.from('{}') }, response),
    ]
    const ends: unknown[] = []
    for (const script of scripts) {
      home.answer(script)
      socket.send(create())
      const { status, error, code } = await errorOf(socket)
      ends.push([status, error?.message ?? null, code ?? error?.code])
    }
    assert.deepEqual(ends, [
      [429, 'slow down', 'rate'],
      [500, 'The target answered with status 500.', null],
      [502, 'The target broke off in the middle of its answer.', 'upstream_broke'],
      [undefined, null, 'x'],
      [502, 'The target was asked for a stream of events and sent something else.', 'upstream_broke'],
    ])
  }))

const settledWith = async (code: string): Promise<void> => {
  while (!house.output().includes(`"code":"${code}"`)) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Begins to answer and then says nothing more. */
const stalled: Script = streamed(responseEvents(['a', 'b']), { stallAfter: 2 })

test('a client that goes away in the middle of its answer ends the call to the target, and what it cost is on record', async () => {
  home.answer(stalled)
  const asked = home.next()
  const socket = await connect()
  socket.send(create())
  const { left } = await asked
  const { freehold } = await socket.next()
  socket.ws.terminate()
  await left
  await settledWith('client_left')
  const { state, usage } = await recordOf(freehold?.request ?? '')
  assert.deepEqual([state, usage.input > 0], ['failed', true])
})

test('a cancel ends the answer that is under way, and the next request in the row is answered', () =>
  withSocket(async (socket) => {
    home.answer(stalled)
    const asked = home.next()
    socket.send(create())
    const { left } = await asked
    await socket.next()
    home.answer(ordinary)
    socket.send(create({ stream_id: 'second' }))
    socket.send({ type: 'response.cancel' })
    await left
    const { status, error } = await errorOf(socket)
    assert.deepEqual([status, error?.code], [499, 'client_left'])
    const last = (await socket.until(...ENDS)).at(-1)
    assert.deepEqual([last?.type, last?.stream_id], ['response.completed', 'second'])
  }))

test('a client that asks faster than it is answered is sent away before its requests fill the memory', async () => {
  home.answer(stalled)
  const socket = await connect()
  for (let at = 0; at < 20; at += 1) socket.send(create())
  const { error } = await errorOf(socket)
  const { code } = await socket.closed
  assert.deepEqual([error?.code, code, home.seen.length], ['too_many', 1008, 1])
})

test('a client that reads slowly slows the target down and loses nothing', () =>
  withSocket(async (socket) => {
    const words = Array.from({ length: 200 }, (_, at) => `${at} ${'x'.repeat(64 * 1024)}`)
    const events = responseEvents(words)
    let written = 0
    let isHeld: () => void = () => {}
    const held = new Promise<void>((resolve) => (isHeld = resolve))
    home.answer(async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const text of events) {
        written += text.length
        if (response.write(text)) continue
        // Nothing is taken for a while: whoever was to take it waits for the client.
        const patience = setTimeout(isHeld, 500)
        await new Promise((resolve) => response.once('drain', resolve))
        clearTimeout(patience)
      }
      isHeld()
      response.end()
    })
    socket.ws.pause()
    socket.send(create())
    await Promise.race([held, socket.closed.then(() => assert.fail('the connection ended'))])
    const total = events.join('').length
    assert.ok(written < total / 2, `${written} of ${total} bytes were taken from the target`)
    socket.ws.resume()
    const all = await socket.until(...ENDS)
    assert.equal(all.at(-1)?.type, 'response.completed')
    assert.equal(all.map(({ delta = '' }) => delta).join(''), words.join(''))
  }))

test('a key that was revoked ends its connection before its next message', async () => {
  const made = await house.cli('key', 'create', '--json', '--name', 'brief')
  const { id, key } = JSON.parse(made.stdout) as { id: string; key: string }
  const busy = await connect(bearer(key))
  busy.send(create())
  await busy.until('response.completed')
  await house.cli('key', 'revoke', id)
  assert.deepEqual(await busy.closed, { code: 1008, reason: 'unidentified' })
})

test('a message that is no text, or too long, ends the connection with the code that says so', async () => {
  const binary = await connect()
  binary.ws.send(Buffer.from([1, 2, 3]), { binary: true })
  assert.equal((await binary.closed).code, 1003)
  const long = await connect()
  long.send(create({ input: 'x'.repeat(10 * 1024 * 1024) }))
  assert.equal((await long.closed).code, 1009)
  assert.equal(home.seen.length, 0)
})

test('what was answered over a WebSocket is on record after the process was killed', async () => {
  home.answer(stalled)
  const socket = await connect()
  socket.send(create())
  const { freehold } = await socket.next()
  const key = `Bearer ${house.apiKey}`
  await house.kill()
  house = await openGateway(config, { data: house.data })
  const { state, target } = await recordOf(freehold?.request ?? '', key)
  assert.deepEqual([state, target], ['unknown', null])
})
