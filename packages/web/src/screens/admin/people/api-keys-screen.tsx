import type { KeyView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { moment } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { useKeyset } from '../../../keyset.ts'
import { Button } from '../../../parts/button.tsx'
import { Chip, ClassChip } from '../../../parts/chip.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Page } from '../../../parts/page.tsx'
import { Empty } from '../../../parts/state.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { server } from '../../../server.ts'
import { useNames } from '../../../session/power-words.ts'
import { useIsEmergency, useMay } from '../../../session/session.ts'
import { keyWords } from '../../account/key-words.ts'
import { NewKey } from '../../account/new-key.tsx'
import { RevokeKey } from '../../account/revoke-key.tsx'
import { useWhoIs } from './lists.ts'

const words = defineWords('api-keys', {
  lead: {
    en: 'The keys of everybody: of people, of service accounts, and those that were made with a key. What a key may do at most its maker may.',
    zh: '所有人的密钥：人员的、服务账户的，以及用密钥创建的密钥。密钥的权限不超过其创建者。',
  },
  name: { en: 'Name', zh: '名称' },
  whose: { en: 'Whose', zh: '所属' },
  operator: { en: 'the machine’s operator', zh: '本机操作员' },
  scopes: { en: 'May use', zh: '可以使用' },
  ceiling: { en: 'Up to', zh: '最高密级' },
  made: { en: 'Made', zh: '创建于' },
  used: { en: 'Used', zh: '使用于' },
  until: { en: 'Until', zh: '有效至' },
  expired: { en: 'run out', zh: '已过期' },
  action: { en: 'Action', zh: '操作' },
})

export function ApiKeysScreen(): ReactNode {
  const w = useWords(words)
  const k = useWords(keyWords)
  const names = useNames()
  const may = useMay()
  const isEmergency = useIsEmergency()
  const queries = useQueryClient()
  const whoIs = useWhoIs(may('people'))
  const list = useKeyset(['keys', 'all'], (after) =>
    server.keys.list({ limit: 100, ...(after !== undefined && { after }) }),
  )
  const [asked, setAsked] = useState<KeyView | 'new' | null>(null)
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['keys'] })
  const whose = ({ creator }: KeyView): string =>
    creator === 'local-operator' ? w('operator') : whoIs(creator)
  const scopesOf = ({ scopes }: KeyView): string => scopes.map((scope) => names.scope(scope)).join(' · ')
  const columns: readonly Column<KeyView>[] = [
    {
      id: 'name',
      title: w('name'),
      cell: ({ id, name }) => <span className="font-medium">{name ?? id}</span>,
      text: ({ id, name }) => name ?? id,
    },
    { id: 'whose', title: w('whose'), cell: whose, text: whose },
    { id: 'scopes', title: w('scopes'), cell: scopesOf, text: scopesOf, isMinor: true },
    {
      id: 'ceiling',
      title: w('ceiling'),
      cell: ({ ceiling }) => <ClassChip of={ceiling} />,
      text: ({ ceiling }) => ceiling,
      isMinor: true,
    },
    {
      id: 'used',
      title: w('used'),
      cell: ({ lastUsedAt }) =>
        lastUsedAt === null ? <span className="text-soft">{k('never')}</span> : <Moment at={lastUsedAt} />,
      text: ({ lastUsedAt }) => lastUsedAt ?? '',
      isMinor: true,
    },
    {
      id: 'until',
      title: w('until'),
      cell: ({ expiresAt }) =>
        expiresAt === null ? (
          <span className="text-soft">{k('ever')}</span>
        ) : (
          <span className="flex flex-wrap gap-x-2">
            {moment(expiresAt)}
            {Date.parse(expiresAt) <= Date.now() && <Chip tone="alarm">{w('expired')}</Chip>}
          </span>
        ),
      text: ({ expiresAt }) => expiresAt ?? '',
      isMinor: true,
    },
    {
      id: 'action',
      title: w('action'),
      cell: (key) =>
        key.revokedAt === null ? (
          <Button
            size="small"
            look="danger"
            aria-label={k('revokeLabel', { name: key.name ?? key.id })}
            onClick={() => setAsked(key)}
          >
            {k('revoke')}
          </Button>
        ) : (
          <Chip>{k('revoked')}</Chip>
        ),
    },
  ]
  return (
    <Page
      isWide
      title={k('title')}
      lead={w('lead')}
      {...(!isEmergency && {
        actions: (
          <Button
            look="primary"
            icon={<KeyRound aria-hidden className="size-4" />}
            onClick={() => setAsked('new')}
          >
            {k('add')}
          </Button>
        ),
      })}
    >
      <Table
        label={k('title')}
        columns={columns}
        list={list}
        keyOf={({ id }) => id}
        empty={<Empty title={k('none')} />}
        isSearch
      />
      {asked === 'new' && <NewKey onMade={again} onClose={() => setAsked(null)} />}
      {asked !== null && asked !== 'new' && (
        <RevokeKey of={asked} onDone={again} onClose={() => setAsked(null)} />
      )}
    </Page>
  )
}
