import type { SessionView } from '@freehold/sdk'
import { FreeholdError } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { Button } from '../parts/button.tsx'
import { TextArea, TextField } from '../parts/field.tsx'
import { useTitle } from '../parts/page.tsx'
import { Refused } from '../refusal/refused.tsx'
import { server } from '../server.ts'
import { Porch } from './porch.tsx'

const words = defineWords('emergency-door', {
  title: { en: 'Emergency access', zh: '应急访问' },
  lead: {
    en: 'With the sealed code you get every right for a short time. Everybody who looks after people is told, and your reason stands in each event.',
    zh: '凭密封的代码，您将在短时间内拥有全部权限。所有负责管理人员的人都会得到通知，您的理由会写入每条记录。',
  },
  code: { en: 'Code', zh: '代码' },
  reason: { en: 'Why', zh: '理由' },
  reasonHelp: { en: 'Twenty characters or more.', zh: '至少二十个字符。' },
  tooShort: {
    en: 'Say what the emergency is, in twenty characters or more.',
    zh: '请用至少二十个字符说明紧急情况。',
  },
  wrong: {
    en: 'The code opens nothing: it is not the newest one, was used, or was withdrawn.',
    zh: '代码无效：它不是最新的，或已被使用或撤回。',
  },
  send: { en: 'Open', zh: '打开' },
  back: { en: 'Sign in instead', zh: '改为登录' },
})

/** As the contract has it. */
const SHORTEST = 20

interface EmergencyDoorProps {
  readonly onEnter: (session: SessionView) => void
  readonly onBack: () => void
}

/** The way in by break-glass. */
export function EmergencyDoor({ onEnter, onBack }: EmergencyDoorProps): ReactNode {
  const w = useWords(words)
  const [code, setCode] = useState('')
  const [reason, setReason] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [isTold, setTold] = useState(false)
  const isShort = reason.trim().length < SHORTEST
  useTitle(w('title'))
  const use = async (): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      onEnter(await server.breakGlass.use({ code: code.trim(), reason: reason.trim() }))
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Porch title={w('title')} lead={w('lead')}>
      <form
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          setTold(true)
          if (!isBusy && !isShort) void use()
        }}
      >
        <TextField
          label={w('code')}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={128}
          autoFocus
        />
        <TextArea
          label={w('reason')}
          help={w('reasonHelp')}
          error={isTold && isShort ? w('tooShort') : null}
          rows={3}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={1000}
        />
        {error !== null && (
          <Refused error={error}>
            {error instanceof FreeholdError && error.code === 'wrong_login' ? w('wrong') : undefined}
          </Refused>
        )}
        <div className="flex gap-2">
          <Button type="submit" look="danger" isBusy={isBusy}>
            {w('send')}
          </Button>
          <Button onClick={onBack}>{w('back')}</Button>
        </div>
      </form>
    </Porch>
  )
}
