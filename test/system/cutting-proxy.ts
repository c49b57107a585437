import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** A connection of a client to the proxy. */
export interface Passing {
  /** Which one it is, from 1. */
  readonly number: number
  /** Pieces that came from the client so far, with this one. */
  readonly asked: number
  /** What has passed so far, without this piece. */
  readonly answeredBytes: number
}

/** What becomes of a piece on its way: it passes, the connection ends in its place, or it passes up to here. */
export type Judge = (from: 'client' | 'server', piece: Buffer, passing: Passing) => 'pass' | 'cut' | number

/** Stands between a client and a server as a network does, and breaks connections where it is told to. */
export interface CuttingProxy {
  readonly url: string
  /** How many connections clients have opened. */
  readonly connections: number
  judge(judge: Judge): void
  /** Ends every connection there is. */
  cutAll(): void
  close(): Promise<void>
}

export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<() => void>()
  let judge: Judge = () => 'pass'
  let connections = 0
  const server = createServer({ noDelay: true }, (client) => {
    connections += 1
    const passing = { number: connections, asked: 0, answeredBytes: 0 }
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true })
    const end = (): void => {
      client.destroy()
      upstream.destroy()
      pairs.delete(end)
    }
    pairs.add(end)
    const pass = (from: 'client' | 'server', source: Socket, sink: Socket): void => {
      source.on('error', end)
      source.on('close', end)
      source.on('data', (piece: Buffer) => {
        if (from === 'client') passing.asked += 1
        const verdict = judge(from, piece, passing)
        if (verdict === 'cut') return end()
        const passed = verdict === 'pass' ? piece : piece.subarray(0, verdict)
        if (from === 'server') passing.answeredBytes += passed.length
        sink.write(passed, () => passed.length < piece.length && end())
      })
    }
    pass('client', client, upstream)
    pass('server', upstream, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // `listen` on a host and port yields this and nothing else.
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    get connections() {
      return connections
    },
    judge: (next) => void (judge = next),
    cutAll() {
      for (const end of pairs) end()
    },
    async close() {
      for (const end of pairs) end()
      server.close()
      await once(server, 'close')
    },
  }
}
