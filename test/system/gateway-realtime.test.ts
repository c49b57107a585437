import assert from 'node:assert/strict'
import { hash, X509Certificate } from 'node:crypto'
import { connect as connectTcp } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { cannotIssue, openRegistry } from './certificates.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel, settledRecord } from './gateway-house.ts'
import type { Conversed, RealtimeServer } from './realtime-upstream.ts'
import { created, delta, done, obliging, realtimeServer } from './realtime-upstream.ts'
import type { Notice, SocketClient, SocketWish } from './socket-client.ts'
import { openSocket } from './socket-client.ts'

let home: RealtimeServer
let cloud: RealtimeServer
let secure: RealtimeServer | null = null
/** The thumbprint of the certificate that the house shows it. */
let shown = ''
let house: GatewayHouse
const registry = cannotIssue === undefined ? openRegistry() : null
let config: { readonly targets: readonly object[]; readonly routes: readonly object[] }
before(async () => {
  home = await realtimeServer()
  cloud = await realtimeServer()
  const authority = registry?.authority('house')
  const mine = authority?.issue()
  const theirs = authority?.issue()
  if (authority && theirs && mine) {
    shown = hash('sha256', new X509Certificate(mine.cert).raw, 'base64url')
    const { cert, key } = theirs
    secure = await realtimeServer({
      cert,
      key,
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    })
  }
  const more = { realtime: true, auth: undefined }
  config = {
    targets: [
      privateModel(home.url, {
        realtime: true,
        models: { house: 'own-name', 'h-*': '*' },
        timeouts: { firstByteMs: 5000 },
      }),
      privateModel(home.url, { name: 'plain' }),
      managedModel(cloud.url, { realtime: true }),
      privateModel('http://169.254.169.254', { ...more, name: 'meta' }),
      ...(secure && authority && mine
        ? [
            privateModel(secure.url, {
              realtime: true,
              name: 'secure',
              tls: { ...mine.files, ca: authority.file },
            }),
            privateModel(secure.url, { ...more, name: 'nobody', tls: { ca: authority.file } }),
            privateModel(secure.url, { ...more, name: 'unknown' }),
          ]
        : []),
    ],
    routes: [
      { when: { model: 'cloud', class: ['public'] }, to: ['cloud'], desensitise: 'none' },
      { when: { model: 'loud', class: ['public'] }, to: ['cloud'], desensitise: 'none', opaque: 'allow' },
      { when: { model: 'mixed', class: ['public', 'internal'] }, to: ['cloud'] },
      { when: { model: 'plain' }, to: ['plain'] },
      ...['meta', ...(secure ? ['secure', 'nobody', 'unknown'] : [])].map((name) => ({
        when: { model: name },
        to: [name],
      })),
      { to: ['plain', 'house'] },
    ],
  }
  house = await openGateway({ ...config, circuit: { failures: 0 }, limits: { key: { concurrent: 50 } } })
})
after(async () => {
  await house.close()
  await home.close()
  await cloud.close()
  await secure?.close()
  registry?.close()
})
beforeEach(() => {
  for (const one of [home, cloud]) {
    one.answer(obliging)
    one.refuse(null)
    one.seen.length = 0
  }
})

const bearer = (key: string, more: object = {}): SocketWish => ({
  headers: { authorization: `Bearer ${key}`, ...more },
})
const connect = (model = 'house', wish: SocketWish = bearer(house.apiKey)): Promise<SocketClient> =>
  openSocket(`${house.url}/v1/realtime?model=${model}`, wish)

/** A connection of its own, with the other end of it, closed when the test is over. */
async function conversing(
  speak: (socket: SocketClient, target: Conversed) => Promise<void>,
  { model = 'house', key = house.apiKey } = {},
): Promise<void> {
  const socket = await connect(model, bearer(key))
  try {
    assert.equal((await socket.next()).type, 'session.created')
    const target = [...home.seen, ...cloud.seen].at(-1)
    assert.ok(target)
    await speak(socket, target)
  } finally {
    await socket.end()
  }
}

const ask = { type: 'response.create', response: { output_modalities: ['text'] } }
const say = {
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Good morning' }] },
}
const sound = { type: 'input_audio_buffer.append', audio: 'AAAA' }
const ENDS = ['response.done', 'error']
const nextError = async (socket: SocketClient): Promise<Notice> => (await socket.until('error')).at(-1) ?? {}

interface Settled {
  readonly state: string
  readonly code: string
  readonly target: string
  readonly usage: { readonly input: number; readonly output: number; readonly estimated: boolean }
}

const recordOf = (id: string): Promise<Settled> => settledRecord(house, id)
const requestOf = (notices: readonly Notice[]): string =>
  notices.find(({ type }) => type === 'response.created')?.freehold?.request ?? ''

test('the official client converses in text, and each of its responses is on record with what it used', async () => {
  const client = new OpenAI({ apiKey: house.apiKey, baseURL: `${house.url}/v1` })
  const { port } = new URL(house.url)
  // The client insists on wss; what it speaks inside is the same without.
  const plainly = { createConnection: () => connectTcp(Number(port), '127.0.0.1') }
  const realtime = new OpenAIRealtimeWS({ model: 'house', options: plainly }, client)
  const errors: unknown[] = []
  const events: Notice[] = []
  let text = ''
  realtime.on('error', (error) => errors.push(error))
  realtime.on('event', (event) => events.push(JSON.parse(JSON.stringify(event))))
  realtime.on('response.output_text.delta', (event) => (text += event.delta))
  await new Promise<void>((resolve) => {
    let left = 2
    realtime.on('response.done', () => {
      left -= 1
      if (left === 0) resolve()
      else realtime.send({ type: 'response.create' })
    })
    realtime.on('session.created', () => {
      realtime.send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
      realtime.send({
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Good morning' }] },
      })
      realtime.send({ type: 'response.create' })
    })
  })
  realtime.close()
  assert.deepEqual([errors, text], [[], 'Bonjour 你Bonjour 你'])
  assert.deepEqual(home.seen[0]?.types(), [
    'session.update',
    'conversation.item.create',
    'response.create',
    'response.create',
  ])
  const asked = events.filter(({ type }) => type === 'response.created').map((one) => requestOf([one]))
  assert.equal(new Set(asked).size, 2)
  for (const id of asked) {
    const { state, target, usage } = await recordOf(id)
    assert.deepEqual([state, target, usage.input, usage.output], ['settled', 'house', 12, 5])
  }
  const session = events.find(({ type }) => type === 'session.created')?.freehold
  assert.deepEqual(
    { ...session, request: 'r' },
    { request: 'r', zone: 'private', target: 'house', class: 'internal', masked: 0 },
  )
  const connection = await recordOf(session?.request ?? '')
  assert.deepEqual([connection.state, connection.target], ['settled', 'house'])
})

test('nothing of the client chooses where a connection leads or who is asking there', async () => {
  await conversing(async (_, { path, headers }) => {
    assert.equal(path, '/v1/realtime?model=own-name')
    assert.equal(headers.host, new URL(home.url).host)
    assert.match(headers.authorization ?? '', /^Bearer ey/)
  })
  const wild = { 'openai-beta': 'realtime=v1', 'x-forwarded-host': 'evil.example', cookie: 'a=b' }
  const socket = await connect('h-%26url%3Dhttp%3A%2F%2Fevil%2F..%2F', bearer(house.apiKey, wild))
  await socket.next()
  const { path, headers } = home.seen.at(-1) ?? {}
  assert.equal(path, '/v1/realtime?model=h-%26url%3Dhttp%3A%2F%2Fevil%2F..%2F')
  for (const name of Object.keys(wild)) assert.equal(headers?.[name], undefined, name)
  await socket.end()
})

test('a connection is dialled like every other: address, certificate and client certificate are checked', async () => {
  const ends: unknown[] = []
  for (const model of ['meta', ...(secure ? ['nobody', 'unknown'] : [])]) {
    const socket = await connect(model)
    const { error } = await nextError(socket)
    ends.push([model, error?.code, error?.message.includes('169.254')])
    await socket.closed
  }
  const down = ['upstream_down', false]
  assert.deepEqual(ends[0], ['meta', 'upstream_refused', false])
  if (secure === null) return
  assert.deepEqual(ends.slice(1), [
    ['nobody', ...down],
    ['unknown', ...down],
  ])
  assert.equal(secure.seen.length, 0)
  const socket = await connect('secure')
  assert.equal((await socket.next()).type, 'session.created')
  assert.equal(secure.seen[0]?.headers.host, new URL(secure.url).host)
  const [, claims = ''] = String(secure.seen[0]?.headers.authorization).split('.')
  const { cnf } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { cnf: object }
  assert.deepEqual(cnf, { 'x5t#S256': shown })
  socket.send(ask)
  assert.equal((await socket.until(...ENDS)).at(-1)?.type, 'response.done')
  await socket.end()
})

test('a handshake that leads nowhere is refused over HTTP, before anything is sent', async () => {
  const low = await house.key('--class', 'public', '--ceiling', 'internal')
  const open = `${house.url}/v1/realtime`
  const key = bearer(house.apiKey)
  for (const [address, wish, said] of [
    [`${open}?model=house`, bearer('fh_no'), /^Error: 401/],
    [open, key, /^Error: 400 .*"param":"model"/],
    [`${open}?model=house&model=cloud`, key, /^Error: 400 .*"param":"model"/],
    [`${open}?model=house&call_id=c`, key, /^Error: 400 .*"param":"call_id"/],
    [`${open}?model=house&url=http://evil.example`, key, /^Error: 400 .*"param":"url"/],
    [`${open}?model=house`, bearer(house.apiKey, { 'x-freehold-conversation': 'c' }), /^Error: 400/],
    [`${open}?model=plain`, key, /^Error: 404 .*realtime: true/],
    [`${open}?model=cloud`, key, /^Error: 404 .*no_route|^Error: 422 .*stays_home/],
    [`${open}?model=mixed`, key, /^Error: 422 .*stays_home/],
    [
      `${open}?model=house`,
      bearer(low, { 'x-freehold-class': 'confidential' }),
      /^Error: 403 .*above_ceiling/,
    ],
  ] as const)
    await assert.rejects(openSocket(address, wish), said)
  assert.deepEqual([home.seen.length, cloud.seen.length], [0, 0])
})

test('what is not an event of a client is refused by name and not sent on', () =>
  conversing(async (socket, target) => {
    const session = (more: object): object => ({
      type: 'session.update',
      session: { type: 'realtime', ...more },
    })
    const detection = (more: object): object =>
      session({ audio: { input: { turn_detection: { type: 'server_vad', ...more } } } })
    const refused: unknown[] = []
    for (const event of [
      'no json',
      '[1]',
      { type: 'response.steer', event_id: 'mine' },
      { type: 'transcription_session.update', session: {} },
      '{"type":"response.cancel","type":"conversation.item.delete","item_id":"a"}',
      session({ model: 'gpt-realtime' }),
      session({ prompt: { id: 'pmpt_1' } }),
      session({ tools: [{ type: 'mcp', server_label: 'x', server_url: 'http://10.0.0.1' }] }),
      session({ audio: { input: { transcription: { model: 'whisper-1' } } } }),
      detection({}),
      detection({ create_response: true }),
      detection({ create_response: false, idle_timeout_ms: 6000 }),
      { type: 'response.create', response: { conversation: 'conv_1' } },
      sound,
    ]) {
      socket.send(event)
      const { status, error } = await nextError(socket)
      refused.push([status, error?.code, error?.param])
    }
    const at = 'session.audio.input.turn_detection'
    assert.deepEqual(refused, [
      [400, 'malformed', null],
      [400, 'invalid', 'type'],
      [400, 'invalid', 'type'],
      [400, 'invalid', 'type'],
      [400, 'invalid', 'body'],
      [400, 'invalid', 'session.model'],
      [400, 'invalid', 'session.prompt'],
      [400, 'invalid', 'session.tools[0].type'],
      [400, 'invalid', 'session.audio.input.transcription'],
      [400, 'invalid', `${at}.create_response`],
      [400, 'invalid', `${at}.create_response`],
      [400, 'invalid', `${at}.idle_timeout_ms`],
      [400, 'invalid', 'response.conversation'],
      [400, 'invalid', 'audio'],
    ])
    assert.match(JSON.stringify(socket.all), /response\.steer is not offered.*"event_id":"mine"/)
    socket.send(ask)
    assert.equal((await socket.until(...ENDS)).at(-1)?.type, 'response.done')
    assert.deepEqual(target.types(), ['response.create'])
  }))

test('audio goes to a private target once it begins no response by itself, and to a managed one only where its rule says so', async () => {
  const quiet = {
    type: 'session.update',
    session: { type: 'realtime', audio: { input: { turn_detection: null } } },
  }
  const speak = async (socket: SocketClient): Promise<void> => {
    for (const event of [quiet, sound, { type: 'input_audio_buffer.commit' }, { type: 'response.create' }])
      socket.send(event)
    assert.equal((await socket.until(...ENDS)).at(-1)?.type, 'response.done')
  }
  const all = ['session.update', 'input_audio_buffer.append', 'input_audio_buffer.commit', 'response.create']
  await conversing(async (socket, target) => {
    await speak(socket)
    assert.deepEqual(target.types(), all)
  })
  const key = await house.key('--class', 'public')
  await conversing(
    async (socket, target) => {
      await speak(socket)
      assert.deepEqual(target.types(), all)
    },
    { model: 'loud', key },
  )
  await conversing(
    async (socket, target) => {
      socket.send(quiet)
      const image = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' }
      for (const event of [
        sound,
        { type: 'input_audio_buffer.commit' },
        {
          ...say,
          item: { type: 'message', role: 'user', content: [{ type: 'input_audio', audio: 'AAAA' }] },
        },
        { ...say, item: { type: 'message', role: 'user', content: [image] } },
        { type: 'response.create' },
        { type: 'response.create', response: { output_modalities: ['audio'] } },
        { type: 'session.update', session: { type: 'realtime', output_modalities: ['audio'] } },
      ]) {
        socket.send(event)
        const { status, error } = await nextError(socket)
        assert.deepEqual([status, error?.code], [422, 'stays_home'], JSON.stringify(event))
      }
      socket.send(say)
      socket.send(ask)
      const { freehold } = (await socket.until('response.created')).at(-1) ?? {}
      assert.equal(freehold?.zone, 'managed')
      await socket.until('response.done')
      assert.deepEqual(target.types(), ['session.update', 'conversation.item.create', 'response.create'])
      assert.equal(target.headers.authorization, 'Bearer sk-managed-canary-0123456789')
    },
    { model: 'cloud', key },
  )
})

test('one response at a time: a cancel ends it, and the next one is taken', () =>
  conversing(async (socket, target) => {
    home.answer((event, to) => {
      if (event.type === 'response.create') to.say(created(), delta('a'))
      else obliging(event, to)
    })
    socket.send(ask)
    const first = await socket.until('response.output_text.delta')
    socket.send(ask)
    assert.equal((await nextError(socket)).error?.code, 'conflict')
    socket.send({ type: 'response.cancel' })
    await socket.until('response.done')
    assert.equal((await recordOf(requestOf(first))).state, 'settled')
    home.answer(obliging)
    socket.send(ask)
    await socket.until('response.done')
    assert.deepEqual(target.types(), ['response.create', 'response.cancel', 'response.create'])
  }))

test('a target that refuses or fails a response is heard as it spoke, and the conversation goes on', () =>
  conversing(async (socket) => {
    home.answer(({ event_id }, to) =>
      to.say({ type: 'error', error: { type: 'invalid_request_error', message: 'no', code: 'x', event_id } }),
    )
    socket.send({ ...ask, event_id: 'mine' })
    const { error, freehold } = await nextError(socket)
    assert.deepEqual([error?.message, error?.code, freehold], ['no', 'x', undefined])
    assert.match(JSON.stringify(error), /"event_id":"mine"/)
    home.answer((_, to) => to.say(created(), done('failed', null)))
    socket.send(ask)
    const failed = await socket.until('response.done')
    const { state, usage } = await recordOf(requestOf(failed))
    assert.deepEqual([state, usage.estimated], ['failed', true])
    home.answer(obliging)
    socket.send(ask)
    assert.equal((await socket.until(...ENDS)).at(-1)?.type, 'response.done')
    assert.equal(socket.all.filter(({ type }) => type === 'error').length, 1)
  }))

test('a target that cannot be reached, breaks, falls silent or works unasked ends the connection with the reason', async () => {
  home.refuse(503)
  const refused = await connect()
  assert.equal((await nextError(refused)).error?.code, 'upstream_down')
  assert.equal((await refused.closed).code, 1013)
  home.refuse(401)
  const unwelcome = await connect()
  assert.match((await nextError(unwelcome)).error?.message ?? '', /status 401/)
  assert.equal((await unwelcome.closed).code, 1011)
  home.refuse(null)
  const ends: unknown[] = []
  for (const script of [
    (to: Conversed) => to.say(created(), delta('a')) ?? to.ws.terminate(),
    (to: Conversed) => to.ws.close(1000),
    (to: Conversed) => to.ws.send('no json'),
    (to: Conversed) => to.ws.send(Buffer.from([1])),
    (to: Conversed) => to.say(created(), done(), created('resp_2')),
    () => {},
  ]) {
    home.answer((_, to) => script(to))
    const socket = await connect()
    await socket.next()
    socket.send(ask)
    const { error } = await nextError(socket)
    ends.push([error?.code, (await socket.closed).code])
    await home.seen.at(-1)?.closed
  }
  const broke = ['upstream_broke', 1011]
  const metrics = await house.metrics()
  assert.match(metrics, /^freehold_target_attempts_total\{target="house",.*outcome="upstream_down"\} 1$/m)
  assert.deepEqual(ends, [broke, broke, broke, broke, broke, ['upstream_timeout', 1013]])
  home.answer((_, to) => to.ws.close(1000))
  const ended = await connect()
  await ended.next()
  ended.send(say)
  assert.deepEqual(await ended.closed, { code: 1000, reason: 'the target ended the session' })
})

test('a client that goes away ends the connection to the target, and what its response cost is on record', async () => {
  home.answer((_, to) => to.say(created(), delta('a')))
  const socket = await connect()
  socket.send(ask)
  const seen = await socket.until('response.output_text.delta')
  socket.ws.terminate()
  await home.seen[0]?.closed
  const { state, code, usage } = await recordOf(requestOf(seen))
  assert.deepEqual([state, code, usage.input > 0, usage.estimated], ['failed', 'client_left', true, true])
})

test('a limit of the key counts each response and nothing else', async () => {
  const ends: string[] = []
  // The minute may be over in between, and then another one begins to count.
  for (let tries = 0; tries < 3 && ends.at(-1) !== 'error over_limit'; tries += 1) {
    ends.length = 0
    const key = await house.key('--limit', 'rpm=2')
    await conversing(
      async (socket) => {
        for (let at = 0; at < 3; at += 1) {
          socket.send(say)
          socket.send(ask)
          const last = (await socket.until(...ENDS)).at(-1)
          ends.push(`${last?.type} ${last?.error?.code ?? ''}`.trim())
          if (last?.type === 'error') assert.match(String(last.error?.headers?.['retry-after']), /^\d+$/)
        }
      },
      { key },
    )
  }
  assert.deepEqual(ends, ['response.done', 'response.done', 'error over_limit'])
})

/** When what waits to be taken has stayed the same for a while. */
async function held(ws: Conversed['ws']): Promise<number> {
  let before = -1
  for (let same = 0; same < 10;) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    same = ws.bufferedAmount === before ? same + 1 : 0
    before = ws.bufferedAmount
  }
  return before
}

test('whoever reads slowly slows the other side down and loses nothing', () =>
  conversing(async (socket, target) => {
    const text = 'x'.repeat(64 * 1024)
    home.answer(({ type }, to) => {
      const deltas = Array.from({ length: 600 }, () => delta(text))
      if (type === 'response.create') to.say(created(), ...deltas, done())
    })
    socket.ws.pause()
    socket.send(ask)
    await target.has(1)
    assert.ok((await held(target.ws)) > 20_000_000, 'the target was read without end')
    socket.ws.resume()
    const all = await socket.until(...ENDS)
    assert.equal(all.at(-1)?.type, 'response.done')
    assert.equal(all.filter(({ type }) => type === 'response.output_text.delta').length, 600)
    target.ws.pause()
    const item = { ...say.item, content: [{ type: 'input_text', text }] }
    for (let at = 0; at < 600; at += 1) socket.send({ ...say, item })
    assert.ok((await held(socket.ws)) > 20_000_000, 'the client was read without end')
    target.ws.resume()
    await target.has(601)
  }))

test('a key that was revoked, and a target that is no longer the rule’s, take no more events', async () => {
  const made = await house.cli('key', 'create', '--json', '--name', 'brief')
  const { id, key } = JSON.parse(made.stdout) as { id: string; key: string }
  const brief = await connect('house', bearer(key))
  await brief.next()
  await house.cli('key', 'revoke', id)
  assert.equal((await nextError(brief)).error?.code, 'revoked')
  assert.deepEqual(await brief.closed, { code: 1008, reason: 'revoked' })
  await conversing(async (socket, target) => {
    await house.rewrite({ ...config, targets: config.targets.slice(1), routes: config.routes.slice(0, -1) })
    for (;;) {
      socket.send(ask)
      const last = (await socket.until(...ENDS)).at(-1)
      if (last?.type === 'response.done') continue
      assert.match(String(last?.error?.code), /^(?:conflict|no_route)$/)
      break
    }
    const count = target.events.length
    socket.send(say)
    assert.match(String((await nextError(socket)).error?.code), /^(?:conflict|no_route)$/)
    assert.equal(target.events.length, count)
  })
})

test('a stop ends a conversation in which nothing is under way', async () => {
  const socket = await connect('loud', bearer(await house.key('--class', 'public')))
  await socket.next()
  void house.stop()
  assert.equal((await socket.closed).code, 1001)
  await cloud.seen.at(-1)?.closed
})
