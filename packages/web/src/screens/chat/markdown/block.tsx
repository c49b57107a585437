import type { MarkedToken, Token, Tokens } from 'marked'
import type { ReactNode } from 'react'
import { memo } from 'react'
import { CodeBlock } from './code-block.tsx'
import { Diagram } from './diagram.tsx'
import { Inline } from './inline.tsx'
import { MathsText } from './maths.tsx'
import type { Maths } from './parse.ts'
import { isMaths } from './parse.ts'
import { TableBlock } from './table-block.tsx'

interface BlockProps {
  readonly token: Token | Maths
  /** More of it may come. */
  readonly isOpen: boolean
}

/** One block of a text. A closed one is drawn once. */
export const Block = memo(function Block({ token, isOpen }: BlockProps): ReactNode {
  if (isMaths(token)) return <MathsText maths={token} />
  // No other extension adds tokens of its own.
  const own = token as MarkedToken
  switch (own.type) {
    case 'space':
      return null
    case 'paragraph':
      return (
        <p dir="auto">
          <Inline tokens={own.tokens} />
        </p>
      )
    case 'text':
      return <Inline tokens={own.tokens ?? [own]} />
    case 'heading':
      return <Heading token={own} />
    case 'code':
      return own.lang?.trim() === 'mermaid' && !isOpen ? (
        <Diagram code={own.text} />
      ) : (
        <CodeBlock code={own.text} language={own.lang?.trim().split(/\s/)[0] ?? ''} isOpen={isOpen} />
      )
    case 'blockquote':
      return (
        <blockquote>
          <Blocks tokens={own.tokens} isOpen={isOpen} />
        </blockquote>
      )
    case 'list':
      return <List token={own} isOpen={isOpen} />
    case 'table':
      return <TableBlock token={own} />
    case 'hr':
      return <hr />
    default:
      // Markup is no markup here.
      return (
        <p dir="auto" className="whitespace-pre-wrap">
          {own.raw.trim()}
        </p>
      )
  }
})

export const Blocks = ({
  tokens,
  isOpen,
}: {
  readonly tokens: readonly Token[]
  readonly isOpen: boolean
}): ReactNode =>
  tokens.map((token, at) => (
    // oxlint-disable-next-line react/no-array-index-key -- blocks within a block never change places
    <Block key={at} token={token} isOpen={isOpen} />
  ))

/** Below the title of the page and that of the turn. */
function Heading({ token }: { readonly token: Tokens.Heading }): ReactNode {
  const Level = (['h3', 'h4', 'h5', 'h6'] as const)[Math.min(token.depth, 4) - 1] ?? 'h6'
  return (
    <Level dir="auto">
      <Inline tokens={token.tokens} />
    </Level>
  )
}

function List({ token, isOpen }: { readonly token: Tokens.List; readonly isOpen: boolean }): ReactNode {
  const items = token.items.map((item, at) => (
    // oxlint-disable-next-line react/no-array-index-key -- items never change places
    <Item key={at} item={item} isOpen={isOpen && at === token.items.length - 1} />
  ))
  if (!token.ordered) return <ul>{items}</ul>
  return <ol start={token.start === '' ? 1 : token.start}>{items}</ol>
}

const Item = memo(function Item({
  item,
  isOpen,
}: {
  readonly item: Tokens.ListItem
  readonly isOpen: boolean
}): ReactNode {
  return (
    <li dir="auto" className={item.task ? 'list-none' : undefined}>
      {item.task && <span aria-hidden>{item.checked ? '☑ ' : '☐ '}</span>}
      <Blocks tokens={item.tokens} isOpen={isOpen} />
    </li>
  )
})
