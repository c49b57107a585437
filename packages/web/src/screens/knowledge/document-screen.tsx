import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import type { DocumentText } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button, TextLink } from '../../parts/button.tsx'
import { ClassChip } from '../../parts/chip.tsx'
import { Page } from '../../parts/page.tsx'
import { Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'
import { windowOf } from './text-window.ts'

const words = defineWords('document', {
  document: { en: 'Document', zh: '文档' },
  back: { en: 'To the collection', zh: '返回知识集' },
  contents: { en: 'Contents', zh: '目录' },
  text: { en: 'Text as it was read', zh: '读出的文字' },
  before: { en: 'Show what comes before', zh: '显示前文' },
  after: { en: 'Show what follows', zh: '显示后文' },
  whole: { en: '{shown} of {total} characters', zh: '{total} 个字符中的 {shown} 个' },
})

/** One document as it was read, with a passage marked where the address names one. */
export function DocumentScreen(): ReactNode {
  const { collection, document: id } = useParams({ from: '/knowledge/$collection/$document' })
  const { start, end } = useSearch({ from: '/knowledge/$collection/$document' })
  const w = useWords(words)
  const document = useQuery({
    queryKey: ['knowledge', 'text', collection, id],
    queryFn: () => server.documents.text(id, { collection }),
  })
  return (
    <Page
      title={document.data?.title ?? w('document')}
      lead={
        <span className="flex flex-wrap items-center gap-3 text-small">
          <TextLink to="/knowledge/$collection" params={{ collection }}>
            {w('back')}
          </TextLink>
          {document.data && <ClassChip of={document.data.class} />}
        </span>
      }
    >
      <Shown query={document}>
        {(data) => (
          <Text
            key={`${id} ${start ?? ''}`}
            document={data}
            {...(start !== undefined && end !== undefined && { span: { start, end } })}
          />
        )}
      </Shown>
    </Page>
  )
}

interface TextProps {
  readonly document: DocumentText
  readonly span?: { readonly start: number; readonly end: number }
}

/** A window of the text around the passage; the reader opens more of it. */
function Text({ document: { text, sections }, span }: TextProps): ReactNode {
  const w = useWords(words)
  const [shown, setShown] = useState(() => windowOf(text, span?.start ?? 0))
  const mark = useRef<HTMLElement>(null)
  const [goal, setGoal] = useState(span)
  useEffect(() => {
    mark.current?.scrollIntoView({ block: 'center' })
  }, [goal])
  const inside =
    goal === undefined
      ? null
      : { start: Math.max(goal.start, shown.start), end: Math.min(goal.end, shown.end) }
  return (
    <div className="space-y-4">
      {sections.length > 1 && (
        <details className="text-small">
          <summary className="text-soft">{w('contents')}</summary>
          <ul className="mt-2 grid gap-0.5">
            {sections.map((section) => (
              <li key={section.span.start} className={section.level > 1 ? 'ps-4' : ''}>
                <button
                  type="button"
                  className="text-start text-accent hover:underline"
                  onClick={() => {
                    setShown(windowOf(text, section.span.start))
                    setGoal({ start: section.span.start, end: section.span.start + section.heading.length })
                  }}
                >
                  {section.heading}
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
      <article
        aria-label={w('text')}
        className="rounded-large border border-line bg-sheet p-5 leading-7 whitespace-pre-wrap"
      >
        {shown.start > 0 && (
          <Button
            size="small"
            onClick={() => setShown({ ...shown, start: windowOf(text, shown.start - 20_000).start })}
          >
            {w('before')}
          </Button>
        )}
        {inside === null || inside.start >= inside.end ? (
          text.slice(shown.start, shown.end)
        ) : (
          <>
            {text.slice(shown.start, inside.start)}
            <mark ref={mark} className="rounded-small bg-mark text-ink">
              {text.slice(inside.start, inside.end)}
            </mark>
            {text.slice(inside.end, shown.end)}
          </>
        )}
        {shown.end < text.length && (
          <Button
            size="small"
            className="mt-3"
            onClick={() => setShown({ ...shown, end: windowOf(text, shown.end + 20_000).end })}
          >
            {w('after')}
          </Button>
        )}
      </article>
      <p className="text-tiny text-soft">
        {w('whole', { shown: shown.end - shown.start, total: text.length })}
      </p>
    </div>
  )
}
