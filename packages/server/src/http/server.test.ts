import assert from 'node:assert/strict'
import { request } from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'
import { createHostGuard } from './host-guard.ts'
import type { DoorRefusal } from './server.ts'
import { listen } from './server.ts'

test('what is refused at the door itself is recorded, with the id that the caller can quote', async () => {
  const refusals: DoorRefusal[] = []
  const door = await listen({
    host: '127.0.0.1',
    port: 0,
    checkHost: createHostGuard('127.0.0.1', null),
    onBug: (_, error) => assert.fail(String(error)),
  })
  const ask = async (method: string, headers: Readonly<Record<string, string>>): Promise<unknown> => {
    const call = request(door.url, { method, headers, agent: false })
    call.end()
    const [response] = await once(call, 'response')
    response.resume()
    return response.headers['x-freehold-request']
  }
  const yes = (_: unknown, response: { end(text: string): unknown }): boolean => {
    response.end('yes')
    return true
  }
  await ask('GET', {})
  door.serve([yes], (refusal) => refusals.push(refusal))
  await ask('GET', {})
  const foreign = await ask('PUT', { host: 'evil.example' })
  const packed = await ask('OPTIONS', { 'content-encoding': 'gzip' })
  assert.deepEqual(
    refusals.map(({ request: id, method, status, code }) => [id, method, status, code]),
    [
      [foreign, 'PUT', 421, 'wrong_host'],
      [packed, 'GET', 415, 'wrong_media_type'],
    ],
  )
  await door.close(0)
})
