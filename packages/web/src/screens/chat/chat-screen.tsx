import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Page } from '../../parts/page.tsx'

const words = defineWords('chat', {
  title: { en: 'Chat', zh: '对话' },
})

export function ChatScreen(): ReactNode {
  const w = useWords(words)
  return <Page title={w('title')}>{null}</Page>
}
