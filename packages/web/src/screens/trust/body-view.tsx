import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronDown, ChevronUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { number } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { announce } from '../../parts/announce.tsx'
import { IconButton } from '../../parts/button.tsx'
import { cx } from '../../parts/class-names.ts'
import type { Chunk, Span } from './body-layout.ts'
import { chunksOf, layOut } from './body-layout.ts'
import { useTypeName } from './type-names.ts'

const words = defineWords('body-view', {
  next: { en: 'Next masked value', zh: '下一个脱敏值' },
  previous: { en: 'Previous masked value', zh: '上一个脱敏值' },
  none: { en: 'Nothing was replaced in it.', zh: '其中没有替换任何内容。' },
  count: {
    en: '{count, plural, one {# value was replaced} other {# values were replaced}}',
    zh: '替换了 {count} 个值',
  },
  at: { en: '{at} of {count}: {type}, {text}', zh: '第 {at} 个，共 {count} 个：{type}，{text}' },
})

const LINE_PX = 20

interface BodyViewProps {
  readonly label: string
  readonly text: string
  readonly spans: readonly Span[]
  /** Exactly what went over the wire; otherwise laid out for reading. */
  readonly isRaw?: boolean
  /** Whether one can step through what was replaced. */
  readonly isStepped?: boolean
  readonly className?: string
}

/** A body as text of which only what is in sight is drawn, with what was replaced marked and reachable by steps. */
export function BodyView({ label, text, spans, isRaw, isStepped, className }: BodyViewProps): ReactNode {
  const w = useWords(words)
  const typeName = useTypeName()
  const frame = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState<number | null>(null)
  const shown = useMemo(() => (isRaw ? { text, spans } : layOut(text, spans)), [isRaw, text, spans])
  const chunks = useMemo(() => chunksOf(shown.text, shown.spans), [shown])
  useEffect(() => setCurrent(null), [text, isRaw])
  const rows = useVirtualizer({
    count: chunks.length,
    getScrollElement: () => frame.current,
    estimateSize: (at) => LINE_PX * Math.max(1, Math.ceil(lengthOf(chunks[at]) / 70)),
    overscan: 12,
  })
  const step = (by: number): void => {
    const next = current === null ? (by > 0 ? 0 : spans.length - 1) : current + by
    const wrapped = (next + spans.length) % spans.length
    const span = shown.spans[wrapped]
    if (span === undefined) return
    setCurrent(wrapped)
    rows.scrollToIndex(
      chunks.findIndex(({ pieces }) => pieces.some((piece) => piece.span === wrapped)),
      { align: 'center' },
    )
    announce(
      w('at', {
        at: wrapped + 1,
        count: spans.length,
        type: typeName(span.type),
        text: shown.text.slice(span.start, span.end),
      }),
    )
  }
  const here = current === null ? undefined : shown.spans[current]
  return (
    <div className="space-y-1.5">
      {isStepped && (
        <div className="flex min-h-8 items-center gap-1 text-small text-soft">
          <p className="min-w-0 grow truncate">
            {here === undefined ? (
              w(spans.length === 0 ? 'none' : 'count', { count: spans.length })
            ) : (
              <>
                <span className="tabular-nums">
                  {number((current ?? 0) + 1)} / {number(spans.length)}
                </span>{' '}
                <span className="text-ink">{typeName(here.type)}</span>{' '}
                <code className="font-mono text-tiny">{shown.text.slice(here.start, here.end)}</code>
              </>
            )}
          </p>
          {spans.length > 0 && (
            <>
              <IconButton size="small" label={w('previous')} onClick={() => step(-1)}>
                <ChevronUp aria-hidden className="size-4" />
              </IconButton>
              <IconButton size="small" label={w('next')} onClick={() => step(1)}>
                <ChevronDown aria-hidden className="size-4" />
              </IconButton>
            </>
          )}
        </div>
      )}
      <div
        ref={frame}
        role="region"
        aria-label={label}
        // What scrolls must be reachable by keyboard.
        tabIndex={0}
        className={cx(
          'max-h-[52dvh] overflow-auto rounded-medium border border-line bg-sunk/60 p-3 font-mono text-tiny leading-5',
          className,
        )}
      >
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((row) => (
            <div
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              style={{ transform: `translateY(${row.start}px)` }}
              className="absolute inset-x-0 top-0 break-all whitespace-pre-wrap"
            >
              <Line chunk={chunks[row.index]} spans={shown.spans} current={current} />
            </div>
          ))}
        </div>
      </div>
    </div>
  )
}

const lengthOf = (chunk: Chunk | undefined): number =>
  chunk?.pieces.reduce((sum, { text }) => sum + text.length, 0) ?? 0

interface LineProps {
  readonly chunk: Chunk | undefined
  readonly spans: readonly Span[]
  readonly current: number | null
}

function Line({ chunk, spans, current }: LineProps): ReactNode {
  const typeName = useTypeName()
  if (chunk === undefined) return null
  return chunk.pieces.map(({ text, span }, at) =>
    span === null ? (
      // oxlint-disable-next-line react/no-array-index-key -- pieces of one text, in its order
      <span key={at}>{text.replace(/\n$/, '') || (chunk.pieces.length === 1 ? '\u00a0' : '')}</span>
    ) : (
      <mark
        // oxlint-disable-next-line react/no-array-index-key -- pieces of one text, in its order
        key={at}
        title={typeName(spans[span]?.type ?? '')}
        className={cx(
          'rounded-small bg-mark px-0.5 text-ink',
          span === current && 'outline-2 outline-accent',
        )}
      >
        {text}
        <span className="unseen select-none">({typeName(spans[span]?.type ?? '')})</span>
      </mark>
    ),
  )
}
