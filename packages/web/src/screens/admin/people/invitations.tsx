import type { InvitationView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { moment } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { useKeyset } from '../../../keyset.ts'
import { Button } from '../../../parts/button.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { Section } from '../../../parts/page.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { notify } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { useNames } from '../../../session/power-words.ts'

const words = defineWords('invitations', {
  title: { en: 'Invitations', zh: '邀请' },
  lead: {
    en: 'Links that are still good. Whoever opens one first is in.',
    zh: '仍然有效的链接。谁先打开谁就能进入。',
  },
  none: { en: 'No link is open.', zh: '没有未使用的链接。' },
  nameless: { en: 'somebody', zh: '未指名的人' },
  join: { en: 'to join', zh: '加入' },
  password: { en: 'for a new password', zh: '设置新密码' },
  whom: { en: 'For', zh: '给' },
  purpose: { en: 'What for', zh: '用途' },
  role: { en: 'Role', zh: '角色' },
  until: { en: 'Good until', zh: '有效至' },
  action: { en: 'Action', zh: '操作' },
  withdraw: { en: 'Withdraw', zh: '撤回' },
  withdrawLabel: { en: 'Withdraw the link for {name}', zh: '撤回给 {name} 的链接' },
  withdrawTitle: { en: 'Withdraw the link for {name}?', zh: '撤回给 {name} 的链接？' },
  withdrawText: {
    en: 'It opens nothing any more. You can make another at any time.',
    zh: '它不再有效。您可以随时再生成一个。',
  },
  withdrawSend: { en: 'Withdraw link', zh: '撤回链接' },
  withdrawn: { en: 'The link for {name} was withdrawn.', zh: '给 {name} 的链接已撤回。' },
})

export const INVITATIONS_KEY = ['people', 'invitations'] as const

/** One-time links that nobody has used yet. */
export function Invitations(): ReactNode {
  const w = useWords(words)
  const names = useNames()
  const queries = useQueryClient()
  const list = useKeyset(INVITATIONS_KEY, (after) =>
    server.invitations.list({ limit: 50, ...(after !== undefined && { after }) }),
  )
  const [asked, setAsked] = useState<InvitationView | null>(null)
  const called = (one: InvitationView): string => one.name ?? w('nameless')
  const columns: readonly Column<InvitationView>[] = [
    {
      id: 'whom',
      title: w('whom'),
      cell: (one) => <span className="font-medium">{called(one)}</span>,
      text: called,
    },
    {
      id: 'purpose',
      title: w('purpose'),
      cell: ({ purpose }) => w(purpose),
      text: ({ purpose }) => w(purpose),
      isMinor: true,
    },
    {
      id: 'role',
      title: w('role'),
      cell: ({ role }) => names.role(role),
      text: ({ role }) => names.role(role),
      isMinor: true,
    },
    {
      id: 'until',
      title: w('until'),
      cell: ({ expiresAt }) => moment(expiresAt),
      text: ({ expiresAt }) => expiresAt,
    },
    {
      id: 'action',
      title: w('action'),
      cell: (one) => (
        <Button
          size="small"
          look="danger"
          aria-label={w('withdrawLabel', { name: called(one) })}
          onClick={() => setAsked(one)}
        >
          {w('withdraw')}
        </Button>
      ),
    },
  ]
  return (
    <Section title={w('title')} lead={w('lead')}>
      <Table
        label={w('title')}
        columns={columns}
        list={list}
        keyOf={({ id }) => id}
        empty={<p className="text-small text-soft">{w('none')}</p>}
        isSearch
      />
      {asked !== null && (
        <Confirm
          isOpen
          onClose={() => setAsked(null)}
          title={w('withdrawTitle', { name: called(asked) })}
          action={w('withdrawSend')}
          onConfirm={async () => {
            await server.invitations.withdraw(asked.id)
            await queries.invalidateQueries({ queryKey: INVITATIONS_KEY })
            notify(w('withdrawn', { name: called(asked) }))
          }}
        >
          {w('withdrawText')}
        </Confirm>
      )}
    </Section>
  )
}
