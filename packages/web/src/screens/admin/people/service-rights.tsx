import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { TextField } from '../../../parts/field.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { notify } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { SCOPES } from '../../../session/power-words.ts'
import { ClassChoice } from '../../account/class-choice.tsx'
import { LimitFields } from '../../account/limit-fields.tsx'
import { limitsOf, textsOf } from '../../account/limits.ts'
import { ScopeChoice } from '../../account/scope-choice.tsx'
import { RoleSelect } from './role-select.tsx'
import type { ServicePanelProps } from './service-screen.tsx'
import { serviceWords } from './service-words.ts'

export function ServiceRights({ service, onChanged }: ServicePanelProps): ReactNode {
  const w = useWords(serviceWords)
  const [name, setName] = useState(service.name)
  const [role, setRole] = useState(service.role)
  const [scopes, setScopes] = useState(
    SCOPES.filter((scope) => service.scopes.includes('*') || service.scopes.includes(scope)),
  )
  const [range, setRange] = useState({ class: service.class, ceiling: service.ceiling })
  const [limits, setLimits] = useState(textsOf(service.limits))
  const keeping = useMutation({
    mutationFn: () =>
      server.serviceAccounts.change(service.id, {
        name: name.trim(),
        role,
        scopes,
        limits: limitsOf(limits),
        ...range,
      }),
    async onSuccess(kept) {
      notify(w('kept', { name: kept.name }))
      await onChanged()
    },
  })
  return (
    <Panel title={w('rights')} lead={w('rightsLead')}>
      <form
        noValidate
        className="max-w-2xl space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!keeping.isPending) keeping.mutate()
        }}
      >
        <div className="grid gap-3 wide:grid-cols-2">
          <TextField
            label={w('name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={128}
          />
          <RoleSelect value={role} onChange={setRole} />
        </div>
        <ScopeChoice label={w('scopes')} value={scopes} onChange={(next) => setScopes([...next])} />
        <ClassChoice value={range} onChange={setRange} />
        <LimitFields value={limits} onChange={setLimits} />
        {keeping.error !== null && <Refused error={keeping.error} />}
        <Button type="submit" isBusy={keeping.isPending}>
          {w('keep')}
        </Button>
      </form>
    </Panel>
  )
}
