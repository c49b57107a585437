import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { useRested } from '../../../rested.ts'
import { server } from '../../../server.ts'
import { findingWords } from './finding-words.ts'
import type { Sought } from './marks.ts'

const WAIT_MS = 200
const MOST = 1000

interface FindBarProps {
  readonly conversation: string
  /** Goes up whenever somebody asks to find something. */
  readonly asked: number
  readonly onSought: (sought: Sought | undefined) => void
  readonly onClose: () => void
}

/** Finds what was said in a conversation of which only a part is in the page, and goes from one message to the next. */
export function FindBar({ conversation, asked, onSought, onClose }: FindBarProps): ReactNode {
  const w = useWords(findingWords)
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const text = useRested(typed.trim(), WAIT_MS)
  const { data, error, refetch } = useQuery({
    queryKey: ['finding', conversation, text],
    enabled: text !== '',
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => server.conversations.find(conversation, { text, limit: MOST }, { signal }),
  })
  const found = text === '' ? undefined : data
  const hits = found?.hits ?? []
  // The newest comes first, as one looks for what was said a while ago from the end.
  const [at, setAt] = useState(0)
  const place = Math.min(at, Math.max(hits.length - 1, 0))
  const go = (next: number): void => {
    const hit = hits[(next + hits.length) % hits.length]
    if (hit === undefined) return
    setAt((next + hits.length) % hits.length)
    onSought({ message: hit.message, text })
  }
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [asked])
  // Whoever stepped on keeps the place: only what else was found is gone to.
  const goToNewest = useEffectEvent((of: typeof found) => {
    setAt(0)
    const [newest] = of?.hits ?? []
    onSought(newest && { message: newest.message, text })
  })
  useEffect(() => goToNewest(found), [found])
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') onClose()
    else if (event.key === 'Enter' && event.target === field.current) go(place + (event.shiftKey ? -1 : 1))
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const count = hits.length
  return (
    <search onKeyDown={press} className="border-b border-line bg-sheet">
      <div className="flex items-center gap-2 ps-4 pe-2 py-1 wide:ps-8 wide:pe-4">
        <input
          ref={field}
          type="search"
          dir="auto"
          value={typed}
          maxLength={500}
          aria-label={w('field')}
          placeholder={w('field')}
          onChange={(event) => setTyped(event.target.value)}
          className="h-8 min-w-0 grow rounded-medium border border-edge bg-sheet px-2.5 [&::-webkit-search-cancel-button]:hidden"
        />
        <p role="status" className="shrink-0 text-small text-soft">
          {found === undefined
            ? ''
            : count === 0
              ? w('none')
              : w(found.complete ? 'place' : 'placeOfMore', { at: place + 1, count })}
        </p>
        <IconButton size="small" label={w('previous')} disabled={count === 0} onClick={() => go(place + 1)}>
          <ChevronUp aria-hidden className="size-4" />
        </IconButton>
        <IconButton size="small" label={w('next')} disabled={count === 0} onClick={() => go(place - 1)}>
          <ChevronDown aria-hidden className="size-4" />
        </IconButton>
        <IconButton size="small" label={w('close')} onClick={onClose}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </div>
      {error !== null && (
        <div className="px-4 pb-2 wide:px-8">
          <Refused error={error} onRetry={() => void refetch()} />
        </div>
      )}
    </search>
  )
}
