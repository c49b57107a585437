import type { AskedView } from '@freehold/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { Button } from '../parts/button.tsx'
import { useTitle } from '../parts/page.tsx'
import { Loading } from '../parts/state.tsx'
import { Refused } from '../refusal/refused.tsx'
import { server } from '../server.ts'
import { dropTicket } from './link.ts'
import { Porch } from './porch.tsx'
import { useSession } from './session.ts'

const words = defineWords('authorise', {
  title: { en: 'Sign in to {name}?', zh: '登录到 {name}？' },
  lead: {
    en: '{name} asks who you are, and takes you back to {host}. It learns this, and nothing else:',
    zh: '{name} 想知道您是谁，之后会把您带回 {host}。它只会得知以下内容：',
  },
  sign: {
    en: 'That you are the same person each time, and when and how you signed in',
    zh: '每次都是同一个人，以及您何时、以何种方式登录',
  },
  name: { en: 'Your name:', zh: '您的姓名：' },
  email: { en: 'Your e-mail address:', zh: '您的电子邮箱：' },
  groups: { en: 'Your groups:', zh: '您的群组：' },
  resource: { en: 'It may act in your name for five minutes at:', zh: '五分钟内它可以以您的名义访问：' },
  lasting: {
    en: 'Until you end it under “Account and sign-in”, or this session ends, it may act in your name at:',
    zh: '在您于“账户与登录”中结束它或本次会话结束之前，它可以以您的名义访问：',
  },
  as: { en: 'You are {name}.', zh: '您是 {name}。' },
  other: { en: 'I am somebody else', zh: '我是其他人' },
  allow: { en: 'Allow', zh: '允许' },
  refuse: { en: 'Refuse', zh: '拒绝' },
  failed: { en: 'You were not signed in to the application', zh: '没有登录到该应用' },
  home: { en: 'Go to Freehold', zh: '前往 Freehold' },
})

interface AuthoriseProps {
  readonly ticket: string
  /** Goes into the house instead. */
  readonly onHome: () => void
  /** Has the person sign in anew; `isWanted`: the application insists on it. */
  readonly onAgain: (isWanted: boolean) => void
}

/** Asks whoever is signed in whether an application may know who they are. */
export function Authorise({ ticket, onHome, onAgain }: AuthoriseProps): ReactNode {
  const w = useWords(words)
  const asked = useQuery({
    queryKey: ['authorise', ticket],
    queryFn: () => server.authorisations.read({ ticket }),
    staleTime: Infinity,
  })
  const decision = useMutation({
    mutationFn: (allow: boolean) => server.authorisations.decide({ ticket, allow }),
    onSuccess({ location: next }) {
      dropTicket()
      location.assign(next)
    },
  })
  const isAgain = asked.data?.again === true
  useEffect(() => {
    if (isAgain) onAgain(true)
    // The way out is the same however often it is drawn.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isAgain])
  const name = asked.data?.application.name ?? ''
  const failure = asked.error ?? decision.error
  useTitle(failure ? w('failed') : w('title', { name }))

  if (failure)
    return (
      <Porch title={w('failed')}>
        <div className="mt-4 space-y-4">
          <Refused error={failure} />
          <Button look="primary" onClick={onHome}>
            {w('home')}
          </Button>
        </div>
      </Porch>
    )
  if (asked.data === undefined || isAgain) return <Loading />
  return (
    <Porch title={w('title', { name })} lead={w('lead', { name, host: asked.data.host })}>
      <div id="authorise" className="space-y-5">
        <Told asked={asked.data} />
        <As onOther={() => onAgain(false)} />
        <div className="flex gap-2">
          <Button look="primary" isBusy={decision.isPending} onClick={() => decision.mutate(true)}>
            {w('allow')}
          </Button>
          <Button disabled={decision.isPending} onClick={() => decision.mutate(false)}>
            {w('refuse')}
          </Button>
        </div>
      </div>
    </Porch>
  )
}

/** What the application would learn, as it would learn it. */
function Told({ asked: { tells, resource, lasts } }: { readonly asked: AskedView }): ReactNode {
  const w = useWords(words)
  const facts = [
    ['name', tells.name],
    ['email', tells.email],
    ['groups', tells.groups === null || tells.groups.length === 0 ? null : tells.groups.join(' · ')],
    [lasts ? 'lasting' : 'resource', resource],
  ] as const
  return (
    <ul className="list-disc space-y-1 ps-5">
      <li>{w('sign')}</li>
      {facts.map(
        ([key, value]) =>
          value !== null && (
            <li key={key}>
              <span className="text-soft">{w(key)}</span> {value}
            </li>
          ),
      )}
    </ul>
  )
}

function As({ onOther }: { readonly onOther: () => void }): ReactNode {
  const w = useWords(words)
  const { caller } = useSession()
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-small text-soft">
      {w('as', { name: caller.name ?? '' })}
      <Button size="small" look="quiet" onClick={onOther}>
        {w('other')}
      </Button>
    </p>
  )
}
