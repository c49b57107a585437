import type { ServiceAccountView } from '@freehold/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { day } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Chip } from '../../../parts/chip.tsx'
import { Confirm } from '../../../parts/dialog.tsx'
import { Page } from '../../../parts/page.tsx'
import { Panel } from '../../../parts/panel.tsx'
import { Shown } from '../../../parts/state.tsx'
import { notify, notifyRefusal } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { useNames } from '../../../session/power-words.ts'
import { useMay } from '../../../session/session.ts'
import { ServiceApplication } from './service-application.tsx'
import { ServiceKeys } from './service-keys.tsx'
import { ServiceProof } from './service-proof.tsx'
import { ServiceRights } from './service-rights.tsx'
import { serviceWords } from './service-words.ts'

/** One service account: what it may, how it proves itself, its keys. */
export function ServiceScreen(): ReactNode {
  const w = useWords(serviceWords)
  const names = useNames()
  const may = useMay()
  const queries = useQueryClient()
  const { id = '' } = useParams({ strict: false })
  const service = useQuery({
    queryKey: ['services', 'one', id],
    queryFn: () => server.serviceAccounts.read(id),
  })
  const changed = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['services'] })
  }
  const lead = service.data !== undefined && (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-small">
      {service.data.disabledAt === null ? (
        <Chip tone="good">{w('open')}</Chip>
      ) : (
        <Chip tone="alarm">{w('shut')}</Chip>
      )}
      <span>{names.role(service.data.role)}</span>
      <span>
        {w('since')} {day(service.data.createdAt)}
      </span>
    </p>
  )
  return (
    <Page
      isWide
      title={service.data?.name ?? w('title')}
      lead={lead}
      back={{ to: '/admin/service-accounts', title: w('back') }}
    >
      <Shown query={service}>
        {(one) => (
          <div>
            <ServiceRights key={rightsOf(one)} service={one} onChanged={changed} />
            {may('keys') && <ServiceKeys service={one} />}
            <ServiceProof
              key={JSON.stringify([one.keys, one.certificate])}
              service={one}
              onChanged={changed}
            />
            <ServiceApplication
              key={JSON.stringify([one.redirectUris, one.resources, one.public])}
              service={one}
              onChanged={changed}
            />
            <Account service={one} onChanged={changed} />
          </div>
        )}
      </Shown>
    </Page>
  )
}

/** A form begins anew where what it is about was changed, and keeps what is typed in where something else was. */
const rightsOf = (one: ServiceAccountView): string =>
  JSON.stringify([one.name, one.role, one.scopes, one.class, one.ceiling, one.limits])

export interface ServicePanelProps {
  readonly service: ServiceAccountView
  readonly onChanged: () => Promise<void>
}

function Account({ service: { id, name, disabledAt }, onChanged }: ServicePanelProps): ReactNode {
  const w = useWords(serviceWords)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [asked, setAsked] = useState<'disable' | 'delete' | null>(null)
  const put = async (disabled: boolean): Promise<void> => {
    await server.serviceAccounts.change(id, { disabled })
    await onChanged()
    notify(w(disabled ? 'disabled' : 'enabled', { name }))
  }
  return (
    <Panel title={w('account')} lead={w('accountLead')}>
      <div className="flex flex-wrap gap-2">
        {disabledAt === null ? (
          <Button look="danger" onClick={() => setAsked('disable')}>
            {w('disable')}
          </Button>
        ) : (
          <Button onClick={() => void put(false).catch(notifyRefusal)}>{w('enable')}</Button>
        )}
        <Button look="danger" onClick={() => setAsked('delete')}>
          {w('delete')}
        </Button>
      </div>
      {asked === 'disable' && (
        <Confirm
          isOpen
          onClose={() => setAsked(null)}
          title={w('disableTitle', { name })}
          action={w('disable')}
          onConfirm={() => put(true)}
        >
          {w('disableText')}
        </Confirm>
      )}
      {asked === 'delete' && (
        <Confirm
          isOpen
          onClose={() => setAsked(null)}
          title={w('deleteTitle', { name })}
          action={w('deleteSend')}
          typed={name}
          onConfirm={async () => {
            await server.serviceAccounts.delete(id)
            notify(w('deleted', { name }))
            await navigate({ to: '/admin/service-accounts' })
            queries.removeQueries({ queryKey: ['services', 'one', id] })
            await onChanged()
          }}
        >
          {w('deleteText')}
        </Confirm>
      )}
    </Panel>
  )
}
