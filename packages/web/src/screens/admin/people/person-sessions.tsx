import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { SecretDialog } from '../../../parts/secret.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify, notifyRefusal } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { SessionRows } from '../../account/session-rows.tsx'
import { onceWords } from './once-words.ts'
import type { PersonPanelProps } from './person-rights.tsx'
import { personWords } from './person-words.ts'

export function SessionsPanel({ user: { id, name } }: PersonPanelProps): ReactNode {
  const w = useWords(personWords)
  const queries = useQueryClient()
  const key = ['people', 'sessions', id] as const
  const sessions = useQuery({ queryKey: key, queryFn: () => server.sessions.list({ user: id }) })
  const end = async (session: string): Promise<void> => {
    try {
      await server.sessions.end(session)
      await queries.invalidateQueries({ queryKey: key })
      notify(w('ended'))
    } catch (error) {
      notifyRefusal(error)
    }
  }
  return (
    <Panel title={w('sessions')} lead={w('sessionsLead', { name })}>
      <Shown query={sessions}>
        {({ data }) => (
          <SessionRows label={w('sessions')} sessions={data} onEnd={(session) => void end(session.id)} />
        )}
      </Shown>
    </Panel>
  )
}

type Step = { readonly at: 'link' | 'factors' } | { readonly at: 'made'; readonly link: string } | null

export function SignInPanel({ user: { id, name, disabledAt }, onChanged }: PersonPanelProps): ReactNode {
  const w = useWords(personWords)
  const o = useWords(onceWords)
  const [step, setStep] = useState<Step>(null)
  const close = (): void => setStep(null)
  return (
    <Panel title={w('signIn')} lead={w('signInLead')}>
      <div className="flex flex-wrap gap-2">
        {disabledAt === null && <Button onClick={() => setStep({ at: 'link' })}>{w('link')}</Button>}
        <Button look="danger" onClick={() => setStep({ at: 'factors' })}>
          {w('factors')}
        </Button>
      </div>
      {step?.at === 'link' && (
        <FormDialog
          title={w('linkTitle', { name })}
          lead={w('linkText', { name })}
          send={w('linkSend')}
          refusals={{ conflict: w('conflict') }}
          staysOpen
          onClose={close}
          onSend={async () => {
            const { link } = await server.users.reset(id)
            await onChanged()
            setStep({ at: 'made', link })
          }}
        />
      )}
      {step?.at === 'made' && (
        <SecretDialog
          secret={{ title: o('title'), text: o('password'), lines: [step.link] }}
          onClose={close}
        />
      )}
      {step?.at === 'factors' && (
        <Confirm
          isOpen
          onClose={close}
          title={w('factorsTitle', { name })}
          action={w('factors')}
          onConfirm={async () => {
            await server.users.resetFactors(id)
            notify(w('factorsDone', { name }))
          }}
        >
          {w('factorsText', { name })}
        </Confirm>
      )}
    </Panel>
  )
}
