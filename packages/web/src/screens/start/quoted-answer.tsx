import type { Citation } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { TextLink } from '../../parts/button.tsx'
import { Shown } from '../../parts/state.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { RouteChip } from '../trust/route-chip.tsx'
import type { Asking } from './asking.ts'
import { passageOf, quotedPieces } from './quoting.ts'

const words = defineWords('quoted-answer', {
  label: { en: 'The answer', zh: '答案' },
  looking: { en: 'Looking in the documents …', zh: '正在文档中查找…' },
  source: { en: 'Source {n}: {title}', zh: '来源 {n}：{title}' },
  page: { en: 'page {page}', zh: '第 {page} 页' },
  goOn: { en: 'Go on in the chat', zh: '在对话中继续' },
})

/** An answer with numbered sources that show their passage, and where it was made. */
export function QuotedAnswer({ asked, conversation }: Asking): ReactNode {
  const w = useWords(words)
  const [opened, setOpened] = useState<number | null>(null)
  if (asked.state === 'idle') return null
  if (asked.state === 'failed') return <Refused error={asked.error} />
  const citations = asked.answer?.citations ?? []
  const cited = citations.find(({ n }) => n === opened)
  const pieces = quotedPieces(
    asked.text,
    citations.map(({ n }) => n),
  )
  return (
    <div role="group" aria-label={w('label')} aria-busy={asked.state === 'asking'} className="space-y-3">
      <div className="rounded-medium border border-line bg-paper p-4">
        {asked.text === '' ? (
          <p className="text-small text-soft">{w('looking')}</p>
        ) : (
          <p className="whitespace-pre-wrap" aria-live="polite">
            {pieces.map((piece, at) =>
              'n' in piece ? (
                <Mark
                  // oxlint-disable-next-line react/no-array-index-key -- pieces of one text, in its order
                  key={at}
                  n={piece.n}
                  title={citations.find(({ n }) => n === piece.n)?.title ?? ''}
                  isOpen={piece.n === opened}
                  onOpen={() => setOpened(piece.n === opened ? null : piece.n)}
                />
              ) : (
                // oxlint-disable-next-line react/no-array-index-key -- pieces of one text, in its order
                <span key={at}>{piece.text}</span>
              ),
            )}
          </p>
        )}
        {cited && <Passage citation={cited} />}
      </div>
      {asked.answer && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-small">
          <RouteChip message={asked.answer} />
          <span className="grow" />
          {conversation !== null && <TextLink to={`/chat/${conversation}`}>{w('goOn')}</TextLink>}
        </div>
      )}
    </div>
  )
}

interface MarkProps {
  readonly n: number
  readonly title: string
  readonly isOpen: boolean
  readonly onOpen: () => void
}

function Mark({ n, title, isOpen, onOpen }: MarkProps): ReactNode {
  const w = useWords(words)
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      aria-label={w('source', { n, title })}
      onClick={onOpen}
      className={`mx-0.5 inline-grid size-5 place-items-center rounded-small align-text-top text-tiny font-medium ${isOpen ? 'bg-accent text-on-accent' : 'bg-tint text-accent hover:bg-mark'}`}
    >
      {n}
    </button>
  )
}

/** The passage in its document. */
function Passage({ citation }: { readonly citation: Citation }): ReactNode {
  const w = useWords(words)
  const text = useQuery({
    queryKey: ['start', 'text', citation.collectionId, citation.documentId],
    queryFn: () => server.documents.text(citation.documentId, { collection: citation.collectionId }),
    staleTime: Infinity,
  })
  const figure = useRef<HTMLElement>(null)
  useEffect(() => {
    figure.current?.scrollIntoView({ block: 'nearest' })
  }, [text.data])
  return (
    <figure ref={figure} className="mt-3 border-s-2 border-accent ps-3 text-small">
      <figcaption className="mb-1 font-medium">
        {citation.title}
        {citation.page !== undefined && (
          <span className="font-normal text-soft"> · {w('page', { page: citation.page })}</span>
        )}
        {citation.heading !== undefined && (
          <span className="font-normal text-soft"> · {citation.heading}</span>
        )}
      </figcaption>
      <Shown query={text}>
        {(data) => {
          const { before, passage, after } = passageOf(data.text, citation.span)
          return (
            <blockquote className="max-h-48 overflow-y-auto whitespace-pre-wrap text-soft" tabIndex={0}>
              {before}
              <mark className="rounded-small bg-mark text-ink">{passage}</mark>
              {after}
            </blockquote>
          )
        }}
      </Shown>
    </figure>
  )
}
