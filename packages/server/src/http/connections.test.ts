import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Connections, Handler } from './connections.ts'
import { acceptConnections } from './connections.ts'

async function listening(handler: Handler, headersTimeoutMs?: number): Promise<Connections> {
  const connections = acceptConnections(handler, headersTimeoutMs === undefined ? {} : { headersTimeoutMs })
  connections.server.listen(0, '127.0.0.1')
  await once(connections.server, 'listening')
  return connections
}

/** A client that keeps its half open, as one does that never notices. */
async function dial({ server }: Connections): Promise<Socket> {
  const { port } = server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

async function untilClosed(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (part: Buffer) => (text += part.toString('latin1')))
  await Promise.race([once(socket, 'end'), once(socket, 'close')])
  socket.destroy()
  return text
}

const yes: Handler = (_, response) => void response.end('yes')

test('headers that never end are cut off and the client is told why', async () => {
  const connections = await listening(yes, 40)
  const socket = await dial(connections)
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nx-slow: ')
  const answer = await untilClosed(socket)
  assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\n/)
  assert.match(answer, /x-content-type-options: nosniff\r\n[\s\S]*"code":"timed_out"/)
  await connections.close(0)
})

test('the limits hold when nobody sets them', async () => {
  const { server } = acceptConnections(yes)
  assert.deepEqual(
    [server.headersTimeout, server.requestTimeout, server.keepAliveTimeout],
    [10_000, 300_000, 60_000],
  )
  server.close()
})

test('closing ends connections that ask nothing, and waits for an answer that is under way', async () => {
  const asked = Promise.withResolvers<() => void>()
  const connections = await listening((_, response) => {
    response.write('first ')
    asked.resolve(() => response.end('last'))
  })
  const silent = await dial(connections)
  const half = await dial(connections)
  half.write('GET / HTTP/1.1\r\nho')
  const busy = await dial(connections)
  busy.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  const finish = await asked.promise
  const closing = connections.close(60_000)
  assert.deepEqual(await Promise.all([silent, half].map(untilClosed)), ['', ''])
  finish()
  assert.match(await untilClosed(busy), /first [\s\S]*last/)
  await closing
})

test('closing waits no longer than it may', async () => {
  const asked = Promise.withResolvers<void>()
  const connections = await listening((_, response) => {
    response.write('first ')
    asked.resolve()
  })
  const busy = await dial(connections)
  busy.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await asked.promise
  const gone = untilClosed(busy)
  await connections.close(10)
  await gone
})

test('garbage while an answer is under way does not get into its middle', async () => {
  const connections = await listening((_, response) => void response.write('first '))
  const socket = await dial(connections)
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  let text = String((await once(socket, 'data'))[0])
  socket.write('NONSENSE\r\n\r\n')
  text += await untilClosed(socket)
  assert.equal(text.match(/HTTP\/1\.1/g)?.length, 1, text)
  await connections.close(0)
})

test('garbage behind requests that were sent ahead does not get into the middle of the first answer', async () => {
  const both = Promise.withResolvers<void>()
  const connections = await listening(({ url }, response) => {
    if (url === '/2') both.resolve()
    else response.write('first ')
  })
  const socket = await dial(connections)
  socket.write('GET /1 HTTP/1.1\r\nhost: x\r\n\r\n')
  let text = String((await once(socket, 'data'))[0])
  socket.write('GET /2 HTTP/1.1\r\nhost: x\r\n\r\n')
  await both.promise
  socket.write('NONSENSE\r\n\r\n')
  text += await untilClosed(socket)
  assert.equal(text.match(/HTTP\/1\.1/g)?.length, 1, text)
  await connections.close(0)
})

test('who sends garbage and never hangs up is told so and cut off', async () => {
  const connections = await listening(yes)
  const closed = new Promise((resolve) =>
    connections.server.once('connection', (socket: Socket) => socket.once('close', resolve)),
  )
  const socket = await dial(connections)
  socket.write('NONSENSE\r\n\r\n')
  let text = ''
  socket.on('data', (part: Buffer) => (text += part.toString('latin1')))
  await Promise.race([
    closed,
    pause(5000, null, { ref: false }).then(() => assert.fail('the server keeps the connection')),
  ])
  assert.match(text, /^HTTP\/1\.1 400 [\s\S]*"code":"malformed"/)
  socket.destroy()
  await connections.close(0)
})

test('an answer before the end of a long body leaves the connection usable for the next request', async () => {
  const connections = await listening((request, response) => {
    response.writeHead(403, { 'content-length': 2 }).end(request.url === '/next' ? 'ok' : 'no')
  })
  const socket = await dial(connections)
  const size = 4 * 1024 * 1024
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${size}\r\n\r\n`)
  await once(socket, 'data')
  socket.write(Buffer.alloc(size, 0x61))
  socket.write('GET /next HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  assert.match(await untilClosed(socket), /^HTTP\/1\.1 403 [\s\S]*ok$/)
  await connections.close(0)
})

test('a connection changes its protocol only between two answers, and only where somebody takes it', async () => {
  const upgrade = 'GET /ws HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n'
  const ordinary = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'
  const slow: Handler = (_, response) => void response.write('not yet')
  const taken = async (handler: Handler, ...parts: readonly string[]): Promise<string> => {
    const connections = acceptConnections(handler, {
      upgrades: {
        accepts: ({ url }) => url === '/ws',
        take: (_, stream) => void stream.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
      },
    })
    connections.server.listen(0, '127.0.0.1')
    await once(connections.server, 'listening')
    const socket = await dial(connections)
    for (const part of parts) socket.write(part)
    const text = await untilClosed(socket)
    await connections.close(0)
    return text
  }
  assert.match(await taken(yes, upgrade), /^HTTP\/1\.1 101/)
  assert.doesNotMatch(await taken(slow, ordinary + upgrade), / 101 /)
  const elsewhere = upgrade.replace('/ws', '/').replace('Upgrade\r', 'Upgrade, close\r')
  assert.match(await taken(yes, elsewhere), /^HTTP\/1\.1 200 OK[\s\S]*yes/)
})
