import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Page } from '../../parts/page.tsx'

const words = defineWords('admin', {
  title: { en: 'Administration', zh: '管理' },
})

export function AdminScreen(): ReactNode {
  const w = useWords(words)
  return <Page title={w('title')}>{null}</Page>
}
