import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Page } from '../../parts/page.tsx'

const words = defineWords('skills', {
  title: { en: 'Skills', zh: '技能' },
})

export function SkillsScreen(): ReactNode {
  const w = useWords(words)
  return <Page title={w('title')}>{null}</Page>
}
