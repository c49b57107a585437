import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { HoldInput, HoldView } from '@freehold/sdk'
import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useKeyset } from '../../keyset.ts'
import { moment } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Confirm, Dialog } from '../../parts/dialog.tsx'
import { SelectField, TextField } from '../../parts/field.tsx'
import { Facts, Page, Section, Sheet } from '../../parts/page.tsx'
import { Empty, Shown } from '../../parts/state.tsx'
import { Table } from '../../parts/table.tsx'
import { notify } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { usePrincipals } from '../../session/principals.ts'

const words = defineWords('keeping', {
  title: { en: 'Keeping and holds', zh: '保留与法定保留' },
  lead: {
    en: 'How long things are kept, and what must not be deleted until somebody says so.',
    zh: '内容保留多久，以及在另行通知之前不得删除的内容。',
  },
  times: { en: 'How long', zh: '保留时间' },
  timesLead: {
    en: 'Set in the configuration; the server deletes what is due by itself.',
    zh: '在配置中设置；服务器会自动删除到期的内容。',
  },
  holds: { en: 'Legal holds', zh: '法定保留' },
  add: { en: 'Add a hold', zh: '添加保留' },
  scope: { en: 'Of what', zh: '范围' },
  person: { en: 'A person', zh: '某人' },
  collection: { en: 'A collection', zh: '某知识集' },
  time: { en: 'A time', zh: '某段时间' },
  everything: { en: 'Everything', zh: '全部' },
  who: { en: 'Name or id of the person', zh: '该人的名称或 ID' },
  which: { en: 'Id of the collection', zh: '知识集 ID' },
  since: { en: 'Made from', zh: '起始' },
  until: { en: 'Made before', zh: '截止' },
  reason: { en: 'Reason (stands on record)', zh: '原因（会记录在案）' },
  expires: { en: 'Counts until (empty: until it is lifted)', zh: '有效至（留空表示直到解除）' },
  none: { en: 'Nothing is held', zh: '没有法定保留' },
  noneHelp: {
    en: 'A hold keeps content from every deletion: by people, by time and by erasure.',
    zh: '法定保留使内容免于任何删除：人工、到期或抹除。',
  },
  created: { en: 'Since', zh: '开始于' },
  state: { en: 'State', zh: '状态' },
  active: { en: 'In force', zh: '生效中' },
  lifted: { en: 'Lifted', zh: '已解除' },
  lift: { en: 'Lift', zh: '解除' },
  liftTitle: { en: 'Lift this hold?', zh: '解除此保留？' },
  liftHelp: {
    en: 'What it held can be deleted from then on, and what is due is deleted by itself. This stands on record.',
    zh: '之后其内容可以被删除，到期的内容会自动删除。此操作会记录在案。',
  },
  liftDone: { en: 'The hold was lifted.', zh: '保留已解除。' },
  actions: { en: 'Actions', zh: '操作' },
})

const SCOPES = ['person', 'collection', 'time', 'everything'] as const
const RETENTION = /(?:keepDays|egressDays|vaultDays|endedDays|temporaryHours|closedAfterDays)$/

/** Retention and legal holds. */
export function KeepingScreen(): ReactNode {
  const w = useWords(words)
  const may = useMay()
  const names = usePrincipals()
  const queries = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [lifting, setLifting] = useState<HoldView | null>(null)
  const settings = useQuery({
    queryKey: ['admin', 'settings'],
    queryFn: () => server.settings.read(),
    enabled: may('settings'),
  })
  const list = useKeyset(['admin', 'holds'], (after) =>
    server.holds.list({ limit: 100, ...(after !== undefined && { after }) }),
  )
  const add = (
    <Button icon={<Plus aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
      {w('add')}
    </Button>
  )
  const ofWhat = ({ scope, person, collection, since, until }: HoldView): string =>
    [
      w(scope),
      person === null ? null : names.nameOf(person),
      collection,
      since === null ? null : `${moment(since)} –`,
      until === null ? null : moment(until),
    ]
      .filter((part) => part !== null)
      .join(' ')
  return (
    <Page title={w('title')} lead={w('lead')} isWide>
      {may('settings') && (
        <Section title={w('times')} lead={w('timesLead')}>
          <Shown query={settings}>
            {({ data }) => (
              <Sheet>
                <Facts
                  facts={data
                    .filter(({ key }) => RETENTION.test(key))
                    .map(({ key, value, meaning }) => [
                      <code key={key}>{key}</code>,
                      <span key={key}>
                        <b>{JSON.stringify(value)}</b>{' '}
                        <span lang="en" className="text-soft">
                          {meaning}
                        </span>
                      </span>,
                    ])}
                />
              </Sheet>
            )}
          </Shown>
        </Section>
      )}
      <Section title={w('holds')} actions={add}>
        <Table
          label={w('holds')}
          list={list}
          keyOf={({ id }) => id}
          empty={<Empty title={w('none')}>{w('noneHelp')}</Empty>}
          columns={[
            { id: 'scope', title: w('scope'), cell: ofWhat, text: ofWhat },
            { id: 'reason', title: w('reason'), cell: ({ reason }) => reason, text: ({ reason }) => reason },
            {
              id: 'created',
              title: w('created'),
              cell: ({ createdAt }) => moment(createdAt),
              text: ({ createdAt }) => createdAt,
              isMinor: true,
            },
            {
              id: 'state',
              title: w('state'),
              cell: ({ liftedAt }) => (
                <Chip tone={liftedAt === null ? 'caution' : 'plain'}>
                  {w(liftedAt === null ? 'active' : 'lifted')}
                </Chip>
              ),
              text: ({ liftedAt }) => (liftedAt === null ? 'active' : 'lifted'),
            },
            {
              id: 'actions',
              title: w('actions'),
              cell: (hold) =>
                hold.liftedAt === null ? (
                  <Button size="small" look="danger" onClick={() => setLifting(hold)}>
                    {w('lift')}
                  </Button>
                ) : null,
            },
          ]}
        />
      </Section>
      <Dialog isOpen={isAdding} onClose={() => setAdding(false)} title={w('add')}>
        <HoldForm onDone={() => setAdding(false)} idOf={names.idOf} />
      </Dialog>
      <Confirm
        isOpen={lifting !== null}
        onClose={() => setLifting(null)}
        title={w('liftTitle')}
        action={w('lift')}
        onConfirm={async () => {
          if (lifting === null) return
          await server.holds.lift(lifting.id)
          await queries.invalidateQueries({ queryKey: ['admin', 'holds'] })
          notify(w('liftDone'))
        }}
      >
        <p>{w('liftHelp')}</p>
      </Confirm>
    </Page>
  )
}

interface HoldFormProps {
  readonly onDone: () => void
  readonly idOf: (text: string) => string
}

function HoldForm({ onDone, idOf }: HoldFormProps): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const [scope, setScope] = useState<HoldInput['scope']>('person')
  const creation = useMutation({
    mutationFn: (input: HoldInput) => server.holds.add(input),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['admin', 'holds'] })
      onDone()
    },
  })
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const said = (name: string): string => {
          const value = form.get(name)
          return typeof value === 'string' ? value.trim() : ''
        }
        const instant = (name: string): object => {
          const time = Date.parse(said(name))
          return Number.isNaN(time) ? {} : { [name]: new Date(time).toISOString() }
        }
        creation.mutate({
          scope,
          reason: said('reason'),
          ...(scope === 'person' && { person: idOf(said('person')) }),
          ...(scope === 'collection' && { collection: said('collection') }),
          ...(scope === 'time' && { ...instant('since'), ...instant('until') }),
          ...instant('expiresAt'),
        })
      }}
    >
      <SelectField
        label={w('scope')}
        value={scope}
        onChange={(event) => setScope(event.currentTarget.value as HoldInput['scope'])}
      >
        {SCOPES.map((one) => (
          <option key={one} value={one}>
            {w(one)}
          </option>
        ))}
      </SelectField>
      {scope === 'person' && <TextField name="person" label={w('who')} required />}
      {scope === 'collection' && <TextField name="collection" label={w('which')} required />}
      {scope === 'time' && (
        <div className="grid gap-4 wide:grid-cols-2">
          <TextField name="since" label={w('since')} type="datetime-local" />
          <TextField name="until" label={w('until')} type="datetime-local" />
        </div>
      )}
      <TextField name="reason" label={w('reason')} required />
      <TextField name="expiresAt" label={w('expires')} type="datetime-local" />
      {creation.error !== null && <Refused error={creation.error} />}
      <div className="flex justify-end">
        <Button type="submit" look="primary" isBusy={creation.isPending}>
          {w('add')}
        </Button>
      </div>
    </form>
  )
}
