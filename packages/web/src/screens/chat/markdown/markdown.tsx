import type { Citation } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { memo, useMemo, useRef } from 'react'
import { Block } from './block.tsx'
import { BlockReader } from './block-reader.ts'
import { CitationsContext } from './citations.ts'

interface MarkdownProps {
  readonly text: string
  /** More of it may come. */
  readonly isOpen: boolean
  readonly citations: readonly Citation[]
}

/** What a model wrote. It becomes elements of ours from data; no markup of its own reaches the page. */
export const Markdown = memo(function Markdown({ text, isOpen, citations }: MarkdownProps): ReactNode {
  const reader = useRef<BlockReader>(null)
  reader.current ??= new BlockReader()
  const { closed, open } = reader.current.read(text)
  const byNumber = useMemo(() => new Map(citations.map((citation) => [citation.n, citation])), [citations])
  return (
    <CitationsContext value={byNumber}>
      <div className="prose" data-said>
        {closed.map(({ at, token }) => (
          <Block key={at} token={token} isOpen={false} />
        ))}
        {open.map(({ at, token }) => (
          <Block key={at} token={token} isOpen={isOpen} />
        ))}
      </div>
    </CitationsContext>
  )
})
