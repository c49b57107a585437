import type { RequestView } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { useKeyset } from '../../keyset.ts'
import { cost, moment, number, size } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { TextLink } from '../../parts/button.tsx'
import { zoneWords } from '../../zones.ts'
import { Chip, ClassChip, ZoneChip } from '../../parts/chip.tsx'
import { SelectField, TextField } from '../../parts/field.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty } from '../../parts/state.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table } from '../../parts/table.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { sumOf } from './keeping.ts'
import type { LedgerFilter } from './ledger-filter.ts'
import { OUTCOMES, queryOf, readFilter, TIME_NAMES, ZONES } from './ledger-filter.ts'
import { outcomeWords } from './outcome-words.ts'
import { usePrincipals } from '../../session/principals.ts'
import { outcomeOf } from './record-story.ts'
import { requestIn } from './request-id.ts'
import { DATA_CLASSES, classWords } from '../../data-classes.ts'

const words = defineWords('ledger', {
  title: { en: 'Ledger of requests', zh: '请求台账' },
  leadAll: {
    en: 'Every request to a model or service: who asked, by which rule, where it went, what was masked. It holds no content.',
    zh: '发往模型或服务的每个请求：谁提出、依据哪条规则、发往哪里、脱敏了什么。其中不含内容。',
  },
  leadOwn: {
    en: 'Your requests to models and services: by which rule, where they went, what was masked.',
    zh: '您发往模型和服务的请求：依据哪条规则、发往哪里、脱敏了什么。',
  },
  empty: { en: 'No request fits', zh: '没有符合的请求' },
  emptyHelp: {
    en: 'Each question to a model makes one. Choose less above, or ask something.',
    zh: '每次向模型提问都会产生一个请求。请放宽上面的条件，或先提一个问题。',
  },
  any: { en: 'All', zh: '全部' },
  zone: { en: 'Where', zh: '地点' },
  class: { en: 'Class', zh: '级别' },
  target: { en: 'Target', zh: '目标' },
  outcome: { en: 'Outcome', zh: '结果' },
  person: { en: 'Who', zh: '谁' },
  time: { en: 'Time', zh: '时间' },
  when: { en: 'When', zh: '时间' },
  id: { en: 'Record', zh: '记录' },
  request: { en: 'Request', zh: '请求' },
  model: { en: 'Model', zh: '模型' },
  masked: { en: 'Masked', zh: '脱敏' },
  left: { en: 'Left', zh: '发出' },
  cost: { en: 'Cost', zh: '费用' },
  rule: { en: 'Rule', zh: '规则' },
  'code:stays_home': { en: 'Not allowed to leave', zh: '不允许离开' },
  'code:no_route': { en: 'No rule for it', zh: '没有对应规则' },
  'code:above_ceiling': { en: 'Above the caller’s ceiling', zh: '超过调用者上限' },
  'code:over_limit': { en: 'Over a limit', zh: '超出限额' },
  'code:upstream_down': { en: 'Target not reached', zh: '无法连接目标' },
  'state:settled': { en: 'Answered', zh: '已回答' },
  'state:failed': { en: 'Any refusal or failure', zh: '任何拒绝或失败' },
  'state:admitted': { en: 'Under way', zh: '进行中' },
  'state:unknown': { en: 'Ended with the process', zh: '随进程结束' },
  hour: { en: 'Last hour', zh: '最近一小时' },
  day: { en: 'Last day', zh: '最近一天' },
  week: { en: 'Last week', zh: '最近一周' },
})

/** The egress ledger: what was asked, where it went and why. */
export function LedgerScreen(): ReactNode {
  const w = useWords(words)
  const c = useWords(classWords)
  const z = useWords(zoneWords)
  const may = useMay()
  const navigate = useNavigate()
  const filter: LedgerFilter = useSearch({ from: '/trust/ledger' })
  // By the moment of the choice, so that its pages belong together.
  const query = useMemo(() => queryOf(filter, Date.now()), [filter])
  const { known } = usePrincipals()
  const columns = useColumns()
  const targets = useQuery({
    queryKey: ['trust', 'targets'],
    queryFn: () => server.targets.list(),
    enabled: may('settings'),
  })
  const list = useKeyset(['trust', 'ledger', query], (after) =>
    server.requests.list({ ...query, limit: 50, ...(after !== undefined && { after }) }),
  )
  const choose = (id: string, value: string): void =>
    void navigate({ to: '/trust/ledger', search: readFilter({ ...filter, [id]: value }) })
  const choices: readonly {
    readonly id: 'zone' | 'class' | 'target' | 'outcome' | 'person' | 'time'
    readonly options: readonly (readonly [string, string])[]
  }[] = [
    { id: 'outcome', options: OUTCOMES.map((outcome) => [outcome, w(outcome)]) },
    { id: 'zone', options: ZONES.map((zone) => [zone, z(zone)]) },
    { id: 'class', options: DATA_CLASSES.map((one) => [one, c(one)]) },
    { id: 'target', options: targets.data?.data.map(({ name }) => [name, name]) ?? [] },
    {
      id: 'person',
      options: may('requests-of-all') ? known.map(({ id, name }) => [id, name]) : [],
    },
    { id: 'time', options: TIME_NAMES.map((time) => [time, w(time)]) },
  ]
  return (
    <Page isWide title={w('title')} lead={w(may('requests-of-all') ? 'leadAll' : 'leadOwn')}>
      <Table
        label={w('title')}
        columns={columns}
        list={list}
        keyOf={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: `/trust/requests/${id}` })}
        empty={<Empty title={w('empty')}>{w('emptyHelp')}</Empty>}
        filters={[
          <div key="request" className="w-36 max-w-full wide:w-40">
            <TextField
              label={w('request')}
              placeholder="req_…"
              onChange={({ currentTarget: { value } }) => {
                const id = requestIn(value)
                if (id !== null) void navigate({ to: `/trust/requests/${id}` })
              }}
            />
          </div>,
          ...choices
            .filter(({ options }) => options.length > 0)
            .map(({ id, options }) => (
              <div key={id} className="w-36 max-w-full wide:w-40">
                <SelectField
                  label={w(id)}
                  value={filter[id] ?? ''}
                  onChange={({ currentTarget: { value } }) => choose(id, value)}
                >
                  <option value="">{w('any')}</option>
                  {options.map(([value, title]) => (
                    <option key={value} value={value}>
                      {title}
                    </option>
                  ))}
                </SelectField>
              </div>
            )),
        ]}
      />
    </Page>
  )
}

function useColumns(): readonly Column<RequestView>[] {
  const w = useWords(words)
  const c = useWords(classWords)
  const o = useWords(outcomeWords)
  const { nameOf, said } = usePrincipals()
  const mayAll = useMay()('requests-of-all')
  return [
    {
      id: 'at',
      title: w('when'),
      cell: ({ id, at }) => (
        <TextLink to={`/trust/requests/${id}`}>
          <Moment at={at} />
        </TextLink>
      ),
      text: ({ at }) => moment(at),
    },
    {
      id: 'outcome',
      title: w('outcome'),
      cell: (request) => <OutcomeChip record={request} />,
      text: (request) => [o(outcomeOf(request)), request.target, request.code].filter(Boolean).join(' '),
    },
    ...(mayAll
      ? [
          {
            id: 'person',
            title: w('person'),
            cell: ({ principal }: RequestView) => said(principal),
            text: ({ principal }: RequestView) => nameOf(principal),
          },
        ]
      : []),
    {
      id: 'class',
      title: w('class'),
      cell: ({ class: of }) => <ClassChip of={of} />,
      text: ({ class: of }) => c(of),
    },
    {
      id: 'model',
      title: w('model'),
      cell: ({ modelAsked }) => modelAsked ?? '–',
      text: ({ modelAsked }) => modelAsked ?? '',
      isMinor: true,
    },
    {
      id: 'rule',
      title: w('rule'),
      cell: ({ rule }) => <span className="font-mono text-tiny whitespace-nowrap">{rule ?? '–'}</span>,
      text: ({ rule }) => rule ?? '',
      isMinor: true,
    },
    {
      id: 'masked',
      title: w('masked'),
      cell: ({ masked }) => number(sumOf(masked)),
      text: ({ masked }) => String(sumOf(masked)),
      isNumber: true,
    },
    {
      id: 'left',
      title: w('left'),
      cell: ({ bytesOut }) => (bytesOut.managed === 0 ? '–' : size(bytesOut.managed)),
      text: ({ bytesOut }) => String(bytesOut.managed),
      isNumber: true,
      isMinor: true,
    },
    {
      id: 'cost',
      title: w('cost'),
      cell: (request) => (request.cost === null ? '–' : cost(request.cost)),
      text: (request) => String(request.cost ?? ''),
      isNumber: true,
      isMinor: true,
    },
    {
      id: 'id',
      title: w('id'),
      cell: ({ id }) => <code className="font-mono text-tiny text-soft">{id.slice(4, 12)}</code>,
      text: ({ id }) => id,
      isMinor: true,
    },
  ]
}

/** What became of a request, and at which target. */
export function OutcomeChip({ record }: { readonly record: RequestView }): ReactNode {
  const o = useWords(outcomeWords)
  const outcome = outcomeOf(record)
  if (outcome === 'local' || outcome === 'private' || outcome === 'managed')
    return <ZoneChip zone={outcome}>{outcome === 'local' ? undefined : record.target}</ZoneChip>
  const tone = outcome === 'stayed' ? 'caution' : outcome === 'refused' ? 'alarm' : 'plain'
  return (
    <span className="inline-flex flex-wrap items-center gap-1.5">
      <Chip tone={tone}>{o(outcome)}</Chip>
      {record.code !== null && <code className="font-mono text-tiny text-soft">{record.code}</code>}
    </span>
  )
}
