import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { createDialler } from '../../kernel/dialler/dialler.ts'
import { GatheredReads } from './gathered-reads.ts'

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n'
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

/** Asks a server that writes what `script` says, and tells what was handed on, piece by piece. */
async function pieces(
  t: { after(then: () => void): void },
  script: (socket: Socket, isSeen: (text: string) => Promise<void>) => Promise<void>,
  taking: (text: string) => void = () => {},
): Promise<string[]> {
  const told: string[] = []
  let seen: () => void = () => {}
  const isSeen = async (text: string): Promise<void> => {
    while (!told.join('').includes(text)) await new Promise<void>((resolve) => (seen = resolve))
  }
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => void script(socket, isSeen))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = new URL(`http://127.0.0.1:${port}`)
  const line = createDialler().open({ name: 'house', url, zone: 'private', connectMs: 1000 })
  t.after(() => {
    void line.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => {
    const handler = new GatheredReads({
      onRequestStart() {},
      onResponseStart() {},
      onResponseData(_, piece) {
        taking(piece.toString())
        told.push(piece.toString())
        seen()
      },
      onResponseEnd: () => resolve(void told.push('end')),
      onResponseError: (_, error) => resolve(void told.push(error.message)),
    })
    line.dispatch({ path: '/', method: 'GET', headers: [], body: null }, handler)
  })
  return told
}

test('chunks of one read are one piece, and nothing waits for the next read', async (t) => {
  const told = await pieces(t, async (socket, isSeen) => {
    socket.write(HEAD + chunk('a') + chunk('b'))
    await isSeen('ab')
    socket.write(chunk('c'))
    await isSeen('c')
    socket.end(`${chunk('d') + chunk('e')}0\r\n\r\n`)
  })
  assert.deepEqual(told, ['ab', 'c', 'de', 'end'])
})

test('what came before a connection broke is handed on before it is told', async (t) => {
  const told = await pieces(t, async (socket, isSeen) => {
    socket.write(HEAD + chunk('a'))
    await isSeen('a')
    socket.write(`${chunk('b')}no chunk\r\n`)
  })
  assert.deepEqual(told.slice(0, 2), ['a', 'b'])
  assert.notEqual(told[2], 'end')
})

test('a piece that cannot be taken ends the call', async (t) => {
  const told = await pieces(
    t,
    async (socket) => void socket.write(HEAD + chunk('a')),
    () => {
      throw new Error('too much')
    },
  )
  assert.deepEqual(told, ['too much'])
})
