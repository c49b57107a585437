import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { BodyBudget } from '../../gateway/body-budget.ts'
import { OpenSocket } from './open-socket.ts'

const MIB = 1024 * 1024

/** A real connection whose server counts what comes against a memory of this size. */
async function house(context: TestContext, memoryBytes: number) {
  const bodies = new BodyBudget(memoryBytes)
  const heard: number[] = []
  const opened: OpenSocket[] = []
  const server = createServer()
  // `closeTimeout` is not in the types of this version of ws, which would refuse it in a literal.
  const options = { noServer: true, autoPong: false, closeTimeout: 20 }
  const sockets = new WebSocketServer(options)
  server.on('upgrade', (request, stream, head) =>
    sockets.handleUpgrade(request, stream, head, (ws) => {
      opened.push(
        new OpenSocket({
          ws,
          stream,
          wire: { door: 'network', headers: {} },
          open: () => ({ message: ({ length }) => heard.push(length), isBusy: false, stop() {}, left() {} }),
          bodies,
          counted() {},
          closed() {},
        }),
      )
    }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // `listen` on a host and port yields this and nothing else.
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  client.on('error', () => {})
  const closed = new Promise<number>((resolve) => client.on('close', resolve))
  await once(client, 'open')
  context.after(async () => {
    client.terminate()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return { bodies, heard, client, closed }
}

test('parts of large messages are counted while they come, and given back when the message is whole', async (t) => {
  const { bodies, heard, client } = await house(t, 4 * MIB)
  for (let round = 0; round < 3; round += 1) {
    client.send('x'.repeat(2 * MIB), { fin: false })
    while (canTake(bodies, 3 * MIB)) await new Promise((resolve) => setImmediate(resolve))
    client.send('x', { fin: true })
    while (!canTake(bodies, 4 * MIB)) await new Promise((resolve) => setImmediate(resolve))
  }
  assert.deepEqual(heard, [2 * MIB + 1, 2 * MIB + 1, 2 * MIB + 1])
})

test('a message for which there is no memory ends the connection, and one for which there is comes in', async (t) => {
  const small = await house(t, MIB)
  small.client.send('x'.repeat(3 * MIB))
  const code = await small.closed
  assert.deepEqual([code, small.heard], [1013, []])
  const large = await house(t, 4 * MIB)
  large.client.send('x'.repeat(3 * MIB))
  while (large.heard.length === 0) await new Promise((resolve) => setImmediate(resolve))
})

test('pings are no part of a message, however many come', async (t) => {
  const { bodies, client } = await house(t, MIB)
  for (let at = 0; at < 600; at += 1) {
    client.ping('x'.repeat(125))
    await once(client, 'pong')
  }
  assert.equal(canTake(bodies, MIB), true)
})

function canTake(bodies: BodyBudget, bytes: number): boolean {
  try {
    bodies.take(bytes)()
    return true
  } catch {
    return false
  }
}
