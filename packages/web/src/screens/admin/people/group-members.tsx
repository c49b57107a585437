import type { GroupView, UserView } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { SelectField } from '../../../parts/field.tsx'
import { Row, Rows } from '../../../parts/rows.tsx'
import { Shown } from '../../../parts/state.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { useNames } from '../../../session/power-words.ts'

const words = defineWords('group-members', {
  title: { en: 'Members of {name}', zh: '{name} 的成员' },
  none: { en: 'Nobody is in it.', zh: '没有成员。' },
  out: { en: 'Take out', zh: '移出' },
  outLabel: { en: 'Take {name} out', zh: '移出 {name}' },
  who: { en: 'Put in', zh: '加入' },
  choose: { en: 'Choose somebody', zh: '选择人员' },
  in: { en: 'Put in', zh: '加入' },
})

/** Of those whom the reader may look after. */
async function readPeople(): Promise<readonly UserView[]> {
  const people: UserView[] = []
  for await (const one of server.users.list({ limit: 200 })) people.push(one)
  return people
}

interface GroupMembersProps {
  readonly group: GroupView
  readonly onChanged: () => Promise<void>
  readonly onClose: () => void
}

/** Who is in a group, and who is to be. It is there while it is rendered. */
export function GroupMembers({ group, onChanged, onClose }: GroupMembersProps): ReactNode {
  const w = useWords(words)
  const names = useNames()
  const queries = useQueryClient()
  const key = ['people', 'members', group.id] as const
  const members = useQuery({ queryKey: key, queryFn: () => server.groups.members(group.id) })
  const people = useQuery({
    queryKey: ['people', 'all'],
    queryFn: readPeople,
    enabled: group.givable,
  })
  const [chosen, setChosen] = useState('')
  const [error, setError] = useState<unknown>(null)
  const act = async (change: () => Promise<unknown>): Promise<void> => {
    setError(null)
    try {
      await change()
      setChosen('')
      await queries.invalidateQueries({ queryKey: key })
      await onChanged()
    } catch (failure) {
      setError(failure)
    }
  }
  const inside = new Set(members.data?.data.map(({ id }) => id))
  const others = people.data?.filter(({ id, barred }) => barred === null && !inside.has(id)) ?? []
  return (
    <Dialog isOpen onClose={onClose} title={w('title', { name: group.name })}>
      <div className="space-y-4">
        <Shown query={members}>
          {({ data }) => (
            <Rows label={w('title', { name: group.name })} none={w('none')}>
              {data.map(({ id, name, role, barred }) => (
                <Row
                  key={id}
                  title={name}
                  facts={[names.role(role)]}
                  {...(group.givable &&
                    barred === null && {
                      actions: (
                        <Button
                          size="small"
                          aria-label={w('outLabel', { name })}
                          onClick={() => void act(() => server.groups.remove(group.id, id))}
                        >
                          {w('out')}
                        </Button>
                      ),
                    })}
                />
              ))}
            </Rows>
          )}
        </Shown>
        {others.length > 0 && (
          <form
            className="flex items-end gap-2"
            onSubmit={(event) => {
              event.preventDefault()
              if (chosen !== '') void act(() => server.groups.add(group.id, chosen))
            }}
          >
            <div className="min-w-0 grow">
              <SelectField
                label={w('who')}
                value={chosen}
                onChange={(event) => setChosen(event.currentTarget.value)}
              >
                <option value="">{w('choose')}</option>
                {others.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </SelectField>
            </div>
            <Button type="submit" disabled={chosen === ''}>
              {w('in')}
            </Button>
          </form>
        )}
        {error !== null && <Refused error={error} />}
      </div>
    </Dialog>
  )
}
