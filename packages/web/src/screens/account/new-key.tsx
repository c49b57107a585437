import type { KeyCreated } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../language/words.ts'
import { SelectField, TextField } from '../../parts/field.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { SecretDialog } from '../../parts/secret.tsx'
import { server } from '../../server.ts'
import { useMay, useSession } from '../../session/session.ts'
import type { ClassRange } from './class-choice.tsx'
import { ClassChoice } from './class-choice.tsx'
import { keyWords } from './key-words.ts'
import { LimitFields } from './limit-fields.tsx'
import type { LimitTexts } from './limits.ts'
import { limitsOf } from './limits.ts'
import type { OneScope } from './scope-choice.tsx'
import { ScopeChoice, USUAL } from './scope-choice.tsx'

const DAY_MS = 86_400_000

interface NewKeyProps {
  /** The service account that it is to belong to; without, to whoever makes it. */
  readonly service?: { readonly id: string; readonly name: string }
  /** Ticked at first. */
  readonly scopes?: readonly OneScope[]
  readonly name?: string
  readonly onMade: () => Promise<unknown>
  readonly onClose: () => void
}

/** Makes a key and shows it, once. It is there while it is rendered. */
export function NewKey({
  service,
  scopes = USUAL,
  name: called = '',
  onMade,
  onClose,
}: NewKeyProps): ReactNode {
  const w = useWords(keyWords)
  const may = useMay()
  const { caller } = useSession()
  const [name, setName] = useState(called)
  const [chosen, setChosen] = useState(scopes.filter((scope) => may(scope)))
  const [life, setLife] = useState('90')
  const [range, setRange] = useState<ClassRange>({ class: 'internal', ceiling: caller.classCeiling })
  const [limits, setLimits] = useState<LimitTexts>({})
  const [made, setMade] = useState<KeyCreated | null>(null)
  if (made !== null)
    return (
      <SecretDialog
        secret={{ title: w('madeTitle'), text: w('madeText'), lines: [made.key] }}
        onClose={onClose}
      />
    )
  return (
    <FormDialog
      title={service === undefined ? w('addTitle') : w('addFor', { name: service.name })}
      send={w('addSend')}
      onClose={onClose}
      isReady={chosen.length > 0}
      staysOpen
      onSend={async () => {
        const key = await server.keys.create({
          ...(name.trim() !== '' && { name: name.trim() }),
          ...(service !== undefined && { service: service.id }),
          ...(life !== '' && { expiresAt: new Date(Date.now() + Number(life) * DAY_MS).toISOString() }),
          scopes: chosen,
          limits: limitsOf(limits),
          ...range,
        })
        await onMade()
        setMade(key)
      }}
    >
      <TextField
        label={w('name')}
        help={w('nameHelp')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={128}
      />
      <ScopeChoice label={w('scopes')} value={chosen} onChange={(next) => setChosen([...next])} />
      <SelectField label={w('life')} value={life} onChange={(event) => setLife(event.currentTarget.value)}>
        <option value="90">{w('life90')}</option>
        <option value="365">{w('life365')}</option>
        <option value="">{w('ever')}</option>
      </SelectField>
      <details>
        <summary className="w-fit text-small font-medium text-accent">{w('more')}</summary>
        <div className="space-y-4 pt-3">
          <ClassChoice value={range} onChange={setRange} />
          <LimitFields value={limits} onChange={setLimits} />
        </div>
      </details>
    </FormDialog>
  )
}
