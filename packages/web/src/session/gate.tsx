import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { defineWords, useWords } from '../language/words.ts'
import { Button } from '../parts/button.tsx'
import { Loading } from '../parts/state.tsx'
import { Refused } from '../refusal/refused.tsx'
import { onSessionEnded } from '../server.ts'
import { Door } from './door.tsx'
import { takeLink } from './link.ts'
import { Porch } from './porch.tsx'
import { forgetPerson, SESSION_KEY, SessionContext, useComings, useStanding } from './session.ts'

const words = defineWords('gate', {
  unreachable: { en: 'Freehold does not answer', zh: 'Freehold 没有响应' },
  unreachableHelp: {
    en: 'It may be starting or stopped. Look at the window where it was started, then try again.',
    zh: '它可能正在启动或已停止。请查看启动它的窗口，然后重试。',
  },
  again: { en: 'Try again', zh: '重试' },
  unclaimed: { en: 'Waiting for its owner', zh: '等待所有者' },
  unclaimedHelp: {
    en: 'This Freehold has no owner yet. A one-time link was printed where it was started: look for “#claim=” in that window and open the link here.',
    zh: '这个 Freehold 还没有所有者。启动它的窗口里打印了一次性链接：请查找“#claim=”并在这里打开。',
  },
  ended: { en: 'Your session has ended. Sign in to go on.', zh: '会话已结束，请重新登录。' },
})

const firstLink = takeLink()

/** Lets in who is signed in, and shows everybody else the door that is theirs. */
export function Gate({ children }: { readonly children: ReactNode }): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const { standing, retry } = useStanding()
  const { enter } = useComings()
  const [link, setLink] = useState(firstLink)
  const [isEnded, setEnded] = useState(false)

  useEffect(
    () =>
      onSessionEnded(() => {
        if (!queries.getQueryData(SESSION_KEY)) return
        setEnded(true)
        forgetPerson(queries)
      }),
    [queries],
  )

  if (standing.at === 'loading')
    return (
      <div className="p-6">
        <Loading />
      </div>
    )
  if (standing.at === 'unreachable')
    return (
      <Porch title={w('unreachable')} lead={w('unreachableHelp')}>
        <div className="space-y-4">
          <Refused error={standing.error} />
          <Button look="primary" onClick={retry}>
            {w('again')}
          </Button>
        </div>
      </Porch>
    )
  if (standing.at === 'inside' && link === null)
    return <SessionContext value={standing.session}>{children}</SessionContext>
  if (standing.at === 'unclaimed' && link?.way !== 'claim')
    return <Porch title={w('unclaimed')} lead={w('unclaimedHelp')} />
  return (
    <Door
      key={link?.way ?? 'door'}
      link={link}
      {...(isEnded && { notice: w('ended') })}
      onEnter={(session) => {
        setLink(null)
        setEnded(false)
        enter(session)
      }}
    />
  )
}
