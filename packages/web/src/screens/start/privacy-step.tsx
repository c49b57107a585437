import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { TextLink } from '../../parts/button.tsx'
import { TextArea } from '../../parts/field.tsx'
import { server } from '../../server.ts'
import { Playground } from '../trust/playground.tsx'
import { Whither } from '../trust/whither.tsx'
import { markDone } from './progress.ts'

const words = defineWords('privacy-step', {
  text: { en: 'Paste something you would not want to give away', zh: '粘贴一些您不愿外泄的内容' },
  sample: {
    en: 'Please answer Anna Lindqvist (anna.lindqvist@example.org, +46 70 740 61 22): her card 4111 1111 1111 1111 was charged twice.',
    zh: '请回复张伟（zhangwei@example.org，13800138000，身份证 11010519491231002X）：他的银行卡 4111 1111 1111 1111 被重复扣款。',
  },
  marked: { en: 'What was found in it', zh: '其中发现的内容' },
  goes: { en: 'Where it would go', zh: '会发往哪里' },
  more: { en: 'More in the simulator', zh: '在模拟器中查看更多' },
  help: {
    en: 'Nothing is sent or kept while you try. Replaced values are put back into the answer.',
    zh: '试用时不会发送或保存任何内容。被替换的值会在答案中还原。',
  },
})

/** A text with its personal data marked, where it would go, and the body that would leave. */
export function PrivacyStep(): ReactNode {
  const w = useWords(words)
  const [text, setText] = useState(w('sample'))
  const [rested, setRested] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), 400)
    return () => clearTimeout(timer)
  }, [text])
  const explained = useQuery({
    queryKey: ['start', 'explain', rested],
    queryFn: async ({ signal }) => {
      const found = await server.routes.explain({ messages: [{ role: 'user', content: rested }] }, { signal })
      markDone('privacy')
      return found
    },
    placeholderData: (before) => before,
  })
  return (
    <div className="space-y-4">
      <TextArea
        label={w('text')}
        help={w('help')}
        value={text}
        maxLength={100_000}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <h3 className="text-small font-medium">{w('marked')}</h3>
      <Playground text={rested} />
      <h3 className="text-small font-medium">{w('goes')}</h3>
      <Whither query={explained} />
      <p className="text-small">
        <TextLink to="/trust/simulator">{w('more')}</TextLink>
      </p>
    </div>
  )
}
