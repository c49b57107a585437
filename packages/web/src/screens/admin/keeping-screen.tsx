import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { HoldInput, HoldView } from '@freehold/sdk'
import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useKeyset } from '../../keyset.ts'
import { moment } from '../../language/format.ts'
import { defineWords, hasWords, useLanguage, useWords } from '../../language/words.ts'
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
import { useIsEmergency, useMay } from '../../session/session.ts'
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
  'identity.endedDays': {
    en: 'Invitations that ran out, and keys that were revoked or expired',
    zh: '过期的邀请，以及已吊销或过期的密钥',
  },
  'privacy.egressDays': {
    en: 'What left for managed targets and what came back, encrypted (0: not kept)',
    zh: '发往托管目标的内容和返回内容，加密保存（0 表示不保存）',
  },
  'privacy.vaultDays': {
    en: 'What stands for what in a named conversation, since something new was masked in it',
    zh: '命名对话中占位符与原值的对应关系，自最近一次新增脱敏起算',
  },
  'conversations.temporaryHours': {
    en: 'Temporary conversations; counts for those that begin afterwards',
    zh: '临时对话；只对之后开始的生效',
  },
  'conversations.closedAfterDays': {
    en: 'Without a word, until a conversation counts as closed; an archived one is at once',
    zh: '对话多久没有新内容即视为结束；归档的立即视为结束',
  },
  'conversations.keepDays': { en: 'Conversations, after they are closed', zh: '已结束的对话' },
  'records.keepDays': { en: 'Records of requests', zh: '请求记录' },
  'audit.keepDays': {
    en: 'What audit events say; their entries in the log stay',
    zh: '审计事件的内容；日志中的条目不会删除',
  },
  days: { en: '{count, plural, one {# day} other {# days}}', zh: '{count} 天' },
  hours: { en: '{count, plural, one {# hour} other {# hours}}', zh: '{count} 小时' },
  forever: { en: 'for good', zh: '一直保留' },
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
  const language = useLanguage()
  const may = useMay()
  const isEmergency = useIsEmergency()
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
                    .map(({ key, value, meaning, zh }) => [
                      <span key={key}>
                        {typeof value === 'number'
                          ? w(key.endsWith('Hours') ? 'hours' : 'days', { count: value })
                          : w('forever')}
                      </span>,
                      <span key={key}>
                        {hasWords(words, key) ? w(key) : language === 'zh-CN' ? zh : meaning}{' '}
                        <code className="text-tiny text-soft">{key}</code>
                      </span>,
                    ])}
                />
              </Sheet>
            )}
          </Shown>
        </Section>
      )}
      <Section title={w('holds')} {...(!isEmergency && { actions: add })}>
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
              text: ({ liftedAt }) => w(liftedAt === null ? 'active' : 'lifted'),
            },
            {
              id: 'actions',
              title: w('actions'),
              cell: (hold) =>
                hold.liftedAt === null && !isEmergency ? (
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
        typed={lifting?.reason ?? ''}
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
