import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { FreeholdError } from '@freehold/sdk'
import type { DataClass, Span } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useEffect, useMemo, useRef } from 'react'
import { useWords } from '../../../language/words.ts'
import { ClassChip } from '../../../parts/chip.tsx'
import { cx } from '../../../parts/class-names.ts'
import { Loading } from '../../../parts/state.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { blockAt, blocksOf } from './blocks.ts'
import { paneWords } from './pane-words.ts'

interface PassagePaneProps {
  readonly documentId: string
  /** Of an attached file: its conversation. */
  readonly collectionId: string
  /** What is marked and scrolled to; null: the text from its beginning. */
  readonly span: Span | null
  readonly title: string
  readonly attachment?: boolean
  readonly page?: number
  readonly heading?: string
  readonly cells?: string
}

interface Read {
  readonly text: string
  readonly class: DataClass
}

const LINE = 24

/** The whole text of a document or an attached file, with a passage of it marked. Text is text, whatever stands in it. */
export function PassagePane(props: PassagePaneProps): ReactNode {
  const { documentId, collectionId, span, title, attachment = false, page, heading, cells } = props
  const w = useWords(paneWords)
  const query = useQuery({
    queryKey: ['passage', attachment, collectionId, documentId],
    queryFn: (): Promise<Read> =>
      attachment
        ? server.attachments.text(documentId)
        : server.documents.text(documentId, { collection: collectionId }),
    staleTime: 60_000,
  })
  const places = [
    ...(page === undefined ? [] : [w('page', { page })]),
    ...(heading === undefined ? [] : [heading]),
    ...(cells === undefined ? [] : [w('cells', { cells })]),
  ]
  const isGone = query.error instanceof FreeholdError && query.error.code === 'not_found'
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="space-y-1 border-b border-line px-4 py-2">
        <h2 className="font-display text-lead">{title}</h2>
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-small text-soft">
          {query.data && <ClassChip of={query.data.class} />}
          {places.length > 0 && <span>{places.join(' · ')}</span>}
        </div>
        <p className="text-tiny text-soft">{w(attachment ? 'own' : 'mayRead')}</p>
      </div>
      {query.data ? (
        <PlainText text={query.data.text} span={span} label={w('text', { title })} />
      ) : query.error ? (
        <div className="p-4">
          <Refused error={query.error} {...(!isGone && { onRetry: () => void query.refetch() })}>
            {isGone ? w('gone') : undefined}
          </Refused>
        </div>
      ) : (
        <div className="p-4">
          <Loading />
        </div>
      )}
    </div>
  )
}

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
