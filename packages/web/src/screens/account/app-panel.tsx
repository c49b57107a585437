import type { TotpSecret } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Smartphone } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { TextField } from '../../parts/field.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Panel } from '../../parts/panel.tsx'
import { SecretDialog } from '../../parts/secret.tsx'
import { Shown } from '../../parts/state.tsx'
import { notify, notifyRefusal } from '../../parts/toast.tsx'
import { server } from '../../server.ts'
import { PasswordAgain } from '../../session/password-field.tsx'
import { appWords } from './app-words.ts'
import { FACTORS_KEY, readFactors } from './factors.ts'
import { QrImage } from './qr-image.tsx'

type Step =
  | { readonly at: 'begun'; readonly secret: TotpSecret }
  | { readonly at: 'renew' | 'remove' }
  | { readonly at: 'codes'; readonly codes: readonly string[] }
  | null

/** The authenticator app and the recovery codes that stand in for it. */
export function AppPanel(): ReactNode {
  const w = useWords(appWords)
  const factors = useQuery({ queryKey: FACTORS_KEY, queryFn: readFactors })
  const queries = useQueryClient()
  const [step, setStep] = useState<Step>(null)
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: FACTORS_KEY })
  const begin = async (): Promise<void> => {
    try {
      setStep({ at: 'begun', secret: await server.totp.begin() })
    } catch (error) {
      notifyRefusal(error)
    }
  }
  return (
    <Panel title={w('title')} lead={w('lead')}>
      <Shown query={factors}>
        {({ totp, recoveryCodes }) =>
          totp ? (
            <div className="flex flex-wrap items-center gap-3">
              <Chip tone="good" icon={<Smartphone aria-hidden className="size-3" />}>
                {w('on')}
              </Chip>
              <span className="grow text-small text-soft">{w('left', { count: recoveryCodes })}</span>
              <Button size="small" onClick={() => setStep({ at: 'renew' })}>
                {w('renew')}
              </Button>
              <Button size="small" look="danger" onClick={() => setStep({ at: 'remove' })}>
                {w('remove')}
              </Button>
            </div>
          ) : (
            <div className="flex flex-wrap items-center gap-3">
              <p className="grow text-small text-soft">{w('off')}</p>
              <Button onClick={() => void begin()}>{w('setUp')}</Button>
            </div>
          )
        }
      </Shown>
      {step?.at === 'begun' && (
        <SetUp
          secret={step.secret}
          onClose={() => setStep(null)}
          onCodes={async (codes) => {
            await again()
            setStep({ at: 'codes', codes })
          }}
        />
      )}
      {step?.at === 'renew' && (
        <WithPassword
          title={w('renewTitle')}
          lead={w('renewText')}
          send={w('renew')}
          staysOpen
          onClose={() => setStep(null)}
          onSend={async (password) => {
            const { codes } = await server.recovery.renew({ password })
            await again()
            setStep({ at: 'codes', codes })
          }}
        />
      )}
      {step?.at === 'remove' && (
        <WithPassword
          title={w('removeTitle')}
          lead={w('removeText')}
          send={w('remove')}
          isGrave
          onClose={() => setStep(null)}
          onSend={async (password) => {
            await server.totp.remove({ password })
            await again()
            notify(w('removed'))
          }}
        />
      )}
      {step?.at === 'codes' && (
        <SecretDialog
          secret={{
            title: w('codesTitle'),
            text: w('codesText'),
            lines: step.codes,
            file: 'freehold-recovery-codes.txt',
          }}
          onClose={() => setStep(null)}
        />
      )}
    </Panel>
  )
}

interface SetUpProps {
  readonly secret: TotpSecret
  readonly onClose: () => void
  readonly onCodes: (codes: readonly string[]) => Promise<void>
}

function SetUp({ secret: { secret, uri }, onClose, onCodes }: SetUpProps): ReactNode {
  const w = useWords(appWords)
  const [code, setCode] = useState('')
  const [password, setPassword] = useState('')
  return (
    <FormDialog
      title={w('setUpTitle')}
      lead={w('setUpText')}
      send={w('confirm')}
      refusals={{ second_factor: w('wrongCode'), wrong_login: w('wrongPassword'), invalid: w('invalid') }}
      staysOpen
      onClose={onClose}
      onSend={async () => {
        const sent = { secret, code: code.replaceAll(/\s/g, ''), password }
        await onCodes((await server.totp.confirm(sent)).codes)
      }}
    >
      <QrImage text={uri} label={w('qr')} />
      <p className="text-small text-soft">
        {w('byHand')} <code className="font-mono break-all text-ink">{spaced(secret)}</code>
      </p>
      <TextField
        label={w('code')}
        help={w('codeHelp')}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={16}
      />
      <PasswordAgain value={password} onChange={setPassword} />
    </FormDialog>
  )
}

/** In groups of four, as people type them. */
const spaced = (secret: string): string => secret.replaceAll(/(.{4})(?=.)/g, '$1 ')

interface WithPasswordProps {
  readonly title: string
  readonly lead: string
  readonly send: string
  readonly isGrave?: boolean
  readonly staysOpen?: boolean
  readonly onClose: () => void
  readonly onSend: (password: string) => Promise<unknown>
}

function WithPassword({ onSend, ...dialog }: WithPasswordProps): ReactNode {
  const w = useWords(appWords)
  const [password, setPassword] = useState('')
  return (
    <FormDialog {...dialog} refusals={{ wrong_login: w('wrongPassword') }} onSend={() => onSend(password)}>
      <PasswordAgain value={password} onChange={setPassword} />
    </FormDialog>
  )
}
