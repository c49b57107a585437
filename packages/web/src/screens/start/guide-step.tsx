import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'
import { AskBox } from './ask-box.tsx'
import { markDone } from './progress.ts'

const words = defineWords('guide-step', {
  label: { en: 'Ask about Freehold', zh: '询问 Freehold 相关问题' },
  keys: { en: 'How do I create an API key?', zh: '如何创建 API 密钥？' },
  stored: { en: 'Where is my data stored?', zh: '数据存储在哪里？' },
  leaves: { en: 'What leaves the building, and how is it masked?', zh: '什么内容会离开系统，如何脱敏？' },
  none: {
    en: 'The guide is switched off in this installation (knowledge.guide). Go on with a file of your own.',
    zh: '此安装关闭了内置指南（knowledge.guide）。请直接用您自己的文件继续。',
  },
})

/** A first question, about the documents that come along. */
export function GuideStep(): ReactNode {
  const w = useWords(words)
  const collections = useQuery({
    queryKey: ['start', 'collections'],
    queryFn: () => server.collections.list(),
  })
  return (
    <Shown query={collections}>
      {({ data }) => {
        const guides = data.filter(({ name }) => name.startsWith('Freehold guide'))
        if (guides.length === 0) return <p className="text-small text-soft">{w('none')}</p>
        return (
          <AskBox
            label={w('label')}
            collections={guides.map(({ id }) => id)}
            questions={[w('keys'), w('stored'), w('leaves')]}
            onAnswered={() => markDone('guide')}
          />
        )
      }}
    </Shown>
  )
}
