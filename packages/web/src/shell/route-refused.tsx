import type { ErrorComponentProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { Page } from '../parts/page.tsx'
import { Refused } from '../refusal/refused.tsx'

const words = defineWords('route-refused', {
  title: { en: 'This screen does not work just now', zh: '此页面暂时无法使用' },
})

/** In place of a screen that failed; everything around it goes on. */
export function RouteRefused({ error, reset }: ErrorComponentProps): ReactNode {
  const w = useWords(words)
  return (
    <Page title={w('title')}>
      <Refused error={error} onRetry={reset} />
    </Page>
  )
}
