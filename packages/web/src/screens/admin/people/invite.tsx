import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { SelectField, TextField } from '../../../parts/field.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { SecretDialog } from '../../../parts/secret.tsx'
import { server } from '../../../server.ts'
import { useGroups } from './lists.ts'
import { onceWords } from './once-words.ts'
import { RoleSelect } from './role-select.tsx'
import { TickList } from './tick-list.tsx'

const words = defineWords('invite', {
  title: { en: 'Invite somebody', zh: '邀请他人' },
  text: {
    en: 'You get a one-time link to hand over. Whoever opens it chooses a password that you do not learn.',
    zh: '您会得到一个一次性链接交给对方。打开它的人自己设置密码，您不会知道。',
  },
  send: { en: 'Make link', zh: '生成链接' },
  name: { en: 'Name', zh: '名称' },
  nameHelp: { en: 'Left empty, whoever comes chooses it.', zh: '留空则由对方自己选择。' },
  groups: { en: 'Groups', zh: '群组' },
})

interface InviteProps {
  readonly onMade: () => Promise<unknown>
  readonly onClose: () => void
}

/** It is there while it is rendered. */
export function Invite({ onMade, onClose }: InviteProps): ReactNode {
  const w = useWords(words)
  const o = useWords(onceWords)
  const { data: known = [] } = useGroups()
  const [name, setName] = useState('')
  const [role, setRole] = useState('member')
  const [groups, setGroups] = useState<readonly string[]>([])
  const [hours, setHours] = useState('72')
  const [link, setLink] = useState<string | null>(null)
  if (link !== null)
    return <SecretDialog secret={{ title: o('title'), text: o('join'), lines: [link] }} onClose={onClose} />
  return (
    <FormDialog
      title={w('title')}
      lead={w('text')}
      send={w('send')}
      staysOpen
      onClose={onClose}
      onSend={async () => {
        const made = await server.invitations.create({
          ...(name.trim() !== '' && { name: name.trim() }),
          role,
          groups,
          hours: Number(hours),
        })
        await onMade()
        setLink(made.link)
      }}
    >
      <TextField
        label={w('name')}
        help={w('nameHelp')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={128}
      />
      <RoleSelect value={role} onChange={setRole} />
      <TickList
        label={w('groups')}
        options={known
          .filter(({ givable }) => givable)
          .map((group) => ({ value: group.id, text: group.name }))}
        value={groups}
        onChange={setGroups}
      />
      <SelectField label={o('life')} value={hours} onChange={(event) => setHours(event.currentTarget.value)}>
        {(['72', '24', '720'] as const).map((life) => (
          <option key={life} value={life}>
            {o(`life${life}`)}
          </option>
        ))}
      </SelectField>
    </FormDialog>
  )
}
