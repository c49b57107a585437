import { FreeholdError } from '@freehold/sdk'
import type { SessionView } from '@freehold/sdk'
import { KeyRound } from 'lucide-react'
import type { FormEvent, ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { useWords } from '../language/words.ts'
import { Button } from '../parts/button.tsx'
import { TextField } from '../parts/field.tsx'
import { useTitle } from '../parts/page.tsx'
import { Refused } from '../refusal/refused.tsx'
import { server } from '../server.ts'
import { doorWords } from './door-words.ts'
import { Elsewhere } from './elsewhere.tsx'
import type { EntryLink } from './link.ts'
import { canUsePasskeys, enterByPasskey } from './passkey.ts'
import { PasswordField, useComplaint } from './password-field.tsx'
import { Porch } from './porch.tsx'

interface DoorProps {
  /** The one-time link that led here; none: somebody signs in. */
  readonly link: EntryLink | null
  /** Why the person stands outside, where they did not just come. */
  readonly notice?: string
  /** What was refused on the way here. */
  readonly refusal?: unknown
  readonly onEnter: (session: SessionView) => void
  /** Whoever has a link that is good for nothing goes on without it. */
  readonly onLeaveLink: () => void
}

/** One form for claiming, for coming in by invitation and for signing in. */
export function Door({ link, notice, refusal = null, onEnter, onLeaveLink }: DoorProps): ReactNode {
  const way = link?.way ?? 'signIn'
  const w = useWords(doorWords)
  const complain = useComplaint()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [tenant, setTenant] = useState('')
  const [isCodeAsked, setCodeAsked] = useState(false)
  const [isSent, setSent] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(refusal)
  useTitle(w(`${way}Title`))
  useEffect(() => {
    if (error !== null && error !== refusal)
      document.querySelector<HTMLInputElement>(isCodeAsked ? '#code' : '#password')?.select()
  }, [error, isCodeAsked, refusal])

  const nameWrong = way !== 'join' && name.trim() === '' ? w('nameMissing') : ''
  const passwordWrong = complain(password, way !== 'signIn')

  const isCodeWrong = isCodeAsked && error instanceof FreeholdError && error.code === 'wrong_login'

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
    const where = tenant.trim() === '' ? {} : { tenant: tenant.trim() }
    return server.sessions.open({ name: named, password, ...where, ...sent })
  }

  const attempt = async (enter: () => Promise<SessionView | null>): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const session = await enter()
      if (session !== null) onEnter(session)
    } catch (failure) {
      const isAsked = failure instanceof FreeholdError && failure.code === 'second_factor'
      setError(isAsked && !isCodeAsked ? null : failure)
      if (isAsked) setCodeAsked(true)
    } finally {
      setBusy(false)
    }
  }

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (nameWrong !== '' || passwordWrong !== '')
      document.querySelector<HTMLInputElement>(nameWrong === '' ? '#password' : '#name')?.focus()
    else if (!isBusy) void attempt(open)
  }

  return (
    <Porch title={w(`${way}Title`)} lead={w(`${way}Lead`)}>
      {notice !== undefined && (
        <p role="status" className="mb-4 rounded-medium bg-caution-tint p-3 text-small">
          {notice}
        </p>
      )}
      <form method="post" noValidate className="space-y-4" onSubmit={submit}>
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
        <PasswordField
          id="password"
          value={password}
          onChange={setPassword}
          isNew={way !== 'signIn'}
          error={isSent ? passwordWrong : ''}
        />
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
        {way === 'signIn' && (
          <details>
            <summary className="w-fit text-small text-soft">{w('elsewhere')}</summary>
            <div className="pt-2">
              <TextField
                id="tenant"
                label={w('tenant')}
                help={w('tenantHelp')}
                value={tenant}
                onChange={(event) => setTenant(event.currentTarget.value)}
                autoComplete="organization"
                autoCapitalize="none"
                spellCheck={false}
                maxLength={64}
              />
            </div>
          </details>
        )}
        {error !== null && <Refused error={error}>{isCodeWrong ? w('codeWrong') : undefined}</Refused>}
        <Button type="submit" look="primary" className="w-full" isBusy={isBusy}>
          {w(`${way}Send`)}
        </Button>
        {way === 'join' && (
          <Button look="quiet" className="w-full" onClick={onLeaveLink}>
            {w('instead')}
          </Button>
        )}
        {way === 'signIn' && canUsePasskeys() && (
          <Button
            className="w-full"
            icon={<KeyRound aria-hidden className="size-4" />}
            disabled={isBusy}
            onClick={() => void attempt(() => enterByPasskey(tenant.trim()))}
          >
            {w('passkey')}
          </Button>
        )}
      </form>
      {way === 'signIn' && <Elsewhere />}
    </Porch>
  )
}
