import type { TenantIsolation, TenantView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Building2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { day } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { useKeyset } from '../../../keyset.ts'
import { Button, TextLink } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { SelectField, TextField } from '../../../parts/field.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { Page } from '../../../parts/page.tsx'
import { SecretDialog } from '../../../parts/secret.tsx'
import { Empty } from '../../../parts/state.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { server } from '../../../server.ts'
import { onceWords } from './once-words.ts'
import { nameOf, TenantState, useTenantState } from './tenant-state.tsx'
import { tenantWords } from './tenant-words.ts'

export function TenantsScreen(): ReactNode {
  const w = useWords(tenantWords)
  const stateOf = useTenantState()
  const navigate = useNavigate()
  const [isAdding, setAdding] = useState(false)
  const list = useKeyset(['tenants', 'list'], (after) =>
    server.tenants.list({ limit: 100, ...(after !== undefined && { after }) }),
  )
  const columns: readonly Column<TenantView>[] = [
    {
      id: 'name',
      title: w('name'),
      cell: (tenant) => (
        <span className="flex flex-wrap items-center gap-2">
          <TextLink to={`/admin/tenants/${tenant.id}`} className="font-medium">
            {nameOf(tenant)}
          </TextLink>
          {tenant.home && <Chip>{w('home')}</Chip>}
        </span>
      ),
      text: nameOf,
    },
    {
      id: 'state',
      title: w('state'),
      cell: (tenant) => <TenantState of={tenant} />,
      text: stateOf,
    },
    {
      id: 'rows',
      title: w('rows'),
      cell: ({ isolation }) => w(isolation),
      text: ({ isolation }) => w(isolation),
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
          icon={<Building2 aria-hidden className="size-4" />}
          onClick={() => setAdding(true)}
        >
          {w('add')}
        </Button>
      }
    >
      <Table
        label={w('title')}
        columns={columns}
        list={list}
        keyOf={({ id }) => id}
        empty={<Empty title={w('none')} />}
        onOpen={({ id }) => void navigate({ to: `/admin/tenants/${id}` })}
        isSearch
      />
      {isAdding && <NewTenant onClose={() => setAdding(false)} />}
    </Page>
  )
}

function NewTenant({ onClose }: { readonly onClose: () => void }): ReactNode {
  const w = useWords(tenantWords)
  const o = useWords(onceWords)
  const queries = useQueryClient()
  const [slug, setSlug] = useState('')
  const [owner, setOwner] = useState('')
  const [isolation, setIsolation] = useState<TenantIsolation>('pooled')
  const [link, setLink] = useState<string | null>(null)
  if (link !== null)
    return <SecretDialog secret={{ title: o('title'), text: o('join'), lines: [link] }} onClose={onClose} />
  return (
    <FormDialog
      title={w('add')}
      lead={w('addText')}
      send={w('addSend')}
      staysOpen
      onClose={onClose}
      onSend={async () => {
        const made = await server.tenants.create({
          slug: slug.trim(),
          ...(owner.trim() !== '' && { owner: owner.trim() }),
          isolation,
        })
        await queries.invalidateQueries({ queryKey: ['tenants'] })
        setLink(made.link)
      }}
    >
      <TextField
        label={w('slug')}
        help={w('slugHelp')}
        value={slug}
        onChange={(event) => setSlug(event.currentTarget.value)}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={63}
      />
      <TextField
        label={w('owner')}
        help={w('ownerHelp')}
        value={owner}
        onChange={(event) => setOwner(event.currentTarget.value)}
        maxLength={128}
      />
      <SelectField
        label={w('isolation')}
        value={isolation}
        onChange={(event) => setIsolation(event.currentTarget.value === 'database' ? 'database' : 'pooled')}
      >
        <option value="pooled">{w('pooled')}</option>
        <option value="database">{w('database')}</option>
      </SelectField>
    </FormDialog>
  )
}
