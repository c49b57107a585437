import type { PublicKey } from '@freehold/sdk'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { TextArea, TextField } from '../../../parts/field.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { Row, Rows } from '../../../parts/rows.tsx'
import { notify } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { publicKeyOf } from './public-key.ts'
import type { ServicePanelProps } from './service-screen.tsx'
import { serviceWords } from './service-words.ts'

/** What tells one public key from another at a glance. */
const markOf = (key: PublicKey): string =>
  'kid' in key && key.kid !== undefined ? key.kid : (key.kty === 'RSA' ? key.n : key.x).slice(0, 24)

/** What it shows at the token endpoint in place of a secret that two sides know. */
export function ServiceProof({ service, onChanged }: ServicePanelProps): ReactNode {
  const w = useWords(serviceWords)
  const [text, setText] = useState('')
  const [isWrong, setWrong] = useState(false)
  const [certificate, setCertificate] = useState(service.certificate ?? '')
  const keeping = useMutation({
    mutationFn: (change: Parameters<typeof server.serviceAccounts.change>[1]) =>
      server.serviceAccounts.change(service.id, change),
    async onSuccess(kept) {
      notify(w('kept', { name: kept.name }))
      await onChanged()
    },
  })
  const add = async (): Promise<void> => {
    const key = await publicKeyOf(text)
    setWrong(key === null)
    if (key !== null) keeping.mutate({ keys: [...service.keys, key] })
  }
  return (
    <Panel title={w('proof')} lead={w('proofLead', { id: service.id })}>
      <Rows label={w('publicKeys')} none={w('publicKeysNone')}>
        {service.keys.map((key) => (
          <Row
            key={markOf(key)}
            title={<code className="font-mono text-small">{markOf(key)}</code>}
            facts={[key.kty === 'RSA' ? 'RSA' : key.crv]}
            actions={
              <Button
                size="small"
                look="danger"
                aria-label={`${w('removeKey')} ${markOf(key)}`}
                onClick={() => keeping.mutate({ keys: service.keys.filter((one) => one !== key) })}
              >
                {w('removeKey')}
              </Button>
            }
          />
        ))}
      </Rows>
      <form
        className="max-w-2xl space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <TextArea
          label={w('publicKey')}
          help={w('publicKeyHelp')}
          error={isWrong ? w('notAKey') : ''}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          spellCheck={false}
          className="font-mono text-small"
        />
        <Button type="submit" disabled={text.trim() === ''}>
          {w('addKey')}
        </Button>
      </form>
      <form
        className="flex max-w-2xl flex-wrap items-start gap-3 pt-2"
        onSubmit={(event) => {
          event.preventDefault()
          keeping.mutate({ certificate: certificate.trim() === '' ? null : certificate.trim() })
        }}
      >
        <div className="min-w-0 grow">
          <TextField
            label={w('certificate')}
            help={w('certificateHelp')}
            value={certificate}
            onChange={(event) => setCertificate(event.currentTarget.value)}
            spellCheck={false}
            maxLength={256}
          />
        </div>
        <Button type="submit" className="mt-6" disabled={certificate.trim() === (service.certificate ?? '')}>
          {w('keep')}
        </Button>
      </form>
      {keeping.error !== null && <Refused error={keeping.error} />}
    </Panel>
  )
}
