import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Page } from '../../parts/page.tsx'

const words = defineWords('trust', {
  title: { en: 'Trust', zh: '信任' },
})

export function TrustScreen(): ReactNode {
  const w = useWords(words)
  return <Page title={w('title')}>{null}</Page>
}
