import { useQuery } from '@tanstack/react-query'
import { FreeholdError } from '@freehold/sdk'
import type { DataClass, Span } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { ClassChip } from '../../../parts/chip.tsx'
import { PlainText } from '../../../parts/plain-text.tsx'
import { Loading } from '../../../parts/state.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
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
