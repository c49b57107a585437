import type { GroupView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { TextField } from '../../../parts/field.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { useKeyset } from '../../../keyset.ts'
import { Page, Section } from '../../../parts/page.tsx'
import { Empty } from '../../../parts/state.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { notify } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { useNames } from '../../../session/power-words.ts'
import { GroupMembers } from './group-members.tsx'
import { useRoles } from './lists.ts'
import { Roles } from './roles.tsx'
import { TickList } from './tick-list.tsx'

const words = defineWords('groups', {
  screen: { en: 'Groups and roles', zh: '群组与角色' },
  lead: {
    en: 'A role says what somebody may do. A group gives roles to many people at once, and is counted together where the configuration limits it.',
    zh: '角色决定一个人可以做什么。群组把角色一次授予许多人；配置了限额时，成员合并计算。',
  },
  title: { en: 'Groups', zh: '群组' },
  none: { en: 'There are no groups', zh: '没有群组' },
  noneHelp: {
    en: 'Make one here, or let a directory bring its own over SCIM.',
    zh: '可以在这里建立，也可以由目录通过 SCIM 带来。',
  },
  action: { en: 'Action', zh: '操作' },
  name: { en: 'Name', zh: '名称' },
  roles: { en: 'Roles of its members', zh: '成员的角色' },
  text: {
    en: 'What its members may do besides what their own role allows.',
    zh: '成员在自己的角色之外还可以做什么。',
  },
  count: { en: '{count, plural, one {# member} other {# members}}', zh: '{count} 名成员' },
  barred: { en: 'It may do more than you may.', zh: '它的权限超出您的权限。' },
  add: { en: 'Make a group', zh: '建立群组' },
  addSend: { en: 'Make group', zh: '建立' },
  change: { en: 'Change', zh: '更改' },
  changeLabel: { en: 'Change the group {name}', zh: '更改群组 {name}' },
  changeSend: { en: 'Keep changes', zh: '保存更改' },
  saved: { en: 'The group {name} was kept.', zh: '群组 {name} 已保存。' },
  members: { en: 'Members', zh: '成员' },
  membersLabel: { en: 'Members of {name}', zh: '{name} 的成员' },
  delete: { en: 'Delete', zh: '删除' },
  deleteLabel: { en: 'Delete the group {name}', zh: '删除群组 {name}' },
  deleteTitle: { en: 'Delete the group {name}?', zh: '删除群组 {name}？' },
  deleteText: {
    en: '{count, plural, one {One member loses what it allows. The account stays.} other {# members lose what it allows. Their accounts stay.}}',
    zh: '{count} 名成员失去它授予的权限，账户保留。',
  },
  deleteSend: { en: 'Delete group', zh: '删除群组' },
  deleted: { en: 'The group {name} was deleted.', zh: '群组 {name} 已删除。' },
})

export function GroupsScreen(): ReactNode {
  const w = useWords(words)
  return (
    <Page isWide title={w('screen')} lead={w('lead')}>
      <Groups />
      <Roles />
    </Page>
  )
}

type Asked =
  | { readonly at: 'new' }
  | { readonly at: 'change' | 'members' | 'delete'; readonly group: GroupView }
  | null

function Groups(): ReactNode {
  const w = useWords(words)
  const names = useNames()
  const queries = useQueryClient()
  const list = useKeyset(['people', 'group-table'], (after) =>
    server.groups.list({ limit: 100, ...(after !== undefined && { after }) }),
  )
  const [asked, setAsked] = useState<Asked>(null)
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['people'] })
  const close = (): void => setAsked(null)
  const rolesOf = ({ roles }: GroupView): string => roles.map((role) => names.role(role)).join(' · ')
  const countOf = ({ members }: GroupView): string => w('count', { count: members })
  const columns: readonly Column<GroupView>[] = [
    {
      id: 'name',
      title: w('name'),
      cell: ({ name, givable }) => (
        <>
          <span className="font-medium">{name}</span>
          {!givable && <span className="block text-tiny text-soft">{w('barred')}</span>}
        </>
      ),
      text: ({ name }) => name,
    },
    { id: 'members', title: w('members'), cell: countOf, text: ({ members }) => String(members) },
    { id: 'roles', title: w('roles'), cell: rolesOf, text: rolesOf, isMinor: true },
    {
      id: 'action',
      title: w('action'),
      cell: (group) => (
        <span className="flex flex-wrap gap-2">
          {(group.givable ? (['members', 'change', 'delete'] as const) : (['members'] as const)).map((at) => (
            <Button
              key={at}
              size="small"
              look={at === 'delete' ? 'danger' : 'plain'}
              aria-label={w(`${at}Label`, { name: group.name })}
              onClick={() => setAsked({ at, group })}
            >
              {w(at)}
            </Button>
          ))}
        </span>
      ),
    },
  ]
  return (
    <Section title={w('title')} actions={<Button onClick={() => setAsked({ at: 'new' })}>{w('add')}</Button>}>
      <Table
        label={w('title')}
        columns={columns}
        list={list}
        keyOf={({ id }) => id}
        empty={<Empty title={w('none')}>{w('noneHelp')}</Empty>}
        isSearch
      />
      {(asked?.at === 'new' || asked?.at === 'change') && (
        <EditGroup group={asked.at === 'new' ? null : asked.group} onKept={again} onClose={close} />
      )}
      {asked?.at === 'members' && <GroupMembers group={asked.group} onChanged={again} onClose={close} />}
      {asked?.at === 'delete' && (
        <Confirm
          isOpen
          onClose={close}
          title={w('deleteTitle', { name: asked.group.name })}
          action={w('deleteSend')}
          {...(asked.group.members > 0 && { typed: asked.group.name })}
          onConfirm={async () => {
            await server.groups.delete(asked.group.id)
            await again()
            notify(w('deleted', { name: asked.group.name }))
          }}
        >
          {w('deleteText', { count: asked.group.members })}
        </Confirm>
      )}
    </Section>
  )
}

interface EditGroupProps {
  /** Null: a new one. */
  readonly group: GroupView | null
  readonly onKept: () => Promise<void>
  readonly onClose: () => void
}

function EditGroup({ group, onKept, onClose }: EditGroupProps): ReactNode {
  const w = useWords(words)
  const names = useNames()
  const { data: known = [] } = useRoles()
  const [name, setName] = useState(group?.name ?? '')
  const [roles, setRoles] = useState<readonly string[]>(group?.roles ?? [])
  return (
    <FormDialog
      title={group === null ? w('add') : w('changeLabel', { name: group.name })}
      lead={w('text')}
      send={w(group === null ? 'addSend' : 'changeSend')}
      onClose={onClose}
      onSend={async () => {
        const wish = { name: name.trim(), roles }
        const kept = await (group === null
          ? server.groups.create(wish)
          : server.groups.change(group.id, wish))
        await onKept()
        notify(w('saved', { name: kept.name }))
      }}
    >
      <TextField
        label={w('name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={128}
      />
      <TickList
        label={w('roles')}
        options={known
          .filter(({ givable }) => givable)
          .map((role) => ({ value: role.name, text: names.role(role.name) }))}
        value={roles}
        onChange={setRoles}
      />
    </FormDialog>
  )
}
