import type { SessionView } from '@freehold/sdk'
import { FreeholdError } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { defineWords, useWords } from '../language/words.ts'
import { Button } from '../parts/button.tsx'
import { Loading } from '../parts/state.tsx'
import { Refused } from '../refusal/refused.tsx'
import { router } from '../router.tsx'
import { onSessionEnded } from '../server.ts'
import { Authorise } from './authorise.tsx'
import { Door } from './door.tsx'
import { doorWords } from './door-words.ts'
import { EmergencyBar } from './emergency-bar.tsx'
import { EmergencyDoor } from './emergency-door.tsx'
import { dropTicket, takeEmergency, takeLink, takeNotice, takeTicket } from './link.ts'
import { tell, useNotice } from './notice.ts'
import { Porch } from './porch.tsx'
import { forgetPerson, SESSION_KEY, SessionContext, useComings, useStanding } from './session.ts'
import { useSignOut } from './sign-out.ts'

const words = defineWords('gate', {
  unreachable: { en: 'Freehold does not answer', zh: 'Freehold 没有响应' },
  unreachableHelp: {
    en: 'It may be starting or stopped. Look at the window where it was started, then try again.',
    zh: '它可能正在启动或已停止。请查看启动它的窗口，然后重试。',
  },
  barred: { en: 'You cannot come in just now', zh: '目前无法进入' },
  again: { en: 'Try again', zh: '重试' },
  unclaimed: { en: 'Waiting for its owner', zh: '等待所有者' },
  unclaimedHelp: {
    en: 'This Freehold has no owner yet. A one-time link was printed where it was started: look for “#claim=” in that window and open the link here.',
    zh: '这个 Freehold 还没有所有者。启动它的窗口里打印了一次性链接：请查找“#claim=”并在这里打开。',
  },
})

type Reason = 'ended' | 'again' | null

const firstLink = takeLink()
tell(takeNotice())
const firstTicket = takeTicket()
const isFirstEmergency = takeEmergency()

/** What the address brought, at the start and whenever somebody opens a further link in this window. */
function useBrought() {
  const [link, setLink] = useState(firstLink)
  const [ticket, setTicket] = useState(firstTicket)
  const [isEmergency, setEmergency] = useState(isFirstEmergency)
  useEffect(() => {
    const look = (): void => {
      const next = takeLink()
      if (next !== null) setLink(next)
      setTicket(takeTicket())
      if (takeEmergency()) setEmergency(true)
    }
    addEventListener('hashchange', look)
    return () => removeEventListener('hashchange', look)
  }, [])
  return {
    link,
    ticket,
    isEmergency,
    leaveEmergency: () => setEmergency(false),
    dropLink: () => setLink(null),
    dropTicket: () => {
      dropTicket()
      setTicket(null)
    },
  }
}

/** Lets in who is signed in, and shows everybody else the door that is theirs. */
export function Gate({ children }: { readonly children: ReactNode }): ReactNode {
  const w = useWords(words)
  const d = useWords(doorWords)
  const queries = useQueryClient()
  const { standing, retry } = useStanding()
  const { enter } = useComings()
  const signOut = useSignOut()
  const { link, ticket, ...brought } = useBrought()
  const notice = useNotice()
  const [reason, setReason] = useState<Reason>(null)

  useEffect(
    () =>
      onSessionEnded(() => {
        if (!queries.getQueryData(SESSION_KEY)) return
        setReason('ended')
        forgetPerson(queries)
      }),
    [queries],
  )

  const isInside = standing.at === 'inside'
  // Where somebody is in already, what became of linking is told on the screen where it was begun.
  useEffect(() => {
    if (isInside && notice !== null) void router.navigate({ to: '/account', replace: true })
  }, [isInside, notice])

  if (standing.at === 'loading')
    return (
      <div className="grid h-full place-items-center p-6">
        <Loading />
      </div>
    )
  if (standing.at === 'unreachable') {
    const isRefused = standing.error instanceof FreeholdError && (standing.error.status ?? 500) < 500
    return (
      <Porch
        title={w(isRefused ? 'barred' : 'unreachable')}
        {...(!isRefused && { lead: w('unreachableHelp') })}
      >
        <div className={isRefused ? 'mt-4 space-y-4' : 'space-y-4'}>
          <Refused error={standing.error} />
          <Button look="primary" onClick={retry}>
            {w('again')}
          </Button>
        </div>
      </Porch>
    )
  }
  if (standing.at === 'unclaimed' && link?.way !== 'claim')
    return <Porch title={w('unclaimed')} lead={w('unclaimedHelp')} />
  const isClaim = link?.way === 'claim'
  const open = link?.way === 'join' || (isClaim && standing.at === 'unclaimed') ? link : null
  if (standing.at === 'inside' && open === null) {
    if (ticket === null) return <Inside session={standing.session}>{children}</Inside>
    const again = async (isWanted: boolean): Promise<void> => {
      setReason(isWanted ? 'again' : null)
      await signOut()
    }
    return (
      <SessionContext value={standing.session}>
        <Authorise ticket={ticket} onHome={brought.dropTicket} onAgain={(isWanted) => void again(isWanted)} />
      </SessionContext>
    )
  }
  const come = (session: SessionView): void => {
    // Whoever has just become the owner is shown what works already.
    if (open?.way === 'claim') void router.navigate({ to: '/start', replace: true })
    brought.dropLink()
    brought.leaveEmergency()
    setReason(null)
    tell(null)
    enter(session)
  }
  if (brought.isEmergency && open === null)
    return <EmergencyDoor onEnter={come} onBack={brought.leaveEmergency} />
  const why = reason ?? (isClaim ? 'claimUsed' : ticket === null ? null : 'first')
  const refusal = notice?.kind === 'refused' ? notice.error : null
  return (
    <Door
      key={open?.token ?? 'door'}
      link={open}
      {...(why !== null && open === null && { notice: d(why) })}
      refusal={refusal}
      onEnter={come}
      onLeaveLink={brought.dropLink}
    />
  )
}

function Inside({
  session,
  children,
}: {
  readonly session: SessionView
  readonly children: ReactNode
}): ReactNode {
  return (
    <SessionContext value={session}>
      {session.breakGlass === null ? (
        children
      ) : (
        <div className="flex h-full flex-col">
          <EmergencyBar notice={session.breakGlass} />
          <div className="min-h-0 grow">{children}</div>
        </div>
      )}
    </SessionContext>
  )
}
