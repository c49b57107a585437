import type { ReactNode } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { TextLink } from '../parts/button.tsx'
import { Page } from '../parts/page.tsx'

const words = defineWords('not-found', {
  title: { en: 'Nothing is here', zh: '这里什么也没有' },
  lead: {
    en: 'The address is wrong, or what stood here was removed.',
    zh: '地址有误，或者原来的内容已被删除。',
  },
  home: { en: 'To the chat', zh: '前往对话' },
})

export function NotFound(): ReactNode {
  const w = useWords(words)
  return (
    <Page title={w('title')} lead={w('lead')}>
      <TextLink to="/chat">{w('home')}</TextLink>
    </Page>
  )
}
