import type { Readable } from 'node:stream'

/** An answer that is text, or bytes, and not JSON; it leaves as it is. */
export class TextAnswer {
  readonly type: string
  readonly text: string | Readable | Buffer
  /** Null: the one of the operation. */
  readonly status: number | null

  constructor(type: string, text: string | Readable | Buffer, status: number | null = null) {
    this.type = type
    this.text = text
    this.status = status
  }
}

/** Text that is made while it is sent; where it breaks, the connection does, and it never looks whole. */
export class TextStream {
  readonly type: string
  readonly parts: AsyncIterable<string>

  constructor(type: string, parts: AsyncIterable<string>) {
    this.type = type
    this.parts = parts
  }
}
