import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Panel } from '../../parts/panel.tsx'
import { notify } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { saveLines } from './lines-file.ts'

const words = defineWords('own-data', {
  title: { en: 'Your data', zh: '您的数据' },
  lead: {
    en: 'Everything that is held of you, opened, as lines of JSON: conversations, files, requests, what is on record. That you took it stands on record, too.',
    zh: '系统保存的关于您的一切，解密后以 JSON 行的形式给出：对话、文件、请求、审计记录。导出本身也会留下记录。',
  },
  take: { en: 'Download everything', zh: '下载全部' },
  taken: {
    en: '{count, plural, one {One line was saved.} other {# lines were saved.}}',
    zh: '已保存 {count} 行。',
  },
})

export function DataPanel(): ReactNode {
  const w = useWords(words)
  const taking = useMutation({
    mutationFn: async () =>
      saveLines('freehold-my-data.jsonl', await server.people.exportOwn({ timeoutMs: 0 })),
    onSuccess: (count) => notify(w('taken', { count })),
  })
  return (
    <Panel title={w('title')} lead={w('lead')}>
      <Button
        icon={<Download aria-hidden className="size-4" />}
        isBusy={taking.isPending}
        onClick={() => taking.mutate()}
      >
        {w('take')}
      </Button>
      {taking.error !== null && <Refused error={taking.error} />}
    </Panel>
  )
}
