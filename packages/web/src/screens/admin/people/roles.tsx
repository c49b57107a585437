import type { RoleView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { TextField } from '../../../parts/field.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { Section } from '../../../parts/page.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { Shown } from '../../../parts/state.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { useKeyset } from '../../../keyset.ts'
import { notify } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { SCOPES, useNames } from '../../../session/power-words.ts'
import { useMay } from '../../../session/session.ts'
import { ScopeChoice } from '../../account/scope-choice.tsx'
import { useRoles } from './lists.ts'
import { RoleMatrix } from './role-matrix.tsx'

const words = defineWords('roles', {
  title: { en: 'Roles', zh: '角色' },
  lead: {
    en: 'What each of them may use. Six come with Freehold and stay as they are.',
    zh: '各角色可以使用什么。其中六个由 Freehold 自带，保持不变。',
  },
  all: { en: 'All roles', zh: '全部角色' },
  kind: { en: 'Kind', zh: '类型' },
  builtIn: { en: 'comes with Freehold', zh: '自带' },
  own: { en: 'your own', zh: '自建' },
  action: { en: 'Action', zh: '操作' },
  name: { en: 'Name', zh: '名称' },
  nameHelp: {
    en: 'Small letters, digits and hyphens, such as support-lead.',
    zh: '小写字母、数字和连字符，例如 support-lead。',
  },
  scopes: { en: 'What it may use', zh: '可以使用' },
  add: { en: 'Make a role', zh: '建立角色' },
  addText: { en: 'You can give what you may do yourself.', zh: '您只能授予自己拥有的权限。' },
  addSend: { en: 'Make role', zh: '建立' },
  change: { en: 'Change', zh: '更改' },
  changeLabel: { en: 'Change the role {name}', zh: '更改角色 {name}' },
  changeText: { en: 'It counts at once for everybody who has it.', zh: '对拥有该角色的所有人立即生效。' },
  changeSend: { en: 'Keep changes', zh: '保存更改' },
  saved: { en: 'The role {name} was kept.', zh: '角色 {name} 已保存。' },
  delete: { en: 'Delete', zh: '删除' },
  deleteLabel: { en: 'Delete the role {name}', zh: '删除角色 {name}' },
  deleteTitle: { en: 'Delete the role {name}?', zh: '删除角色 {name}？' },
  deleteText: { en: 'Only a role that nobody has can be deleted.', zh: '只能删除无人担任的角色。' },
  deleteSend: { en: 'Delete role', zh: '删除角色' },
  deleted: { en: 'The role {name} was deleted.', zh: '角色 {name} 已删除。' },
  inUse: {
    en: 'People, groups or invitations have this role. Give them another first.',
    zh: '有人员、群组或邀请使用这个角色。请先改用其他角色。',
  },
})

type Asked = { readonly at: 'new' } | { readonly at: 'change' | 'delete'; readonly role: RoleView } | null

export function Roles(): ReactNode {
  const w = useWords(words)
  const names = useNames()
  const may = useMay()
  const queries = useQueryClient()
  const roles = useRoles()
  const list = useKeyset(['people', 'roles', 'table'], async () => ({
    data: (await server.roles.list()).data,
    next: null,
  }))
  const [asked, setAsked] = useState<Asked>(null)
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['people', 'roles'] })
  const mayWrite = may('settings')
  const close = (): void => setAsked(null)
  const scopesOf = ({ scopes }: RoleView): string => scopes.map((scope) => names.scope(scope)).join(' · ')
  const columns: readonly Column<RoleView>[] = [
    {
      id: 'name',
      title: w('name'),
      cell: ({ name }) => <span className="font-medium">{names.role(name)}</span>,
      text: ({ name }) => name,
    },
    {
      id: 'kind',
      title: w('kind'),
      cell: ({ builtIn }) =>
        builtIn ? <span className="text-soft">{w('builtIn')}</span> : <Chip>{w('own')}</Chip>,
      text: ({ builtIn }) => w(builtIn ? 'builtIn' : 'own'),
    },
    { id: 'scopes', title: w('scopes'), cell: scopesOf, text: scopesOf, isMinor: true },
    {
      id: 'action',
      title: w('action'),
      cell: (role) =>
        mayWrite &&
        !role.builtIn &&
        role.givable && (
          <span className="flex flex-wrap gap-2">
            {(['change', 'delete'] as const).map((at) => (
              <Button
                key={at}
                size="small"
                look={at === 'delete' ? 'danger' : 'plain'}
                aria-label={w(`${at}Label`, { name: role.name })}
                onClick={() => setAsked({ at, role })}
              >
                {w(at)}
              </Button>
            ))}
          </span>
        ),
    },
  ]
  return (
    <Section
      title={w('title')}
      lead={w('lead')}
      {...(mayWrite && {
        actions: <Button onClick={() => setAsked({ at: 'new' })}>{w('add')}</Button>,
      })}
    >
      <Shown query={roles}>{(all) => <RoleMatrix roles={all} />}</Shown>
      <Table label={w('all')} columns={columns} list={list} keyOf={({ name }) => name} empty={null} />
      {(asked?.at === 'new' || asked?.at === 'change') && (
        <EditRole role={asked.at === 'new' ? null : asked.role} onKept={again} onClose={close} />
      )}
      {asked?.at === 'delete' && (
        <FormDialog
          title={w('deleteTitle', { name: asked.role.name })}
          lead={w('deleteText')}
          send={w('deleteSend')}
          isGrave
          refusals={{ conflict: w('inUse') }}
          onClose={close}
          onSend={async () => {
            await server.roles.delete(asked.role.name)
            await again()
            notify(w('deleted', { name: asked.role.name }))
          }}
        />
      )}
    </Section>
  )
}

interface EditRoleProps {
  /** Null: a new one. */
  readonly role: RoleView | null
  readonly onKept: () => Promise<void>
  readonly onClose: () => void
}

function EditRole({ role, onKept, onClose }: EditRoleProps): ReactNode {
  const w = useWords(words)
  const [name, setName] = useState(role?.name ?? '')
  const [scopes, setScopes] = useState(SCOPES.filter((scope) => role?.scopes.includes(scope)))
  return (
    <FormDialog
      title={role === null ? w('add') : w('changeLabel', { name: role.name })}
      lead={w(role === null ? 'addText' : 'changeText')}
      send={w(role === null ? 'addSend' : 'changeSend')}
      onClose={onClose}
      onSend={async () => {
        await server.roles.put(name.trim(), { scopes })
        await onKept()
        notify(w('saved', { name: name.trim() }))
      }}
    >
      {role === null && (
        <TextField
          label={w('name')}
          help={w('nameHelp')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
        />
      )}
      <ScopeChoice label={w('scopes')} value={scopes} onChange={(next) => setScopes([...next])} />
    </FormDialog>
  )
}
