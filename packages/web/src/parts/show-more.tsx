import type { ReactNode } from 'react'
import type { Keyset } from '../keyset.ts'
import { defineWords, useWords } from '../language/words.ts'
import { Refused } from '../refusal/refused.tsx'
import { Button } from './button.tsx'

const words = defineWords('show-more', {
  more: { en: 'Show more', zh: '显示更多' },
})

/** Below a list: its next page, where there is one, and why that did not come. */
export function ShowMore({ query }: Pick<Keyset<unknown>, 'query'>): ReactNode {
  const w = useWords(words)
  return (
    <>
      {query.error !== null && <Refused error={query.error} onRetry={() => void query.fetchNextPage()} />}
      {query.hasNextPage && (
        <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {w('more')}
        </Button>
      )}
    </>
  )
}
