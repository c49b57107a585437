import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { tell, useNotice } from '../../session/notice.ts'

const words = defineWords('notice', {
  linked: {
    en: 'The account elsewhere is linked. You can sign in with it from now on.',
    zh: '外部账户已关联，今后可以用它登录。',
  },
  no_account: {
    en: 'That account elsewhere is not linked: it opens another account here, or it may not be used.',
    zh: '没有关联该外部账户：它属于这里的另一个账户，或者不允许使用。',
  },
  federated_login: {
    en: 'Nothing was linked: signing in elsewhere did not work. Try again.',
    zh: '没有关联任何账户：通过外部身份登录没有成功。请重试。',
  },
  dismiss: { en: 'Dismiss', zh: '知道了' },
})

const MEANT = ['no_account', 'federated_login'] as const

/** What became of the way to a provider elsewhere that was begun on this screen. */
export function NoticeBar(): ReactNode {
  const w = useWords(words)
  const notice = useNotice()
  if (notice === null) return null
  const code = notice.kind === 'refused' ? MEANT.find((one) => one === notice.error.code) : undefined
  return (
    <div className="flex flex-wrap items-center gap-3">
      <div className="min-w-0 grow">
        {notice.kind === 'linked' ? (
          <p role="status" className="rounded-medium border border-line bg-tint p-3 text-small">
            {w('linked')}
          </p>
        ) : (
          <Refused error={notice.error}>{code === undefined ? undefined : w(code)}</Refused>
        )}
      </div>
      <Button size="small" onClick={() => tell(null)}>
        {w('dismiss')}
      </Button>
    </div>
  )
}
