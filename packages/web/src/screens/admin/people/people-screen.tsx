import type { UserView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { UserPlus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { day } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { useKeyset } from '../../../keyset.ts'
import { Button, TextLink } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Page, Section } from '../../../parts/page.tsx'
import { Empty } from '../../../parts/state.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { server } from '../../../server.ts'
import { useNames } from '../../../session/power-words.ts'
import { Invitations, INVITATIONS_KEY } from './invitations.tsx'
import { Invite } from './invite.tsx'

const words = defineWords('people', {
  title: { en: 'People', zh: '人员' },
  lead: {
    en: 'Who has an account here and what they may do. Nobody gives, takes or looks after more than they may do themselves.',
    zh: '谁在这里有账户，以及他们可以做什么。任何人都不能授予、收回或管理超出自身权限的内容。',
  },
  accounts: { en: 'Accounts', zh: '账户' },
  accountsLead: {
    en: 'The newest first. Names are encrypted in the database, so they are searched here.',
    zh: '最新的在前。姓名在数据库中加密保存，因此在这里搜索。',
  },
  invite: { en: 'Invite somebody', zh: '邀请他人' },
  none: { en: 'Nobody is here yet', zh: '这里还没有人' },
  name: { en: 'Name', zh: '名称' },
  role: { en: 'Role', zh: '角色' },
  groups: { en: 'Groups', zh: '群组' },
  state: { en: 'State', zh: '状态' },
  seen: { en: 'Last seen', zh: '最近使用' },
  since: { en: 'Since', zh: '加入时间' },
  open: { en: 'open', zh: '正常' },
  shut: { en: 'shut', zh: '已停用' },
  away: { en: 'not signed in', zh: '未登录' },
})

export function PeopleScreen(): ReactNode {
  const w = useWords(words)
  const names = useNames()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [isInviting, setInviting] = useState(false)
  const list = useKeyset(['people', 'users'], (after) =>
    server.users.list({ limit: 100, ...(after !== undefined && { after }) }),
  )
  const columns: readonly Column<UserView>[] = [
    {
      id: 'name',
      title: w('name'),
      cell: ({ id, name }) => (
        <TextLink to={`/admin/people/${id}`} className="font-medium">
          {name}
        </TextLink>
      ),
      text: ({ name }) => name,
    },
    {
      id: 'role',
      title: w('role'),
      cell: ({ role }) => names.role(role),
      text: ({ role }) => names.role(role),
    },
    {
      id: 'groups',
      title: w('groups'),
      cell: ({ groups }) => groups.join(' · '),
      text: ({ groups }) => groups.join(' · '),
      isMinor: true,
    },
    {
      id: 'state',
      title: w('state'),
      cell: ({ disabledAt }) =>
        disabledAt === null ? (
          <span className="text-soft">{w('open')}</span>
        ) : (
          <Chip tone="alarm">{w('shut')}</Chip>
        ),
      text: ({ disabledAt }) => w(disabledAt === null ? 'open' : 'shut'),
    },
    {
      id: 'seen',
      title: w('seen'),
      cell: ({ lastSeenAt }) =>
        lastSeenAt === null ? <span className="text-soft">{w('away')}</span> : <Moment at={lastSeenAt} />,
      text: ({ lastSeenAt }) => lastSeenAt ?? '',
      isMinor: true,
    },
    {
      id: 'since',
      title: w('since'),
      cell: ({ createdAt }) => day(createdAt),
      text: ({ createdAt }) => createdAt,
      isMinor: true,
    },
  ]
  return (
    <Page
      isWide
      title={w('title')}
      lead={w('lead')}
      actions={
        <Button
          look="primary"
          icon={<UserPlus aria-hidden className="size-4" />}
          onClick={() => setInviting(true)}
        >
          {w('invite')}
        </Button>
      }
    >
      <Section title={w('accounts')} lead={w('accountsLead')}>
        <Table
          label={w('title')}
          columns={columns}
          list={list}
          keyOf={({ id }) => id}
          empty={<Empty title={w('none')} />}
          onOpen={({ id }) => void navigate({ to: `/admin/people/${id}` })}
          isSearch
        />
      </Section>
      <Invitations />
      {isInviting && (
        <Invite
          onMade={() => queries.invalidateQueries({ queryKey: INVITATIONS_KEY })}
          onClose={() => setInviting(false)}
        />
      )}
    </Page>
  )
}
