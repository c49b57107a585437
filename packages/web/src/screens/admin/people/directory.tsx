import type { Page, ScimUser } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { useKeyset } from '../../../keyset.ts'
import { number } from '../../../language/format.ts'
import { Button, TextLink } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { Facts, Section, Sheet } from '../../../parts/page.tsx'
import { Empty } from '../../../parts/state.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { server } from '../../../server.ts'
import { useIsEmergency, useMay } from '../../../session/session.ts'
import { NewKey } from '../../account/new-key.tsx'

const words = defineWords('directory', {
  title: { en: 'Directory (SCIM)', zh: '目录（SCIM）' },
  lead: {
    en: 'Okta, Entra ID, Keycloak and others open, change and shut accounts here by themselves. Give the directory the address and a key; revoking the key switches it off at once.',
    zh: 'Okta、Entra ID、Keycloak 等可以自行在这里开通、更改和停用账户。把地址和密钥交给目录；吊销密钥即刻关闭。',
  },
  address: { en: 'Address', zh: '地址' },
  groups: { en: 'Groups', zh: '群组' },
  make: { en: 'Make a key for it', zh: '为它创建密钥' },
  keyName: { en: 'directory', zh: '目录' },
  limits: {
    en: 'With this scope alone it looks after people who may no more than a member; give it “people” as well for others. The key ends with your account; one that stays is made on the server:',
    zh: '仅凭此权限，它只能管理权限不超过成员的人；要管理其他人，请同时授予“人员”。密钥随您的账户失效；长期有效的密钥请在服务器上创建：',
  },
  allKeys: { en: 'All keys, and when each was used', zh: '所有密钥及其使用时间' },
  people: { en: 'What it has provisioned', zh: '由目录开通的账户' },
  none: { en: 'It has made nobody yet', zh: '还没有由目录开通的账户' },
  user: { en: 'Name', zh: '名称' },
  external: { en: 'Id in the directory', zh: '目录中的标识' },
  mail: { en: 'E-mail', zh: '电子邮箱' },
  state: { en: 'State', zh: '状态' },
  active: { en: 'open', zh: '正常' },
  inactive: { en: 'shut', zh: '已停用' },
})

const PAGE = 100
const COMMAND = 'freehold key create --scope scim --name directory'

/** Pages of SCIM are counted; what continues one is the number of its first entry. */
async function readPeople(from = '1'): Promise<Page<ScimUser>> {
  const { Resources, startIndex, totalResults } = await server.scim.users.list({
    startIndex: from,
    count: String(PAGE),
  })
  const next = startIndex + Resources.length
  return { data: Resources, next: next > totalResults || Resources.length === 0 ? null : String(next) }
}

/** The directory that looks after people by itself, and whom it has made. */
export function Directory(): ReactNode {
  const w = useWords(words)
  const may = useMay()
  const isEmergency = useIsEmergency()
  const queries = useQueryClient()
  const [isMaking, setMaking] = useState(false)
  const groups = useQuery({
    queryKey: ['directory', 'groups'],
    queryFn: () => server.scim.groups.list({ count: '1' }),
  })
  const list = useKeyset(['directory', 'people'], readPeople)
  const stateOf = ({ active }: ScimUser): string => w(active === false ? 'inactive' : 'active')
  const mailOf = ({ emails = [] }: ScimUser): string =>
    (emails.find(({ primary }) => primary) ?? emails[0])?.value ?? ''
  const columns: readonly Column<ScimUser>[] = [
    {
      id: 'user',
      title: w('user'),
      cell: ({ id = '', userName = '' }) => (
        <TextLink to={`/admin/people/${id}`} className="font-medium wrap-anywhere">
          {userName}
        </TextLink>
      ),
      text: ({ userName = '' }) => userName,
    },
    { id: 'mail', title: w('mail'), cell: mailOf, text: mailOf, isMinor: true },
    {
      id: 'external',
      title: w('external'),
      cell: ({ externalId = '' }) => <code>{externalId}</code>,
      text: ({ externalId = '' }) => externalId,
      isMinor: true,
    },
    {
      id: 'state',
      title: w('state'),
      cell: (user) =>
        user.active === false ? (
          <Chip tone="alarm">{stateOf(user)}</Chip>
        ) : (
          <span className="whitespace-nowrap text-soft">{stateOf(user)}</span>
        ),
      text: stateOf,
    },
  ]
  return (
    <Section
      title={w('title')}
      lead={w('lead')}
      {...(may('keys') &&
        !isEmergency && {
          actions: <Button onClick={() => setMaking(true)}>{w('make')}</Button>,
        })}
    >
      <Sheet className="space-y-3">
        <Facts
          facts={[
            [w('address'), <code key="address">{`${location.origin}/scim/v2`}</code>],
            [
              w('groups'),
              <TextLink key="groups" to="/admin/groups">
                {groups.data === undefined ? '…' : number(groups.data.totalResults)}
              </TextLink>,
            ],
          ]}
        />
        <p className="max-w-prose text-small text-soft">
          {w('limits')} <code className="wrap-anywhere text-ink">{COMMAND}</code>
        </p>
        {may('keys') && may('keys-of-all') && (
          <TextLink to="/admin/api-keys" className="text-small">
            {w('allKeys')}
          </TextLink>
        )}
      </Sheet>
      <h3 className="pt-2 text-small font-medium">{w('people')}</h3>
      <Table
        label={w('people')}
        columns={columns}
        list={list}
        keyOf={({ id = '' }) => id}
        empty={<Empty title={w('none')} />}
        isSearch
      />
      {isMaking && (
        <NewKey
          name={w('keyName')}
          scopes={['scim']}
          onMade={() => queries.invalidateQueries({ queryKey: ['keys'] })}
          onClose={() => setMaking(false)}
        />
      )}
    </Section>
  )
}
