import type { Token, Tokens } from 'marked'
import { blocksOf } from './parse.ts'

/** A block that stands in a text from a place on. */
export interface Block {
  readonly at: number
  readonly token: Token
}

export interface Blocks {
  /** What comes behind changes nothing in these any more; each is the same object from one reading to the next. */
  readonly closed: readonly Block[]
  /** What is still being written; the items of a list that are as they were are the same objects. */
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
    const before = this.#read.open
    let open = placed(blocksOf(text.slice(this.#openAt)), this.#openAt).map((block) =>
      kept(
        before.find(({ at }) => at === block.at),
        block,
      ),
    )
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

const isList = (token: Token): token is Tokens.List => token.type === 'list'

/** A list may be most of an answer: only what is new in it is drawn anew. */
function kept(before: Block | undefined, block: Block): Block {
  if (before === undefined || !isList(block.token) || !isList(before.token)) return block
  const { items: known } = before.token
  const items = block.token.items.map((item, at) => {
    const old = known[at]
    return old !== undefined && old.raw === item.raw && old.loose === item.loose ? old : item
  })
  return { ...block, token: { ...block.token, items } }
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
