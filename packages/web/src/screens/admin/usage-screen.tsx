import { useQuery } from '@tanstack/react-query'
import type { UsageView } from '@freehold/sdk'
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { cost, number } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { SelectField, TextField } from '../../parts/field.tsx'
import { Page, Section } from '../../parts/page.tsx'
import { csvOf, save } from '../../parts/saving.ts'
import { Empty, Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'
import { usePrincipals } from '../../session/principals.ts'
import { Budgets } from './budgets.tsx'

const words = defineWords('usage', {
  title: { en: 'Usage and budgets', zh: '用量与预算' },
  lead: {
    en: 'What was asked and what it cost, in the unit of the targets’ prices. Without the right to see everybody’s you see your own.',
    zh: '请求了什么、花费多少，单位与目标的价格相同。没有查看全部的权限时只显示您自己的。',
  },
  by: { en: 'By', zh: '按' },
  day: { en: 'Day', zh: '日期' },
  principal: { en: 'Person or key', zh: '人员或密钥' },
  target: { en: 'Target', zh: '目标' },
  model: { en: 'Model', zh: '模型' },
  from: { en: 'From', zh: '从' },
  to: { en: 'To', zh: '到' },
  requests: { en: 'Requests', zh: '请求' },
  failed: { en: 'Failed', zh: '失败' },
  cached: { en: 'From the cache', zh: '来自缓存' },
  input: { en: 'Tokens in', zh: '输入词元' },
  output: { en: 'Tokens out', zh: '输出词元' },
  cost: { en: 'Cost', zh: '费用' },
  sum: { en: 'Together', zh: '合计' },
  nowhere: { en: 'nothing was reached', zh: '未到达任何目标' },
  export: { en: 'Export', zh: '导出' },
  none: { en: 'Nothing in this time', zh: '这段时间内没有' },
  budgets: { en: 'Budgets', zh: '预算' },
})

const BY = ['day', 'principal', 'target', 'model'] as const
type By = (typeof BY)[number]
type Row = UsageView['data'][number]
const FIGURES = ['requests', 'failed', 'cached', 'input', 'output', 'cost'] as const

const daysAgo = (count: number): string =>
  new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10)

/** What was used, and what may be. */
export function UsageScreen(): ReactNode {
  const w = useWords(words)
  const { nameOf } = usePrincipals()
  const [by, setBy] = useState<By>('day')
  const [from, setFrom] = useState(daysAgo(29))
  const [to, setTo] = useState(daysAgo(0))
  const usage = useQuery({
    queryKey: ['admin', 'usage', by, from, to],
    queryFn: () => server.usage.read({ by, from, to }),
  })
  const named = ({ name }: Row): string => (name === null ? w('nowhere') : nameOf(name))
  return (
    <Page title={w('title')} lead={w('lead')} isWide>
      <div className="flex flex-wrap items-end gap-3">
        <SelectField label={w('by')} value={by} onChange={(event) => setBy(event.currentTarget.value as By)}>
          {BY.map((one) => (
            <option key={one} value={one}>
              {w(one)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={w('from')}
          type="date"
          value={from}
          max={to}
          onChange={(event) => event.currentTarget.value !== '' && setFrom(event.currentTarget.value)}
        />
        <TextField
          label={w('to')}
          type="date"
          value={to}
          min={from}
          onChange={(event) => event.currentTarget.value !== '' && setTo(event.currentTarget.value)}
        />
        <span className="grow" />
        <Button
          icon={<Download aria-hidden className="size-4" />}
          disabled={usage.data === undefined}
          onClick={() =>
            save(
              `usage-${by}-${from}-${to}.csv`,
              csvOf([
                [w(by), ...FIGURES.map((figure) => w(figure))],
                ...(usage.data?.data ?? []).map((row) =>
                  [named(row)].concat(FIGURES.map((figure) => String(row[figure]))),
                ),
              ]),
              'text/csv',
            )
          }
        >
          {w('export')}
        </Button>
      </div>
      <Shown query={usage}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty title={w('none')} />
          ) : (
            <UsageTable rows={data} label={w(by)} named={named} />
          )
        }
      </Shown>
      <Section title={w('budgets')}>
        <Budgets />
      </Section>
    </Page>
  )
}

interface UsageTableProps {
  readonly rows: readonly Row[]
  readonly label: string
  readonly named: (row: Row) => string
}

function UsageTable({ rows, label, named }: UsageTableProps): ReactNode {
  const w = useWords(words)
  const sum = (figure: (typeof FIGURES)[number]): number => rows.reduce((all, row) => all + row[figure], 0)
  const said = (figure: (typeof FIGURES)[number], value: number): string =>
    figure === 'cost' ? cost(value) : number(value)
  return (
    <div
      className="overflow-x-auto rounded-large border border-line bg-sheet"
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      <table className="w-full text-small">
        <thead>
          <tr className="border-b border-line text-soft">
            <th scope="col" className="px-3 py-2 text-start font-medium">
              {label}
            </th>
            {FIGURES.map((figure) => (
              <th key={figure} scope="col" className="px-3 py-2 text-end font-medium whitespace-nowrap">
                {w(figure)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name ?? ''} className="border-b border-line">
              <th scope="row" className="px-3 py-1.5 text-start font-normal">
                {named(row)}
              </th>
              {FIGURES.map((figure) => (
                <td key={figure} className="px-3 py-1.5 text-end tabular-nums">
                  {said(figure, row[figure])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" className="px-3 py-2 text-start font-medium">
              {w('sum')}
            </th>
            {FIGURES.map((figure) => (
              <td key={figure} className="px-3 py-2 text-end font-medium tabular-nums">
                {said(figure, sum(figure))}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}
