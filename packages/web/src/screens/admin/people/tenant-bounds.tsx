import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { SelectField, TextArea, TextField } from '../../../parts/field.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { notify } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { LimitFields } from '../../account/limit-fields.tsx'
import { limitsOf, textsOf } from '../../account/limits.ts'
import type { TenantPanelProps } from './tenant-screen.tsx'
import { nameOf } from './tenant-state.tsx'
import { tenantWords } from './tenant-words.ts'
import { linesOf } from './text-lines.ts'

const QUOTAS = ['people', 'keys', 'storageBytes'] as const

/** What bounds a tenant; the whole of it is said anew each time. */
export function TenantBoundsPanel({ tenant, onChanged }: TenantPanelProps): ReactNode {
  const w = useWords(tenantWords)
  const { bounds } = tenant
  const [quotas, setQuotas] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(QUOTAS.map((name) => [name, bounds[name]?.toString() ?? ''])),
  )
  const [limits, setLimits] = useState(textsOf(bounds.limits ?? {}))
  const [sources, setSources] = useState(bounds.sources?.join('\n') ?? '')
  const [isBound, setBound] = useState(bounds.destinations !== undefined)
  const [destinations, setDestinations] = useState(bounds.destinations?.join('\n') ?? '')
  const keeping = useMutation({
    mutationFn: () => {
      const bound = limitsOf(limits)
      return server.tenants.bound(tenant.id, {
        ...Object.fromEntries(
          QUOTAS.flatMap((name) => {
            const text = quotas[name]?.trim() ?? ''
            return text === '' ? [] : [[name, Number(text)]]
          }),
        ),
        ...(Object.keys(bound).length > 0 && { limits: bound }),
        ...(linesOf(sources).length > 0 && { sources: linesOf(sources) }),
        ...(isBound && { destinations: linesOf(destinations) }),
      })
    },
    async onSuccess() {
      notify(w('kept', { name: nameOf(tenant) }))
      await onChanged()
    },
  })
  const labels = { people: w('people'), keys: w('keys'), storageBytes: w('storage') }
  return (
    <Panel title={w('bounds')} lead={w('boundsLead')}>
      <form
        noValidate
        className="max-w-2xl space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!keeping.isPending) keeping.mutate()
        }}
      >
        <div className="grid gap-3 wide:grid-cols-3">
          {QUOTAS.map((name) => (
            <TextField
              key={name}
              label={labels[name]}
              inputMode="numeric"
              value={quotas[name] ?? ''}
              onChange={(event) => setQuotas({ ...quotas, [name]: event.currentTarget.value })}
            />
          ))}
        </div>
        <LimitFields value={limits} onChange={setLimits} />
        <TextArea
          label={w('sources')}
          rows={2}
          placeholder="10.20.0.0/16"
          value={sources}
          onChange={(event) => setSources(event.currentTarget.value)}
          spellCheck={false}
        />
        <SelectField
          label={w('reach')}
          value={isBound ? 'only' : 'anything'}
          onChange={(event) => setBound(event.currentTarget.value === 'only')}
        >
          <option value="anything">{w('anything')}</option>
          <option value="only">{w('only')}</option>
        </SelectField>
        {isBound && (
          <TextArea
            label={w('destinations')}
            rows={2}
            value={destinations}
            onChange={(event) => setDestinations(event.currentTarget.value)}
            spellCheck={false}
          />
        )}
        {keeping.error !== null && <Refused error={keeping.error} />}
        <Button type="submit" isBusy={keeping.isPending}>
          {w('keep')}
        </Button>
      </form>
    </Panel>
  )
}
