import type { Token } from 'marked'
import { blocksOf } from './parse.ts'

/** A block that stands in a text from a place on. */
export interface Block {
  readonly at: number
  readonly token: Token
}

export interface Blocks {
  /** What comes behind changes nothing in these any more; each is the same object from one reading to the next. */
  readonly closed: readonly Block[]
  /** What is still being written. */
  readonly open: readonly Block[]
}

/**
 * Reads a text that grows at its end. Only what is open is parsed again: a block is closed when behind it another one
 * has begun whose first line is whole, because until then that line may turn out to belong to the block before.
 */
export class BlockReader {
  #text = ''
  #read: Blocks = { closed: [], open: [] }
  #openAt = 0

  read(text: string): Blocks {
    if (text === this.#text) return this.#read
    if (!text.startsWith(this.#text)) {
      this.#openAt = 0
      this.#read = { closed: [], open: [] }
    }
    this.#text = text
    const closed: Block[] = []
    let open = placed(blocksOf(text.slice(this.#openAt)), this.#openAt)
    const last = open.at(-1)
    if (open.length > 1 && last?.token.raw.includes('\n')) {
      closed.push(...open.slice(0, -1))
      open = open.slice(-1)
      this.#openAt = last.at
    }
    this.#read = {
      closed: closed.length > 0 ? [...this.#read.closed, ...closed] : this.#read.closed,
      open,
    }
    return this.#read
  }
}

function placed(tokens: readonly Token[], from: number): readonly Block[] {
  const blocks: Block[] = []
  let at = from
  for (const token of tokens) {
    if (token.type !== 'space') blocks.push({ at, token })
    at += token.raw.length
  }
  return blocks
}
