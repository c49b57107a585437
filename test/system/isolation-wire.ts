import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import type { Heard } from './isolation-house.ts'

/** A request as it is written: names of headers in any spelling, as often as wished, and a path that no library mends. */
export interface Written {
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body?: string | undefined
  /** Bytes that follow at once, whatever is answered: the first messages of a WebSocket. */
  readonly following?: Buffer | undefined
}

const BETWEEN_CHUNKS = /\r\n[\da-f]+\r\n/gi
const END_OF_HEAD = '\r\n\r\n'
/** Longer than anything takes: an answer that does not come is a fault of its own. */
const PATIENCE_MS = 60_000

/** Connections that are kept; each has one request at a time. */
export class Wires {
  readonly #at: { readonly host: string; readonly port: number }
  readonly #idle: Socket[] = []

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.#at = { host: hostname, port: Number(port) }
  }

  async say(written: Written): Promise<Heard> {
    const kept = this.#idle.pop()
    const heard = kept && (await this.#exchange(kept, written))
    // The server may have let go of it meanwhile; it has then read nothing.
    return heard ?? (await this.#exchange(await this.#connected(), written)) ?? { status: 0, text: '' }
  }

  close(): void {
    for (const socket of this.#idle.splice(0)) socket.destroy()
  }

  async #connected(): Promise<Socket> {
    const socket = connect({ ...this.#at, noDelay: true })
    socket.on('error', () => {})
    await Promise.race([once(socket, 'connect'), once(socket, 'close')])
    return socket
  }

  /** Null where the connection ended before a byte of an answer. */
  async #exchange(socket: Socket, written: Written): Promise<Heard | null> {
    const answer = new Answer(written.method === 'HEAD')
    const over = Promise.withResolvers<'whole' | 'ended'>()
    const take = (piece: Buffer): void => {
      if (answer.take(piece)) over.resolve('whole')
    }
    const ended = (): void => over.resolve('ended')
    const late = setTimeout(() => {
      socket.destroy()
      over.reject(new Error(`no answer to ${written.method} ${written.path}`))
    }, PATIENCE_MS)
    socket.on('data', take).once('close', ended)
    socket.write(bytesOf(written, this.#at))
    if (socket.destroyed) ended()
    const how = await over.promise.finally(() => clearTimeout(late))
    socket.off('data', take).off('close', ended)
    if (how === 'whole' && answer.isKept && written.following === undefined) this.#idle.push(socket)
    else socket.destroy()
    return answer.isEmpty ? null : answer.heard
  }
}

function bytesOf(
  { method, path, headers, body, following }: Written,
  at: { host: string; port: number },
): Buffer {
  const own = [
    ['host', `${at.host}:${at.port}`],
    ...headers,
    ...(body === undefined ? [] : [['content-length', String(Buffer.byteLength(body))]]),
  ]
  const head = [`${method} ${path} HTTP/1.1`, ...own.map(([name, value]) => `${name}: ${value}`)].join('\r\n')
  return Buffer.concat([
    Buffer.from(`${head}${END_OF_HEAD}`, 'latin1'),
    Buffer.from(body ?? ''),
    following ?? Buffer.alloc(0),
  ])
}

/** One answer as it comes. */
class Answer {
  readonly #isHead: boolean
  #bytes: Buffer = Buffer.alloc(0)
  #head: { readonly end: number; readonly text: string; readonly status: number } | null = null

  constructor(isHead: boolean) {
    this.#isHead = isHead
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0
  }

  get isKept(): boolean {
    return this.#head !== null && this.#head.status !== 101 && !/^connection: close/im.test(this.#head.text)
  }

  get heard(): Heard {
    const text = this.#bytes.toString('utf8')
    // What was cut between two chunks is one word again.
    return {
      status: this.#head?.status ?? 0,
      text: this.#isChunked ? text.replaceAll(BETWEEN_CHUNKS, '') : text,
    }
  }

  get #isChunked(): boolean {
    return /^transfer-encoding: chunked/im.test(this.#head?.text ?? '')
  }

  /** Whether it is whole with this. */
  take(piece: Buffer): boolean {
    this.#bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece])
    this.#head ??= headOf(this.#bytes)
    if (this.#head === null) return false
    const { end, text, status } = this.#head
    if (this.#isHead || status === 101 || status === 204 || status === 304) return true
    const length = /^content-length: (\d+)/im.exec(text)?.[1]
    if (length !== undefined) return this.#bytes.length >= end + Number(length)
    if (this.#isChunked)
      return this.#bytes.subarray(Math.max(end, this.#bytes.length - 5)).toString('latin1') === '0\r\n\r\n'
    return false
  }
}

function headOf(bytes: Buffer): { end: number; text: string; status: number } | null {
  const at = bytes.indexOf(END_OF_HEAD)
  if (at < 0) return null
  const text = bytes.toString('latin1', 0, at)
  return { end: at + END_OF_HEAD.length, text, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0) }
}
