import { Link2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button, TextLink } from '../../parts/button.tsx'
import { notify, notifyRefusal } from '../../parts/toast.tsx'
import { useMay } from '../../session/session.ts'

const words = defineWords('record-ways', {
  why: { en: 'Why?', zh: '为什么？' },
  copy: { en: 'Copy a link for your administrator', zh: '复制链接发给管理员' },
  copied: {
    en: 'Copied. It shows the record of the request, and nothing that you wrote.',
    zh: '已复制。链接只显示请求记录，不含您写的内容。',
  },
})

/** Ways from a refusal to what stands on record of it: for whoever asked, and for whoever is asked to help. */
export function RecordWays({ request }: { readonly request: string }): ReactNode {
  const w = useWords(words)
  const path = `/trust/requests/${request}`
  const copy = (): void =>
    void navigator.clipboard.writeText(location.origin + path).then(() => notify(w('copied')), notifyRefusal)
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 pt-1">
      {useMay()('requests') && <TextLink to={path}>{w('why')}</TextLink>}
      <Button size="small" icon={<Link2 aria-hidden className="size-4" />} onClick={copy}>
        {w('copy')}
      </Button>
    </div>
  )
}
