import { isUtf8 } from 'node:buffer'
import type { StreamRestorer } from './answer-stream.ts'
import type { TextChannel } from './text-channel.ts'

/** A character takes up to four bytes in UTF-8. */
const LONGEST_REST = 3

/** A text of bytes in UTF-8 as it comes, too long to be there as a whole. From where it is no such text it goes on as it is. */
export class TextStream implements StreamRestorer {
  readonly #channel: TextChannel
  /** The begin of a character. */
  #rest: Buffer = Buffer.alloc(0)
  #isText = true

  constructor(channel: TextChannel) {
    this.#channel = channel
  }

  push(piece: Buffer): Buffer {
    if (!this.#isText) return piece
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    const end = endOfCharacters(bytes)
    const whole = bytes.subarray(0, end)
    if (!isUtf8(whole) || bytes.length - end > LONGEST_REST) return this.#giveUp(bytes)
    this.#rest = Buffer.from(bytes.subarray(end))
    return Buffer.from(this.#channel.push(whole.toString(), false))
  }

  end(): Buffer | null {
    if (!this.#isText) return null
    const held = Buffer.from(this.#channel.push('', true))
    const all = this.#rest.length === 0 ? held : Buffer.concat([held, this.#rest])
    return all.length === 0 ? null : all
  }

  #giveUp(bytes: Buffer): Buffer {
    this.#isText = false
    return Buffer.concat([Buffer.from(this.#channel.push('', true)), bytes])
  }
}

/** Where the last character begins that is not whole; the end where there is none. */
function endOfCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(LONGEST_REST, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
