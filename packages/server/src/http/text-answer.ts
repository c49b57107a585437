import type { Readable } from 'node:stream'

/** An answer that is text and not JSON; it leaves as it is. */
export class TextAnswer {
  readonly type: string
  readonly text: string | Readable
  /** Null: the one of the operation. */
  readonly status: number | null

  constructor(type: string, text: string | Readable, status: number | null = null) {
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
