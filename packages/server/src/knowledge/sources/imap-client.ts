import type { Socket } from 'node:net'
import { Fault } from '../../kernel/fault.ts'

/** One response: its text with the literals taken out, each leaving `{}`, and the literals in their order. */
export interface ImapResponse {
  readonly text: string
  readonly literals: readonly Buffer[]
}

const LONGEST_LINE = 1024 * 1024
const IDLE_MS = 60_000

/** The few commands of IMAP (RFC 9051, and RFC 3501 before it) that reading a mailbox takes. One after the other. */
export class ImapClient {
  readonly #socket: Socket
  readonly #mostLiteral: number
  readonly #host: string
  readonly #pieces: AsyncIterator<Buffer>
  #buffer: Buffer = Buffer.alloc(0)
  #tags = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    socket: Socket,
    { mostLiteral, host }: { readonly mostLiteral: number; readonly host: string },
  ) {
    this.#socket = socket
    this.#mostLiteral = mostLiteral
    this.#host = host
    socket.setTimeout(IDLE_MS, () => socket.destroy(Object.assign(new Error('idle'), { code: 'ETIMEDOUT' })))
    // A socket without an encoding gives buffers.
    this.#pieces = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  }

  /** @throws Fault */
  async greeting(): Promise<void> {
    const { text } = await this.#response()
    if (!/^\* (?:OK|PREAUTH)\b/i.test(text)) throw this.#broke('it does not greet as a mail server does')
  }

  /**
   * Sends a command and hands on what is answered before its end. Arguments that are `{ literal }` are sent as such.
   * @throws Fault `upstream_refused` where the server says no
   */
  command(
    words: readonly (string | { readonly literal: string })[],
    each: (response: ImapResponse) => void = () => {},
  ): Promise<void> {
    const turn = this.#last.then(() => this.#run(words, each))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  close(): void {
    this.#socket.destroy()
  }

  async #run(
    words: readonly (string | { readonly literal: string })[],
    each: (response: ImapResponse) => void,
  ): Promise<void> {
    const tag = `f${(this.#tags += 1)}`
    let line = tag
    for (const word of words) {
      if (typeof word === 'string') line += ` ${word}`
      else {
        const bytes = Buffer.from(word.literal)
        this.#socket.write(`${line} {${bytes.length}}\r\n`)
        const { text } = await this.#response()
        if (!text.startsWith('+')) throw this.#refused(text)
        this.#socket.write(bytes)
        line = ''
      }
    }
    this.#socket.write(`${line}\r\n`)
    for (;;) {
      const response = await this.#response()
      if (!response.text.startsWith(`${tag} `)) {
        if (/^\* BYE\b/i.test(response.text)) throw this.#broke('it hung up')
        each(response)
      } else if (/^\S+ OK\b/i.test(response.text)) return
      else throw this.#refused(response.text)
    }
  }

  async #response(): Promise<ImapResponse> {
    let text = ''
    const literals: Buffer[] = []
    for (;;) {
      const line = (await this.#line()).toString('utf8')
      const size = /\{(\d{1,10})\+?\}$/.exec(line)
      text += size ? `${line.slice(0, size.index)}{}` : line
      if (!size) return { text, literals }
      literals.push(await this.#bytes(Number(size[1])))
    }
  }

  async #line(): Promise<Buffer> {
    for (let from = 0; ;) {
      const end = this.#buffer.indexOf('\r\n', from)
      if (end !== -1) {
        const line = this.#buffer.subarray(0, end)
        this.#buffer = this.#buffer.subarray(end + 2)
        return line
      }
      if (this.#buffer.length > LONGEST_LINE) throw this.#broke('it sends a line without an end')
      from = Math.max(0, this.#buffer.length - 1)
      this.#buffer = Buffer.concat([this.#buffer, await this.#piece()])
    }
  }

  async #bytes(size: number): Promise<Buffer> {
    if (size > this.#mostLiteral)
      throw new Fault(
        'too_large',
        `The message is larger than the ${this.#mostLiteral} bytes that are taken.`,
      )
    const pieces = [this.#buffer]
    let length = this.#buffer.length
    while (length < size) {
      const piece = await this.#piece()
      pieces.push(piece)
      length += piece.length
    }
    const all = Buffer.concat(pieces, length)
    this.#buffer = all.subarray(size)
    return all.subarray(0, size)
  }

  async #piece(): Promise<Buffer> {
    const next = await this.#pieces.next().catch((error: unknown) => {
      throw new Fault('upstream_down', `The connection to ${this.#host} broke.`, { cause: error })
    })
    if (next.done === true) throw new Fault('upstream_down', `${this.#host} hung up.`)
    return next.value
  }

  #refused(text: string): Fault {
    const code = /\[([A-Z-]{1,40})/.exec(text)?.[1]
    const why = code === undefined ? '' : ` (${code})`
    return new Fault(
      'upstream_refused',
      `${this.#host} refused what was asked${why}. Check mailbox, user and secret.`,
    )
  }

  #broke(what: string): Fault {
    return new Fault('upstream_broke', `${this.#host} does not speak IMAP: ${what}.`)
  }
}

/** RFC 3501 section 5.1.3: names of mailboxes are in a form of UTF-7 of their own. */
export function mailboxName(name: string): string {
  const encoded = name
    .replaceAll('&', '&-')
    .replaceAll(
      /[^\x20-\x7e]+/g,
      (run) =>
        `&${Buffer.from(run, 'utf16le').swap16().toString('base64').replaceAll('=', '').replaceAll('/', ',')}-`,
    )
  return `"${encoded.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
