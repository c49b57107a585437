import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { DocumentText, Span } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { ClassChip } from '../../parts/chip.tsx'
import { Page } from '../../parts/page.tsx'
import { PlainText } from '../../parts/plain-text.tsx'
import { Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'

const words = defineWords('document', {
  document: { en: 'Document', zh: '文档' },
  back: { en: 'To the collection', zh: '返回知识集' },
  contents: { en: 'Contents', zh: '目录' },
  text: { en: 'Text as it was read', zh: '读出的文字' },
  length: {
    en: '{count, plural, one {# character} other {# characters}}',
    zh: '{count} 个字符',
  },
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
  const span = useMemo(() => (start === undefined || end === undefined ? null : { start, end }), [start, end])
  return (
    <Page
      title={document.data?.title ?? w('document')}
      back={{ to: `/knowledge/${collection}`, title: w('back') }}
      isFilled
      lead={
        document.data && (
          <span className="flex flex-wrap items-center gap-2 text-small">
            <ClassChip of={document.data.class} />
            {w('length', { count: document.data.text.length })}
          </span>
        )
      }
    >
      <Shown query={document}>{(data) => <Text document={data} span={span} />}</Shown>
    </Page>
  )
}

interface TextProps {
  readonly document: DocumentText
  readonly span: Span | null
}

/** The text, and the way to each of its headings: a heading is a passage like any other. */
function Text({ document: { text, sections }, span }: TextProps): ReactNode {
  const w = useWords(words)
  const navigate = useNavigate({ from: '/knowledge/$collection/$document' })
  return (
    <>
      {sections.length > 1 && (
        <details className="shrink-0 text-small">
          <summary className="text-soft">{w('contents')}</summary>
          <ul className="mt-2 grid max-h-48 gap-0.5 overflow-y-auto">
            {sections.map(({ span: { start }, heading, level }) => (
              <li key={start} className={level > 1 ? 'ps-4' : ''}>
                <button
                  type="button"
                  className="min-h-6 text-start text-accent hover:underline"
                  onClick={() =>
                    void navigate({ search: { start, end: start + heading.length }, replace: true })
                  }
                >
                  {heading}
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
      <div className="flex min-h-0 grow flex-col rounded-large border border-line bg-sheet p-1">
        <PlainText text={text} span={span} label={w('text')} />
      </div>
    </>
  )
}
