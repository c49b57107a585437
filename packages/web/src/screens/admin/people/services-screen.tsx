import type { ServiceAccountView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Bot } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { day } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { useKeyset } from '../../../keyset.ts'
import { Button, TextLink } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { TextField } from '../../../parts/field.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { Page } from '../../../parts/page.tsx'
import { Empty } from '../../../parts/state.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { notify } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { useNames } from '../../../session/power-words.ts'
import { useMay } from '../../../session/session.ts'
import { ScopeChoice, USUAL } from '../../account/scope-choice.tsx'
import { RoleSelect } from './role-select.tsx'
import { serviceWords } from './service-words.ts'

export function ServicesScreen(): ReactNode {
  const w = useWords(serviceWords)
  const names = useNames()
  const navigate = useNavigate()
  const [isAdding, setAdding] = useState(false)
  const list = useKeyset(['services', 'list'], (after) =>
    server.serviceAccounts.list({ limit: 100, ...(after !== undefined && { after }) }),
  )
  const kindOf = ({ redirectUris }: ServiceAccountView): string =>
    w(redirectUris.length > 0 ? 'application' : 'program')
  const stateOf = ({ disabledAt }: ServiceAccountView): string => w(disabledAt === null ? 'open' : 'shut')
  const columns: readonly Column<ServiceAccountView>[] = [
    {
      id: 'name',
      title: w('name'),
      cell: ({ id, name }) => (
        <TextLink to={`/admin/service-accounts/${id}`} className="font-medium">
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
    { id: 'kind', title: w('kind'), cell: kindOf, text: kindOf },
    {
      id: 'state',
      title: w('state'),
      cell: (one) =>
        one.disabledAt === null ? (
          <span className="text-soft">{stateOf(one)}</span>
        ) : (
          <Chip tone="alarm">{stateOf(one)}</Chip>
        ),
      text: stateOf,
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
        <Button look="primary" icon={<Bot aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
          {w('add')}
        </Button>
      }
    >
      <Table
        label={w('title')}
        columns={columns}
        list={list}
        keyOf={({ id }) => id}
        empty={<Empty title={w('none')}>{w('noneText')}</Empty>}
        onOpen={({ id }) => void navigate({ to: `/admin/service-accounts/${id}` })}
        isSearch
      />
      {isAdding && <NewService onClose={() => setAdding(false)} />}
    </Page>
  )
}

function NewService({ onClose }: { readonly onClose: () => void }): ReactNode {
  const w = useWords(serviceWords)
  const may = useMay()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [role, setRole] = useState('member')
  const [scopes, setScopes] = useState(USUAL.filter((scope) => may(scope)))
  return (
    <FormDialog
      title={w('add')}
      lead={w('addText')}
      send={w('addSend')}
      onClose={onClose}
      onSend={async () => {
        const made = await server.serviceAccounts.create({ name: name.trim(), role, scopes })
        notify(w('made', { name: made.name }))
        await queries.invalidateQueries({ queryKey: ['services'] })
        await navigate({ to: `/admin/service-accounts/${made.id}` })
      }}
    >
      <TextField
        label={w('name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={128}
      />
      <RoleSelect value={role} onChange={setRole} />
      <ScopeChoice label={w('scopes')} value={scopes} onChange={(next) => setScopes([...next])} />
    </FormDialog>
  )
}
