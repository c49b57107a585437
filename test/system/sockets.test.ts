import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, responseEvents, streamed } from './gateway-upstream.ts'
import type { SocketClient, SocketWish } from './socket-client.ts'
import { openSocket } from './socket-client.ts'

/** Who does not answer a ping until the next one is sent away; also on a busy machine a client needs less. */
const PING_MS = 3000

let target: CaptureServer
let house: GatewayHouse
let config: object
before(async () => {
  target = await captureServer()
  config = { targets: [privateModel(target.url)], routes: [{ to: ['house'] }] }
  house = await openGateway({ ...config, sockets: { max: 4, perCaller: 2, pingMs: PING_MS } })
})
after(async () => {
  await house.close()
  await target.close()
})

const bearer = (key: string): SocketWish => ({ headers: { authorization: `Bearer ${key}` } })
const runs = (wish: SocketWish = bearer(house.apiKey)): Promise<SocketClient> =>
  openSocket(`${house.url}/api/ws`, wish)
const responses = (wish: SocketWish): Promise<SocketClient> => openSocket(`${house.url}/v1/responses`, wish)
const create = { type: 'response.create', model: 'house', input: 'hi' }

test('a WebSocket for runs answers in the words of the contract, and knows of no run yet', async () => {
  const socket = await runs()
  const run = crypto.randomUUID()
  socket.send({ type: 'subscribe', run, after: 3 })
  const unknown = await socket.next()
  assert.deepEqual([unknown.type, unknown.run, unknown.error?.code], ['error', run, 'not_found'])
  for (const message of [
    { type: 'ping' },
    { type: 'unsubscribe', run },
    { type: 'subscribe', run: 'x' },
    { type: 'subscribe', run, after: -1 },
    { type: 'subscribe', run, more: 1 },
    { type: 'shout' },
    'no json',
    { type: 'ping' },
  ])
    socket.send(message)
  const seen: unknown[] = []
  while (seen.length < 7) {
    const { type, run: about, error } = await socket.next()
    seen.push([type, about === run, error?.code, error?.param])
  }
  assert.deepEqual(seen, [
    ['pong', false, undefined, undefined],
    ['error', false, 'invalid', 'run'],
    ['error', false, 'invalid', 'after'],
    ['error', false, 'invalid', 'more'],
    ['error', false, 'invalid', 'type'],
    ['error', false, 'malformed', null],
    ['pong', false, undefined, undefined],
  ])
  await socket.end()
})

test('one caller has as many WebSockets as it may, and all together as many as there may be', async () => {
  const [first, second] = [await runs(), await responses(bearer(house.apiKey))]
  await assert.rejects(runs(), /^Error: 429 .*"code":"too_many"/)
  const other = await house.key()
  const [third, fourth] = [await runs(bearer(other)), await runs(bearer(other))]
  await assert.rejects(runs(bearer(await house.key())), /^Error: 503 .*"code":"unavailable"/)
  const metrics = await house.metrics()
  assert.match(metrics, /^freehold_sockets_open\{route="runs\.connect"\} 3$/m)
  await second.end()
  const again = await responses(bearer(house.apiKey))
  for (const socket of [first, third, fourth, again]) await socket.end()
})

test('a key may come as a subprotocol, which is never sent back', async () => {
  const key = `openai-insecure-api-key.${house.apiKey}`
  const socket = await responses({
    protocols: ['realtime', key],
    headers: { origin: 'https://elsewhere.example' },
  })
  assert.equal(socket.ws.protocol, 'realtime')
  socket.send(create)
  assert.equal((await socket.until('response.completed', 'error')).at(-1)?.type, 'response.completed')
  await socket.end()
  await assert.rejects(responses({ protocols: [key] }), /^Error: 400 .*"param":"sec-websocket-protocol"/)
  await assert.rejects(responses({ protocols: ['realtime', `${key}x`] }), /^Error: 401/)
  await assert.rejects(responses({ ...bearer(house.apiKey), protocols: ['realtime', key] }), /^Error: 400/)
  assert.equal(house.output().includes(house.apiKey), false)
})

test('a session opens a WebSocket from a page of ours, and from no other', async () => {
  const name = 'Owner'
  const password = 'a long enough passphrase'
  const json = { 'content-type': 'application/json' }
  const post = (path: string, body: object): Promise<Response> =>
    fetch(house.url + path, { method: 'POST', headers: json, body: JSON.stringify(body) })
  const token = new URL(house.claimUrl ?? '').hash.replace('#claim=', '')
  assert.ok((await post('/api/claim', { name, password, token })).ok)
  const answer = await post('/api/session', { name, password })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  const ours = { cookie, origin: house.url }
  const foreign = /^Error: 403 .*"code":"csrf"/
  await assert.rejects(runs({ headers: { cookie, origin: 'https://evil.example' } }), foreign)
  await assert.rejects(runs({ headers: { cookie, origin: 'http://127.0.0.1:1' } }), foreign)
  await assert.rejects(runs({ headers: { cookie } }), foreign)
  await assert.rejects(runs({ headers: { ...ours, 'sec-fetch-site': 'cross-site' } }), foreign)
  await assert.rejects(runs({ headers: { ...ours, host: 'evil.example' } }), /^Error: 421 .*wrong_host/)
  const socket = await responses({ headers: ours })
  socket.send(create)
  assert.equal((await socket.until('response.completed', 'error')).at(-1)?.type, 'response.completed')
  const { csrf } = (await answer.json()) as { csrf: string }
  await fetch(`${house.url}/api/session`, { method: 'DELETE', headers: { cookie, 'x-csrf-token': csrf } })
  assert.deepEqual(await socket.closed, { code: 1008, reason: 'unidentified' })
})

test('what asks for no WebSocket that there is, is answered over HTTP', async () => {
  await assert.rejects(
    openSocket(`${house.url}/v1/chat/completions`, bearer(house.apiKey)),
    /^Error: 405 .*wrong_method/,
  )
  await assert.rejects(openSocket(`${house.url}/api/nothing`, bearer(house.apiKey)), /^Error: 404/)
  const plain = await house.get('/v1/models', { connection: 'Upgrade', upgrade: 'h2c' }).catch(() => null)
  assert.ok(plain === null || plain.status === 200)
})

test('a client that answers no ping is sent away', async () => {
  const socket = await runs({ ...bearer(house.apiKey), options: { autoPong: false } })
  assert.equal((await socket.closed).code, 1006)
})

/** Until the configuration that was written last is in force. */
async function tried(isMet: (message: string | null) => boolean): Promise<string> {
  for (;;) {
    const message = await runs().then(
      async (socket) => {
        await socket.end()
        return null
      },
      (error: Error) => error.message,
    )
    if (isMet(message)) return message ?? ''
  }
}
const refusal = (): Promise<string> => tried((message) => message !== null)
const opened = (): Promise<string> => tried((message) => message === null)

test('a connection whose key was revoked, or on which nothing happens, is ended without being asked', async () => {
  const made = await house.cli('key', 'create', '--json', '--name', 'brief')
  const { id, key } = JSON.parse(made.stdout) as { id: string; key: string }
  const revoked = await runs(bearer(key))
  await house.cli('key', 'revoke', id)
  assert.deepEqual(await revoked.closed, { code: 1008, reason: 'unidentified' })
  await house.rewrite({ ...config, sockets: { pingMs: PING_MS, idleMs: 1000 } })
  const idle = await runs()
  assert.deepEqual(await idle.closed, { code: 1000, reason: 'idle' })
  await house.rewrite({ ...config, sockets: { max: 0 } })
  const refused = await refusal()
  assert.match(refused, /^404 .*switched off/)
  await house.rewrite(config)
  await opened()
})

test('a stop lets the answer that is under way finish, and takes nothing new', async () => {
  const idle = await runs()
  const busy = await responses(bearer(house.apiKey))
  let go: () => void = () => {}
  const held = new Promise<void>((resolve) => (go = resolve))
  target.answer(async (seen, response) => {
    const events = responseEvents(['a', 'b'])
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(events[0])
    await held
    await streamed(events.slice(1))(seen, Object.assign(response, { writeHead: () => response }))
  })
  busy.send(create)
  await busy.next()
  const stopped = house.stop()
  assert.deepEqual(await idle.closed, { code: 1001, reason: 'Freehold is stopping' })
  busy.send({ ...create, stream_id: 'late' })
  const { error, stream_id: lane } = await busy.next()
  assert.deepEqual([error?.code, lane], ['draining', 'late'])
  go()
  assert.equal((await busy.until('response.completed', 'error')).at(-1)?.type, 'response.completed')
  assert.deepEqual(await busy.closed, { code: 1001, reason: 'Freehold is stopping' })
  await stopped
})
