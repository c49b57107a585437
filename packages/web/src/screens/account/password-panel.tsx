import { useQueryClient } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { useState } from 'react'
import { FreeholdError } from '@freehold/sdk'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Panel } from '../../parts/panel.tsx'
import { notify } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { PasswordField, useComplaint } from '../../session/password-field.tsx'
import { useSession } from '../../session/session.ts'

const words = defineWords('password', {
  title: { en: 'Password', zh: '密码' },
  lead: {
    en: 'Changing it ends every other session of yours.',
    zh: '更改密码会结束您的其他所有会话。',
  },
  now: { en: 'Password now', zh: '当前密码' },
  fresh: { en: 'New password', zh: '新密码' },
  change: { en: 'Change password', zh: '更改密码' },
  changed: {
    en: 'Your password is changed. Your other sessions have ended.',
    zh: '密码已更改，您的其他会话已结束。',
  },
  wrong: {
    en: 'The password is wrong. Who always signs in elsewhere has none here: ask for a password link.',
    zh: '密码不正确。一直通过外部账户登录的人在这里没有密码，请索取密码链接。',
  },
})

export function PasswordPanel(): ReactNode {
  const w = useWords(words)
  const complain = useComplaint()
  const { caller } = useSession()
  const queries = useQueryClient()
  const [now, setNow] = useState('')
  const [fresh, setFresh] = useState('')
  const [isSent, setSent] = useState(false)
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: null,
  })
  const wrong = complain(fresh, true)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setSent(true)
    if (wrong !== '' || state.isBusy) return document.querySelector<HTMLElement>('#password-fresh')?.focus()
    setState({ isBusy: true, error: null })
    try {
      await server.password.change({ current: now, password: fresh })
      for (const empty of [setNow, setFresh]) empty('')
      setSent(false)
      setState({ isBusy: false, error: null })
      notify(w('changed'))
      await queries.invalidateQueries({ queryKey: ['sessions'] })
    } catch (error) {
      setState({ isBusy: false, error })
    }
  }
  const isWrong = state.error instanceof FreeholdError && state.error.code === 'wrong_login'
  return (
    <Panel title={w('title')} lead={w('lead')}>
      <form
        noValidate
        className="max-w-md space-y-4 rounded-large border border-line bg-sheet p-4"
        onSubmit={(event) => void submit(event)}
      >
        {/* A password manager keeps a new password under the name in the form. */}
        <input hidden readOnly autoComplete="username" value={caller.name ?? ''} />
        <PasswordField id="password-now" label={w('now')} value={now} onChange={setNow} />
        <PasswordField
          id="password-fresh"
          label={w('fresh')}
          value={fresh}
          onChange={setFresh}
          isNew
          error={isSent ? wrong : ''}
        />
        {state.error !== null && <Refused error={state.error}>{isWrong ? w('wrong') : undefined}</Refused>}
        <Button type="submit" isBusy={state.isBusy}>
          {w('change')}
        </Button>
      </form>
    </Panel>
  )
}
