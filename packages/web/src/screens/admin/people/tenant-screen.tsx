import type { TenantView } from '@freehold/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { day } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { TextField } from '../../../parts/field.tsx'
import { FormDialog } from '../../../parts/form-dialog.tsx'
import { Page } from '../../../parts/page.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { SecretDialog } from '../../../parts/secret.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify, notifyRefusal } from '../../../parts/toast.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { saveLines } from '../../account/lines-file.ts'
import { onceWords } from './once-words.ts'
import { TenantBoundsPanel } from './tenant-bounds.tsx'
import { nameOf, TenantState } from './tenant-state.tsx'
import { tenantWords } from './tenant-words.ts'

export function TenantScreen(): ReactNode {
  const w = useWords(tenantWords)
  const queries = useQueryClient()
  const { id = '' } = useParams({ strict: false })
  const tenant = useQuery({ queryKey: ['tenants', 'one', id], queryFn: () => server.tenants.read(id) })
  const changed = (): Promise<void> => queries.invalidateQueries({ queryKey: ['tenants'] })
  const lead = tenant.data !== undefined && (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-small">
      <TenantState of={tenant.data} />
      <span>{w(tenant.data.isolation)}</span>
      <span>
        {w('since')} {day(tenant.data.createdAt)}
      </span>
    </p>
  )
  return (
    <Page
      isWide
      title={tenant.data === undefined ? w('title') : nameOf(tenant.data)}
      lead={lead}
      back={{ to: '/admin/tenants', title: w('back') }}
    >
      <Shown query={tenant}>
        {(one) => (
          <div>
            {!one.claimed && <Invitation tenant={one} onChanged={changed} />}
            <TenantBoundsPanel key={JSON.stringify(one.bounds)} tenant={one} onChanged={changed} />
            <Data tenant={one} />
            <Access tenant={one} onChanged={changed} />
          </div>
        )}
      </Shown>
    </Page>
  )
}

export interface TenantPanelProps {
  readonly tenant: TenantView
  readonly onChanged: () => Promise<void>
}

function Invitation({ tenant, onChanged }: TenantPanelProps): ReactNode {
  const w = useWords(tenantWords)
  const o = useWords(onceWords)
  const [owner, setOwner] = useState('')
  const inviting = useMutation({
    mutationFn: () =>
      server.tenants.invite(tenant.id, { ...(owner.trim() !== '' && { owner: owner.trim() }) }),
    onSuccess: onChanged,
  })
  return (
    <Panel title={w('invite')} lead={w('inviteLead')}>
      <form
        className="flex max-w-xl flex-wrap items-start gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!inviting.isPending) inviting.mutate()
        }}
      >
        <div className="min-w-0 grow">
          <TextField
            label={w('owner')}
            help={w('ownerHelp')}
            value={owner}
            onChange={(event) => setOwner(event.currentTarget.value)}
            maxLength={128}
          />
        </div>
        <Button type="submit" className="mt-6" isBusy={inviting.isPending}>
          {w('inviteSend')}
        </Button>
      </form>
      {inviting.error !== null && <Refused error={inviting.error} />}
      {inviting.data !== undefined && (
        <SecretDialog
          secret={{ title: o('title'), text: o('join'), lines: [inviting.data.link] }}
          onClose={() => inviting.reset()}
        />
      )}
    </Panel>
  )
}

function Data({ tenant }: { readonly tenant: TenantView }): ReactNode {
  const w = useWords(tenantWords)
  const taking = useMutation({
    mutationFn: async () =>
      saveLines(`${nameOf(tenant)}.jsonl`, await server.tenants.export(tenant.id, {}, { timeoutMs: 0 })),
    onSuccess: (count) => notify(w('exported', { count })),
  })
  return (
    <Panel title={w('data')} lead={w('dataLead')}>
      <Button
        icon={<Download aria-hidden className="size-4" />}
        isBusy={taking.isPending}
        onClick={() => taking.mutate()}
      >
        {w('export')}
      </Button>
      {taking.error !== null && <Refused error={taking.error} />}
    </Panel>
  )
}

function Access({ tenant, onChanged }: TenantPanelProps): ReactNode {
  const w = useWords(tenantWords)
  const [asked, setAsked] = useState<'suspend' | 'delete' | null>(null)
  const name = nameOf(tenant)
  if (tenant.home)
    return (
      <Panel title={w('access')}>
        <p className="text-small text-soft">{w('homeText')}</p>
      </Panel>
    )
  const resume = async (): Promise<void> => {
    await server.tenants.resume(tenant.id)
    await onChanged()
    notify(w('resumeDone', { name }))
  }
  return (
    <Panel title={w('access')} lead={w('accessLead')}>
      <div className="flex flex-wrap gap-2">
        {tenant.suspendedAt === null && tenant.deletesAt === null ? (
          <Button look="danger" onClick={() => setAsked('suspend')}>
            {w('suspend')}
          </Button>
        ) : (
          <Button onClick={() => void resume().catch(notifyRefusal)}>{w('resume')}</Button>
        )}
        {tenant.deletesAt === null && (
          <Button look="danger" onClick={() => setAsked('delete')}>
            {w('delete')}
          </Button>
        )}
      </div>
      {asked === 'suspend' && (
        <Confirm
          isOpen
          onClose={() => setAsked(null)}
          title={w('suspendTitle', { name })}
          action={w('suspendSend')}
          onConfirm={async () => {
            await server.tenants.suspend(tenant.id)
            await onChanged()
            notify(w('suspendDone', { name }))
          }}
        >
          {w('suspendText')}
        </Confirm>
      )}
      {asked === 'delete' && <Delete tenant={tenant} onChanged={onChanged} onClose={() => setAsked(null)} />}
    </Panel>
  )
}

function Delete({
  tenant,
  onChanged,
  onClose,
}: TenantPanelProps & { readonly onClose: () => void }): ReactNode {
  const w = useWords(tenantWords)
  const name = nameOf(tenant)
  const [typed, setTyped] = useState('')
  const [grace, setGrace] = useState('7')
  return (
    <FormDialog
      title={w('deleteTitle', { name })}
      lead={w('deleteText')}
      send={w('deleteSend')}
      isGrave
      isReady={typed.trim() === name}
      onClose={onClose}
      onSend={async () => {
        await server.tenants.delete(tenant.id, { confirm: typed.trim(), graceDays: Number(grace) })
        await onChanged()
        notify(w('deleteDone', { name }))
      }}
    >
      <TextField
        label={w('grace')}
        inputMode="numeric"
        value={grace}
        onChange={(event) => setGrace(event.currentTarget.value)}
      />
      <TextField
        label={w('type', { name })}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        spellCheck={false}
      />
    </FormDialog>
  )
}
