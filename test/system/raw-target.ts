import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { Sending } from './stream-mutations.ts'

/** A target below HTTP libraries: it writes whatever it is told to, byte by byte, right or wrong. */
export interface RawTarget {
  readonly url: string
  /** What is sent to requests for this model. */
  answer(model: string, sending: Sending): void
  /** Connections that the other side has ended so far. */
  readonly left: number
  close(): Promise<void>
}

export async function rawTarget(): Promise<RawTarget> {
  const answers = new Map<string, Sending>()
  const sockets = new Set<Socket>()
  let left = 0
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('end', () => (left += 1))
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let held = Buffer.alloc(0)
    socket.on('data', (piece: Buffer) => {
      held = Buffer.concat([held, piece])
      const end = held.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/content-length: (\d+)/i.exec(held.toString('latin1', 0, end))?.[1] ?? 0)
      if (held.length < end + 4 + length) return
      const { model }: { model: string } = JSON.parse(held.toString('utf8', end + 4, end + 4 + length))
      held = held.subarray(end + 4 + length)
      const sending = answers.get(model)
      if (sending) void send(socket, sending)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // `listen` on a host and port yields this and nothing else.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get left() {
      return left
    },
    answer: (model, sending) => void answers.set(model, sending),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const FRAMED = {
  chunked: 'transfer-encoding: chunked',
  close: 'connection: close',
} as const

async function send(
  socket: Socket,
  { pieces, framing, end, headers, status, behind = '' }: Sending,
): Promise<void> {
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0)
  const isWhole = end === 'whole'
  const framed = framing === 'length' ? `content-length: ${bytes + (isWhole ? 0 : 10)}` : FRAMED[framing]
  const head = [`HTTP/1.1 ${status} X`, ...headers, framed].join('\r\n')
  socket.write(`${head}\r\n\r\n`)
  // What comes behind comes at once: once the other side has asked again, nothing tells it from an answer to that.
  const last = framing === 'length' ? pieces.findLastIndex(({ length }) => length > 0) : -1
  for (const [at, piece] of pieces.entries()) {
    if (socket.destroyed) return
    if (piece.length === 0) continue
    const isFree =
      framing === 'chunked'
        ? socket.write(
            Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
          )
        : socket.write(at === last ? Buffer.concat([piece, Buffer.from(behind)]) : piece)
    if (isFree) await new Promise((resolve) => setImmediate(resolve))
    else await freeAgain(socket)
  }
  if (end === 'reset') socket.resetAndDestroy()
  else if (end === 'garbage') socket.end('zz\r\nnonsense')
  else if (end === 'hang') return
  else if (framing === 'chunked') socket.write(`0\r\n\r\n${behind}`)
  else if (behind !== '' && last < 0) socket.write(behind)
  // Without a body by its status, what was sent looks like the next answer: nobody may go on here.
  if (framing === 'close' || status === 204) socket.end()
}

const freeAgain = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('drain', resolve)
    socket.once('close', () => resolve())
  })
