import { useVirtualizer } from '@tanstack/react-virtual'
import type { Span } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useEffect, useMemo, useRef } from 'react'
import { cx } from './class-names.ts'
import { blockAt, blocksOf } from './text-blocks.ts'

const LINE = 24

interface PlainTextProps {
  readonly text: string
  readonly span: Span | null
  readonly label: string
  /** Its letters have one width. */
  readonly isCode?: boolean
}

/** A text of any length, of which only what is seen is in the page. */
export function PlainText({ text, span, label, isCode }: PlainTextProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null)
  const blocks = useMemo(() => blocksOf(text, span), [text, span])
  const list = useVirtualizer({
    count: blocks.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => {
      const length = blocks[at]?.pieces.reduce((sum, piece) => sum + piece.text.length, 0) ?? 0
      return LINE * Math.max(1, Math.ceil(length / 60))
    },
    overscan: 10,
  })
  useEffect(() => {
    if (span !== null && span.end > span.start) list.scrollToIndex(blockAt(blocks, span), { align: 'center' })
    // Once for each passage, and not whenever the list is drawn.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [blocks, span])
  return (
    <div
      ref={scroller}
      role="region"
      aria-label={label}
      tabIndex={0}
      className={cx('min-h-0 grow overflow-y-auto px-4 py-3', isCode ? 'font-mono text-small' : 'text-body')}
    >
      <div className="relative" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ index, key, start }) => (
          <p
            key={key}
            ref={list.measureElement}
            data-index={index}
            className="absolute inset-x-0 min-h-6 whitespace-pre-wrap"
            style={{ transform: `translateY(${start}px)` }}
          >
            {blocks[index]?.pieces.map((piece) =>
              piece.isMarked ? (
                <mark key="marked" className="rounded-small bg-mark text-ink">
                  {piece.text}
                </mark>
              ) : (
                piece.text
              ),
            )}
          </p>
        ))}
      </div>
    </div>
  )
}
