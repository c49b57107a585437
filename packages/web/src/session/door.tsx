import { FreeholdError } from '@freehold/sdk'
import type { SessionView } from '@freehold/sdk'
import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { Button } from '../parts/button.tsx'
import { TextField } from '../parts/field.tsx'
import { useTitle } from '../parts/page.tsx'
import { Refused } from '../refusal/refused.tsx'
import { server } from '../server.ts'
import type { EntryLink } from './link.ts'
import { Porch } from './porch.tsx'

const words = defineWords('door', {
  claimTitle: { en: 'This house is yours', zh: '这套系统归您所有' },
  claimLead: {
    en: 'You hold the one-time link, so you become the owner. Choose the name and password you will sign in with. They are kept on this machine only.',
    zh: '您持有一次性链接，因此将成为所有者。请选择用于登录的名称和密码，它们只保存在本机。',
  },
  claimSend: { en: 'Claim Freehold', zh: '认领 Freehold' },
  joinTitle: { en: 'You are invited', zh: '您受到邀请' },
  joinLead: {
    en: 'This link lets you in once. Choose the password you will sign in with. The one who invited you does not learn it.',
    zh: '此链接可让您进入一次。请选择登录密码，邀请您的人不会知道它。',
  },
  joinSend: { en: 'Come in', zh: '进入' },
  signInTitle: { en: 'Welcome back', zh: '欢迎回来' },
  signInLead: { en: 'Sign in to go on.', zh: '请登录以继续。' },
  signInSend: { en: 'Sign in', zh: '登录' },
  name: { en: 'Name', zh: '名称' },
  nameHelp: { en: 'Leave it empty if you were invited by name.', zh: '如果邀请时已写明名称，可以留空。' },
  password: { en: 'Password', zh: '密码' },
  passwordHelp: {
    en: 'At least 15 characters: four or five words make a good one.',
    zh: '至少 15 个字符，四五个词就很好。',
  },
  show: { en: 'Show', zh: '显示' },
  hide: { en: 'Hide', zh: '隐藏' },
  code: { en: 'Code', zh: '验证码' },
  codeHelp: {
    en: 'The six digits that your authenticator app shows, or a recovery code.',
    zh: '身份验证器应用显示的六位数字，或一个恢复码。',
  },
  nameMissing: { en: 'Enter your name.', zh: '请输入名称。' },
  passwordMissing: { en: 'Enter your password.', zh: '请输入密码。' },
  passwordShort: {
    en: '{count, plural, one {One more character} other {# more characters}}, please.',
    zh: '还差 {count} 个字符。',
  },
})

type Way = 'claim' | 'join' | 'signIn'
const SHORTEST = 15

interface DoorProps {
  /** The one-time link that led here; none: somebody signs in. */
  readonly link: EntryLink | null
  /** Why the person stands outside again, where they did not leave by themselves. */
  readonly notice?: string
  readonly onEnter: (session: SessionView) => void
}

/** One form for claiming, for coming in by invitation and for signing in. */
export function Door({ link, notice, onEnter }: DoorProps): ReactNode {
  const way: Way = link?.way ?? 'signIn'
  const w = useWords(words)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [isCodeAsked, setCodeAsked] = useState(false)
  const [isShown, setShown] = useState(false)
  const [isSent, setSent] = useState(false)
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: null,
  })
  useTitle(w(`${way}Title`))

  const nameWrong = way !== 'join' && name.trim() === '' ? w('nameMissing') : ''
  const missing = SHORTEST - password.length
  const passwordWrong =
    way === 'signIn'
      ? password === ''
        ? w('passwordMissing')
        : ''
      : missing > 0
        ? w('passwordShort', { count: missing })
        : ''

  const open = (): Promise<SessionView> => {
    const named = name.trim()
    if (link?.way === 'claim') return server.owner.claim({ token: link.token, name: named, password })
    const sent = code.trim() === '' ? {} : { code: code.trim() }
    if (link?.way === 'join')
      return server.invitations.accept({
        token: link.token,
        ...(link.tenant !== '' && { tenant: link.tenant }),
        ...(named !== '' && { name: named }),
        password,
        ...sent,
      })
    return server.sessions.open({ name: named, password, ...sent })
  }

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setSent(true)
    if (nameWrong !== '' || passwordWrong !== '' || state.isBusy) {
      document.querySelector<HTMLInputElement>(nameWrong === '' ? '#password' : '#name')?.focus()
      return
    }
    setState({ isBusy: true, error: null })
    try {
      onEnter(await open())
    } catch (error) {
      const isAsked = error instanceof FreeholdError && error.code === 'second_factor'
      setState({ isBusy: false, error: isAsked && !isCodeAsked ? null : error })
      if (isAsked) setCodeAsked(true)
    }
  }

  return (
    <Porch title={w(`${way}Title`)} lead={w(`${way}Lead`)}>
      {notice !== undefined && (
        <p role="status" className="mb-4 rounded-medium bg-caution-tint p-3 text-small">
          {notice}
        </p>
      )}
      <form method="post" noValidate className="space-y-4" onSubmit={(event) => void submit(event)}>
        <TextField
          id="name"
          name="username"
          label={w('name')}
          {...(way === 'join' && { help: w('nameHelp') })}
          error={isSent ? nameWrong : ''}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={128}
          autoFocus
        />
        <div className="relative">
          <TextField
            id="password"
            name="password"
            label={w('password')}
            {...(way !== 'signIn' && { help: w('passwordHelp') })}
            error={isSent ? passwordWrong : ''}
            type={isShown ? 'text' : 'password'}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete={way === 'signIn' ? 'current-password' : 'new-password'}
            maxLength={256}
            className="pe-20"
          />
          <div className="absolute end-1 top-7">
            <Button
              size="small"
              look="quiet"
              onClick={() => setShown(!isShown)}
              aria-label={`${w(isShown ? 'hide' : 'show')}: ${w('password')}`}
            >
              {w(isShown ? 'hide' : 'show')}
            </Button>
          </div>
        </div>
        {isCodeAsked && (
          <TextField
            id="code"
            label={w('code')}
            help={w('codeHelp')}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={32}
            autoFocus
          />
        )}
        {state.error !== null && <Refused error={state.error} />}
        <Button type="submit" look="primary" className="w-full" isBusy={state.isBusy}>
          {w(`${way}Send`)}
        </Button>
      </form>
    </Porch>
  )
}
