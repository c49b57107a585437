import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Page } from '../../parts/page.tsx'

const words = defineWords('start', {
  title: { en: 'Start', zh: '开始' },
})

export function StartScreen(): ReactNode {
  const w = useWords(words)
  return <Page title={w('title')}>{null}</Page>
}
