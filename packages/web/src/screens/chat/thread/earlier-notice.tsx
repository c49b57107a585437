import { LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import type { Earlier } from '../run/thread-state.ts'
import { earlierWords } from './earlier-words.ts'

interface NoticeProps {
  readonly earlier: Earlier
  readonly onRetry: () => void
}

/** Above the turns, over them: what is fetched moves nothing that is read. It is announced elsewhere. */
export function EarlierNotice({ earlier: { isLoading, error }, onRetry }: NoticeProps): ReactNode {
  const w = useWords(earlierWords)
  if (!isLoading && error === null) return null
  return (
    <div className="pointer-events-none absolute inset-x-0 top-2 flex justify-center px-4">
      <div className="pointer-events-auto flex items-center gap-2 rounded-full border border-line bg-sheet px-3 py-1 text-small text-soft shadow-raised">
        {isLoading ? (
          <>
            <LoaderCircle aria-hidden className="size-3.5 animate-spin" />
            {w('loading')}
          </>
        ) : (
          <>
            <span role="alert">{w('failed')}</span>
            <Button size="small" onClick={onRetry}>
              {w('retry')}
            </Button>
          </>
        )}
      </div>
    </div>
  )
}
