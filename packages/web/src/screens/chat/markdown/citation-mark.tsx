import { HoverCard } from 'radix-ui'
import { useQuery } from '@tanstack/react-query'
import type { Citation } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useContext, useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { server } from '../../../server.ts'
import { openPassage } from '../pane/passage.ts'
import { CitationsContext, placeOf } from './citations.ts'

const words = defineWords('citation', {
  open: { en: 'Source {n}: {title}', zh: '来源 {n}：{title}' },
  gone: { en: 'This source cannot be read any more.', zh: '此来源已无法读取。' },
  show: { en: 'Press to read it in the document', zh: '点按即可在文档中查看' },
})

/** A mark `[n]` of an answer: a button that leads to the words it stands on. */
export function CitationMark({ n }: { readonly n: number }): ReactNode {
  const citations = useContext(CitationsContext)
  const citation = citations.get(n)
  const w = useWords(words)
  const [isOpen, setOpen] = useState(false)
  if (citation === undefined) return `[${n}]`
  return (
    <HoverCard.Root openDelay={150} closeDelay={100} open={isOpen} onOpenChange={setOpen}>
      <HoverCard.Trigger asChild>
        <button
          type="button"
          aria-label={w('open', { n, title: citation.title })}
          onClick={() => openPassage(citation, [...citations.values()])}
          className="mx-px inline-grid min-w-5 -translate-y-0.5 place-items-center rounded-full bg-tint px-1 text-tiny leading-5 font-medium text-accent hover:bg-mark"
        >
          {n}
        </button>
      </HoverCard.Trigger>
      <HoverCard.Portal>
        <HoverCard.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 w-80 max-w-[calc(100vw-1rem)] space-y-1.5 rounded-medium border border-line bg-sheet p-3 text-small text-ink shadow-raised"
        >
          {isOpen && <Passage citation={citation} />}
          <p className="text-tiny text-soft">{w('show')}</p>
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  )
}

const LONGEST_SHOWN = 400

function Passage({ citation }: { readonly citation: Citation }): ReactNode {
  const w = useWords(words)
  const { data, error } = useQuery({
    queryKey: ['chat', 'cited', citation.collectionId, citation.documentId],
    queryFn: () => readCited(citation),
    staleTime: Infinity,
  })
  const { start, end } = citation.span
  const quoted = data?.text.slice(start, end).trim() ?? ''
  const place = placeOf(citation)
  return (
    <>
      <p className="font-medium">{citation.title}</p>
      {place !== '' && <p className="text-tiny text-soft">{place}</p>}
      {error ? (
        <p>{w('gone')}</p>
      ) : (
        <blockquote className="min-h-10 border-s-2 border-accent ps-2 font-display" dir="auto">
          {quoted.length > LONGEST_SHOWN ? `${quoted.slice(0, LONGEST_SHOWN)}…` : quoted}
        </blockquote>
      )}
    </>
  )
}

/** The text that the span of a citation points into. */
const readCited = async (citation: Citation): Promise<{ readonly text: string }> =>
  citation.attachment
    ? server.attachments.text(citation.documentId)
    : server.documents.text(citation.documentId, { collection: citation.collectionId })
