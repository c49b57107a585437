import type { UserView } from '@freehold/sdk'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { useGroups } from './lists.ts'
import { personWords } from './person-words.ts'
import { RoleSelect } from './role-select.tsx'
import { TickList } from './tick-list.tsx'

export interface PersonPanelProps {
  readonly user: UserView
  readonly onChanged: () => Promise<void>
}

export function RolePanel({ user: { id, name, role }, onChanged }: PersonPanelProps): ReactNode {
  const w = useWords(personWords)
  const [chosen, setChosen] = useState(role)
  const giving = useMutation({
    mutationFn: () => server.users.change(id, { role: chosen }),
    async onSuccess() {
      notify(w('roleDone', { name }))
      await onChanged()
    },
  })
  return (
    <Panel title={w('role')} lead={w('roleLead')}>
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen !== role) giving.mutate()
        }}
      >
        <div className="w-64 max-w-full">
          <RoleSelect value={chosen} onChange={setChosen} />
        </div>
        <Button type="submit" disabled={chosen === role} isBusy={giving.isPending}>
          {w('roleSend')}
        </Button>
      </form>
      {giving.error !== null && <Refused error={giving.error} />}
    </Panel>
  )
}

export function GroupsPanel({ user: { id, name, groups }, onChanged }: PersonPanelProps): ReactNode {
  const w = useWords(personWords)
  const known = useGroups()
  const [chosen, setChosen] = useState<readonly string[]>(groups)
  const keeping = useMutation({
    async mutationFn() {
      for (const group of known.data?.filter(({ givable }) => givable) ?? []) {
        const isIn = chosen.includes(group.name)
        if (isIn === groups.includes(group.name)) continue
        await (isIn ? server.groups.add(group.id, id) : server.groups.remove(group.id, id))
      }
    },
    onSuccess: () => notify(w('groupsDone', { name })),
    // Some may have been given before one was refused.
    onSettled: onChanged,
  })
  const isSame = chosen.length === groups.length && chosen.every((one) => groups.includes(one))
  return (
    <Panel title={w('groups')} lead={w('groupsLead')}>
      <Shown query={known}>
        {(all) => {
          const offered = all.filter(({ givable }) => givable)
          if (offered.length === 0) return <p className="text-small text-soft">{w('groupsNone')}</p>
          return (
            <form
              className="space-y-3"
              onSubmit={(event) => {
                event.preventDefault()
                if (!isSame) keeping.mutate()
              }}
            >
              <TickList
                label={w('groups')}
                options={offered.map((group) => ({ value: group.name, text: group.name }))}
                value={chosen}
                onChange={setChosen}
              />
              <Button type="submit" disabled={isSame} isBusy={keeping.isPending}>
                {w('groupsSend')}
              </Button>
            </form>
          )
        }}
      </Shown>
      {keeping.error !== null && <Refused error={keeping.error} />}
    </Panel>
  )
}
