import type { Token, TokenizerExtension } from 'marked'
import { Marked } from 'marked'

/** Mathematics as TeX; `display` stands on lines of its own. */
export interface Maths {
  readonly type: 'maths'
  readonly raw: string
  readonly tex: string
  readonly display: boolean
}

const BLOCK = /^(?:\$\$([^$]+?)\$\$|\\\[([\s\S]+?)\\\])[ \t]*(?:\n+|$)/
/** A sum of money is no formula: nothing blank inside the signs, and no digit behind the second. */
const INLINE = /^(?:\$\$([^$\n]+?)\$\$|\$(?!\s)((?:\\.|[^$\\\n])*?(?:\\.|[^\s$\\]))\$(?!\d)|\\\((.+?)\\\))/

const blockMaths: TokenizerExtension = {
  name: 'maths',
  level: 'block',
  start: (source) => {
    const at = source.search(/\n(?:\$\$|\\\[)/)
    return at === -1 ? undefined : at + 1
  },
  tokenizer(source) {
    const match = BLOCK.exec(source)
    if (match === null) return undefined
    return { type: 'maths', raw: match[0], tex: (match[1] ?? match[2] ?? '').trim(), display: true }
  },
}

const inlineMaths: TokenizerExtension = {
  name: 'inlineMaths',
  level: 'inline',
  start: (source) => {
    const at = source.search(/\$|\\\(/)
    return at === -1 ? undefined : at
  },
  tokenizer(source) {
    const match = INLINE.exec(source)
    if (match === null) return undefined
    const tex = (match[1] ?? match[2] ?? match[3] ?? '').trim()
    return { type: 'maths', raw: match[0], tex, display: match[1] !== undefined }
  },
}

const marked = new Marked({
  gfm: true,
  extensions: [blockMaths, inlineMaths],
  // `[1]: https://…` in an answer would turn its citations into links to elsewhere.
  tokenizer: { def: () => undefined },
})

/** The blocks of a text. What they are made of is data; nothing in it is markup of the page. */
export const blocksOf = (text: string): readonly Token[] => marked.lexer(text)

export const isMaths = (token: Token | Maths): token is Maths => token.type === 'maths'
