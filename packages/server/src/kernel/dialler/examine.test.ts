import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import type { Refusal } from './dialler.ts'
import { createDialler, RefusedAddress } from './dialler.ts'

let port = 0
let connections = 0
const ended: Promise<unknown>[] = []
const server = createServer((socket) => {
  connections += 1
  socket.on('error', () => {}).resume()
  ended.push(once(socket, 'close'))
})
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server's address is never a path.
  port = (server.address() as AddressInfo).port
})
after(() => server.close())

/** A dialler whose name server knows one address, and what its guard refused. */
function dialler(address: string) {
  const refusals: Refusal[] = []
  const found: LookupAddress[] = [{ address, family: 4 }]
  const lookup = (_: string, __: { all: true }, answer: (e: null, f: LookupAddress[]) => void): void => {
    setImmediate(() => answer(null, found))
  }
  return { way: createDialler({ lookup, refused: (one) => refusals.push(one) }), refusals }
}

test('looking at a target makes one connection, asks nothing and hangs up', async () => {
  const { way, refusals } = dialler('127.0.0.1')
  const url = new URL(`http://models.test:${port}/v1`)
  const seen = await way.examine({ name: 'house', url, zone: 'private', connectMs: 1000 })
  assert.deepEqual([seen.reached, seen.address, seen.error], ['all', '127.0.0.1', null])
  await Promise.all(ended)
  assert.deepEqual([connections, refusals], [1, []])
})

test('it is under the same guard as every call', async () => {
  const before_ = connections
  const { way, refusals } = dialler('127.0.0.1')
  const url = new URL(`https://models.test:${port}/v1`)
  const seen = await way.examine({ name: 'cloud', url, zone: 'managed', connectMs: 1000 })
  assert.equal(seen.reached, 'nothing')
  assert.ok(seen.error instanceof RefusedAddress)
  assert.deepEqual([refusals.map(({ reason }) => reason), connections], [['loopback'], before_])
})
