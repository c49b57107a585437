import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { FreeholdError } from '@freehold/sdk'
import type { Citation, SharedView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { day } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { ClassChip } from '../../../parts/chip.tsx'
import { cx } from '../../../parts/class-names.ts'
import { Moment } from '../../../parts/moment.tsx'
import { Page } from '../../../parts/page.tsx'
import { Empty, Shown } from '../../../parts/state.tsx'
import { server } from '../../../server.ts'
import { Markdown } from '../markdown/markdown.tsx'

const words = defineWords('shared', {
  title: { en: 'A shared conversation', zh: '分享的对话' },
  lead: { en: 'Somebody here shared it with you, until {date}.', zh: '由内部人员分享，有效至 {date}。' },
  question: { en: 'Question', zh: '提问' },
  answer: { en: 'Answer', zh: '回答' },
  stopped: { en: 'It was stopped here.', zh: '回答在此处被停止。' },
  sources: { en: 'Sources', zh: '来源' },
  gone: { en: 'This is not shared any more', zh: '此分享已失效' },
  goneLead: {
    en: 'It has run out, was taken back, or is above the class that you may read.',
    zh: '它已过期、已被收回，或者超出您可读取的密级。',
  },
})

/** What somebody of the tenant shared: read, and nothing else. */
export function SharedScreen(): ReactNode {
  const w = useWords(words)
  const { token } = useParams({ strict: false })
  const query = useQuery({
    queryKey: ['shared', token],
    queryFn: () => server.shares.read(token ?? ''),
  })
  const isGone =
    query.error instanceof FreeholdError &&
    ['not_found', 'invalid', 'above_ceiling'].includes(query.error.code)
  if (isGone)
    return (
      <Page title={w('title')}>
        <Empty title={w('gone')}>{w('goneLead')}</Empty>
      </Page>
    )
  const { data } = query
  return (
    <Page
      title={data?.title ?? w('title')}
      lead={data && w('lead', { date: day(data.expiresAt) })}
      actions={data && <ClassChip of={data.class} />}
    >
      <Shown query={query}>{(shared) => <Messages messages={shared.messages} />}</Shown>
    </Page>
  )
}

/** Whoever reads a share may not read the documents: they are named below. */
const NO_CITATIONS: readonly Citation[] = []

function Messages({ messages }: Pick<SharedView, 'messages'>): ReactNode {
  const w = useWords(words)
  return (
    <ol className="space-y-5">
      {messages.map(({ role, status, text, citations, createdAt }, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- it never changes
        <li key={at} className={cx('space-y-1.5', role === 'user' && 'rounded-large bg-sunk p-4')}>
          <p className="flex gap-2 text-small text-soft">
            <span className="font-medium">{w(role === 'user' ? 'question' : 'answer')}</span>
            <Moment at={createdAt} />
          </p>
          {role === 'user' ? (
            <p className="whitespace-pre-wrap">{text}</p>
          ) : (
            <Markdown text={text} isOpen={false} citations={NO_CITATIONS} />
          )}
          {status === 'stopped' && <p className="text-small text-caution">{w('stopped')}</p>}
          {citations.length > 0 && (
            <p className="text-small text-soft">
              {w('sources')}: {citations.map(({ n, title }) => `[${n}] ${title}`).join(', ')}
            </p>
          )}
        </li>
      ))}
    </ol>
  )
}
