import { useQuery } from '@tanstack/react-query'
import type { AclInputWish, AclView } from '@freehold/sdk'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button, IconButton } from '../../parts/button.tsx'
import { Checkbox, TextField } from '../../parts/field.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { useMay, useSession } from '../../session/session.ts'

const words = defineWords('access', {
  who: { en: 'Who may read', zh: '谁可以阅读' },
  everybody: { en: 'Everybody here, up to their class ceiling', zh: '本组织所有人（不超过其级别上限）' },
  some: { en: 'Only these', zh: '仅限以下人员' },
  self: { en: 'I am among them', zh: '包括我自己' },
  selfHelp: { en: 'Without it you shut yourself out.', zh: '不勾选则您自己也无法阅读。' },
  person: { en: 'Add a person by name', zh: '按名称添加人员' },
  group: { en: 'Add a group by name', zh: '按名称添加群组' },
  add: { en: 'Add', zh: '添加' },
  remove: { en: 'Remove {name}', zh: '移除 {name}' },
  people: { en: 'People', zh: '人员' },
  groups: { en: 'Groups', zh: '群组' },
  nobody: { en: 'Nobody is named: nobody may read it.', zh: '没有指定任何人：谁都无法阅读。' },
  save: { en: 'Save', zh: '保存' },
})

/** Names of people and groups by their ids, for whoever may know them. */
function useNames(): ReadonlyMap<string, string> {
  const may = useMay()
  const names = useQuery({
    queryKey: ['knowledge', 'names'],
    enabled: may('people'),
    async queryFn() {
      const [users, groups] = await Promise.all([
        server.users.list({ limit: 200 }),
        server.groups.list({ limit: 200 }),
      ])
      return [...users.data, ...groups.data].map(({ id, name }) => [id, name] as const)
    },
  })
  return new Map(names.data)
}

interface AccessEditorProps {
  /** Null: everybody. */
  readonly acl: AclView | null
  readonly onSave: (acl: AclInputWish | null) => Promise<void>
}

/** Says who may read a document. The server refuses names that it does not know. */
export function AccessEditor({ acl, onSave }: AccessEditorProps): ReactNode {
  const w = useWords(words)
  const names = useNames()
  const { caller } = useSession()
  const [isForAll, setForAll] = useState(acl === null)
  const [users, setUsers] = useState<readonly string[]>(
    acl?.users.filter((id) => id !== caller.principal) ?? [],
  )
  const [groups, setGroups] = useState<readonly string[]>(acl?.groups ?? [])
  const [isSelf, setSelf] = useState(acl === null || acl.users.includes(caller.principal))
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: null,
  })
  const save = async (): Promise<void> => {
    setState({ isBusy: true, error: null })
    try {
      await onSave(isForAll ? null : { users, groups, services: acl?.services ?? [], self: isSelf })
      setState({ isBusy: false, error: null })
    } catch (error) {
      setState({ isBusy: false, error })
    }
  }
  const isForNobody = !isForAll && !isSelf && users.length === 0 && groups.length === 0
  return (
    <div className="space-y-4">
      <fieldset className="space-y-2">
        <legend className="text-small font-medium">{w('who')}</legend>
        {[true, false].map((one) => (
          <label key={String(one)} className="flex items-center gap-2.5">
            <input
              type="radio"
              name="who"
              checked={isForAll === one}
              onChange={() => setForAll(one)}
              className="size-4 accent-accent"
            />
            {w(one ? 'everybody' : 'some')}
          </label>
        ))}
      </fieldset>
      {!isForAll && (
        <div className="space-y-4 ps-6">
          <Checkbox label={w('self')} help={w('selfHelp')} checked={isSelf} onChange={setSelf} />
          <Names title={w('people')} label={w('person')} list={users} names={names} onChange={setUsers} />
          <Names title={w('groups')} label={w('group')} list={groups} names={names} onChange={setGroups} />
          {isForNobody && <p className="text-small text-caution">{w('nobody')}</p>}
        </div>
      )}
      {state.error !== null && <Refused error={state.error} />}
      <Button look="primary" isBusy={state.isBusy} onClick={() => void save()}>
        {w('save')}
      </Button>
    </div>
  )
}

interface NamesProps {
  readonly title: string
  readonly label: string
  readonly list: readonly string[]
  readonly names: ReadonlyMap<string, string>
  readonly onChange: (list: readonly string[]) => void
}

function Names({ title, label, list, names, onChange }: NamesProps): ReactNode {
  const w = useWords(words)
  const [text, setText] = useState('')
  const name = text.trim()
  const add = (): void => {
    if (name !== '' && !list.includes(name)) onChange([...list, name])
    setText('')
  }
  return (
    <div className="space-y-2">
      {list.length > 0 && (
        <ul aria-label={title} className="flex flex-wrap gap-1.5">
          {list.map((one) => (
            <li key={one} className="flex items-center gap-1 rounded-full bg-sunk ps-2.5 text-small">
              {names.get(one) ?? one}
              <IconButton
                size="small"
                label={w('remove', { name: names.get(one) ?? one })}
                onClick={() => onChange(list.filter((other) => other !== one))}
              >
                <X aria-hidden className="size-3.5" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div className="flex items-end gap-2">
        <div className="grow">
          <TextField
            label={label}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
              event.preventDefault()
              add()
            }}
            maxLength={128}
          />
        </div>
        <Button onClick={add} disabled={name === ''}>
          {w('add')}
        </Button>
      </div>
    </div>
  )
}
