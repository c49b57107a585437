import assert from 'node:assert/strict'
import { request } from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'
import { createHostGuard } from './host-guard.ts'
import { SECURITY_HEADER_LIST, SECURITY_HEADERS } from './security-headers.ts'
import type { DoorRefusal, NetworkListener, Serve } from './server.ts'
import { listen } from './server.ts'

const openDoor = (): Promise<NetworkListener> =>
  listen({
    host: '127.0.0.1',
    port: 0,
    checkHost: createHostGuard({ listenHost: '127.0.0.1', publicUrl: null }),
    onBug: (_, error) => assert.fail(String(error)),
  })

interface Asked {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function ask(door: NetworkListener, { path = '/', method = 'GET', headers = {} }: Asked = {}) {
  const call = request(door.url + path, { method, headers, agent: false }).end()
  const [response] = await once(call, 'response')
  let text = ''
  for await (const part of response) text += String(part)
  return { status: response.statusCode as number, headers: response.headers, text }
}

const yes: Serve = (_, response) => {
  response.end('yes')
  return true
}

test('what is refused at the door itself is recorded, with the id that the caller can quote', async () => {
  const refusals: DoorRefusal[] = []
  const door = await openDoor()
  const idOf = async (asked: Asked): Promise<unknown> =>
    (await ask(door, asked)).headers['x-freehold-request']
  await ask(door)
  door.serve({ dataPath: null, places: [yes], settled: (refusal) => refusals.push(refusal) })
  await ask(door)
  const foreign = await idOf({ method: 'PUT', headers: { host: 'evil.example' } })
  const packed = await idOf({ method: 'OPTIONS', headers: { 'content-encoding': 'gzip' } })
  assert.deepEqual(
    refusals.map(({ request: id, method, status, code }) => [id, method, status, code]),
    [
      [foreign, 'PUT', 421, 'wrong_host'],
      [packed, 'GET', 415, 'wrong_media_type'],
    ],
  )
  await door.close(0)
})

test('every answer carries the security headers once, whoever gives it', async () => {
  const door = await openDoor()
  const faults = async (asked: Asked): Promise<readonly string[]> => {
    const { headers } = await ask(door, asked)
    return Object.entries(SECURITY_HEADERS).flatMap(([name, value]) =>
      headers[name] === value ? [] : [`${asked.path ?? ''} ${name}: ${headers[name]}`],
    )
  }
  assert.deepEqual(await faults({ path: '/starting' }), [])
  door.serve({
    dataPath(incoming, response) {
      if (incoming.url !== '/v1/models') return false
      response.writeHead(200, [...SECURITY_HEADER_LIST]).end()
      return true
    },
    places: [(incoming, response, through) => incoming.url === '/' && yes(incoming, response, through)],
    settled() {},
  })
  for (const path of ['/', '/v1/models', '/nothing']) assert.deepEqual(await faults({ path }), [], path)
  assert.deepEqual(await faults({ path: '/foreign', headers: { host: 'evil.example' } }), [])
  await door.close(0)
})

test('a packed body is refused, but not what goes on to a service', async () => {
  const door = await openDoor()
  door.serve({ dataPath: yes, places: [], settled() {} })
  const headers = { 'content-encoding': 'gzip' }
  const verdicts = ['/v1/chat/completions', '/services', '/api/services/', '/services/nlp/ask'].map(
    async (path) => (await ask(door, { method: 'POST', path, headers })).status,
  )
  assert.deepEqual(await Promise.all(verdicts), [415, 415, 415, 200])
  await door.close(0)
})
