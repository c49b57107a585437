import type { BudgetView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useKeyset } from '../../keyset.ts'
import { cost, day, number, percent } from '../../language/format.ts'
import { defineWords, hasWords, useLanguage, useWords } from '../../language/words.ts'
import { Chip } from '../../parts/chip.tsx'
import { Empty } from '../../parts/state.tsx'
import type { Column } from '../../parts/table.tsx'
import { Table } from '../../parts/table.tsx'
import { server } from '../../server.ts'
import { usePrincipals } from '../../session/principals.ts'

const words = defineWords('budgets', {
  title: { en: 'Budgets', zh: '预算' },
  none: { en: 'No limit is set', zh: '没有设置限额' },
  noneHelp: {
    en: 'Limits stand with keys, targets, tenants and in the configuration under limits.',
    zh: '限额在密钥、目标、租户以及配置的 limits 中设置。',
  },
  whose: { en: 'Whose', zh: '所属' },
  kind: { en: 'Kind', zh: '类型' },
  limit: { en: 'Limit', zh: '限额' },
  spent: { en: 'Spent', zh: '已用' },
  most: { en: 'At most', zh: '上限' },
  share: { en: 'Share', zh: '占比' },
  until: { en: 'Until', zh: '截止' },
  tenant: { en: 'Tenant', zh: '租户' },
  key: { en: 'Key', zh: '密钥' },
  user: { en: 'Person', zh: '人员' },
  service: { en: 'Service account', zh: '服务账户' },
  group: { en: 'Group', zh: '群组' },
  target: { en: 'Target', zh: '目标' },
  over: { en: 'used up', zh: '已用完' },
  tokensPerDay: { en: 'Tokens per day', zh: '每日词元' },
  moneyPerDay: { en: 'Money per day', zh: '每日费用' },
  tokensPerMonth: { en: 'Tokens per month', zh: '每月词元' },
  moneyPerMonth: { en: 'Money per month', zh: '每月费用' },
})

/** `user:…` in its two parts; an id may hold colons of its own. */
function partsOf({ budget }: BudgetView): readonly [kind: string, id: string] {
  const [, kind = '', id = ''] = /^([^:]*):(.*)$/s.exec(budget) ?? []
  return [kind, id]
}

/** What may be spent, and what of it is. */
export function Budgets(): ReactNode {
  const w = useWords(words)
  const { nameOf } = usePrincipals()
  useLanguage()
  const list = useKeyset(['admin', 'budgets'], (after) =>
    server.budgets.list({ limit: 100, ...(after !== undefined && { after }) }),
  )
  const kindOf = (one: BudgetView): string => {
    const [kind] = partsOf(one)
    return hasWords(words, kind) ? w(kind) : kind
  }
  const figure = ({ limit }: BudgetView, value: number): string =>
    limit.startsWith('money') ? cost(value) : number(value)
  const whose = (one: BudgetView): string => nameOf(partsOf(one)[1])
  const columns: readonly Column<BudgetView>[] = [
    { id: 'whose', title: w('whose'), cell: whose, text: whose },
    { id: 'kind', title: w('kind'), cell: kindOf, text: kindOf, isMinor: true },
    { id: 'limit', title: w('limit'), cell: ({ limit }) => w(limit), text: ({ limit }) => w(limit) },
    {
      id: 'spent',
      title: w('spent'),
      cell: (one) => figure(one, one.spent),
      text: ({ spent }) => String(spent),
      isNumber: true,
    },
    {
      id: 'most',
      title: w('most'),
      cell: (one) => figure(one, one.most),
      text: ({ most }) => String(most),
      isNumber: true,
    },
    {
      id: 'share',
      title: w('share'),
      cell: (one) => <Share of={one} label={w(one.limit)} />,
      text: ({ ratio }) => percent(ratio),
      isNumber: true,
    },
    {
      id: 'until',
      title: w('until'),
      cell: ({ endsAt }) => day(endsAt),
      text: ({ endsAt }) => endsAt,
      isMinor: true,
    },
  ]
  return (
    <Table
      label={w('title')}
      list={list}
      columns={columns}
      keyOf={({ budget, limit }) => `${budget} ${limit}`}
      empty={<Empty title={w('none')}>{w('noneHelp')}</Empty>}
    />
  )
}

/** From here on somebody should look at it. */
const NEAR = 0.8

function Share({ of, label }: { readonly of: BudgetView; readonly label: string }): ReactNode {
  const w = useWords(words)
  return (
    <span className="inline-flex items-center justify-end gap-2">
      {of.ratio >= 1 && <Chip tone="alarm">{w('over')}</Chip>}
      <span role="meter" aria-label={label} aria-valuenow={of.ratio} aria-valuemin={0} aria-valuemax={1}>
        <span aria-hidden className="block h-1.5 w-20 rounded-full bg-sunk max-wide:hidden">
          <span
            style={{ width: `${Math.min(of.ratio, 1) * 100}%` }}
            className={`block h-full rounded-full forced-colors:bg-[CanvasText] ${of.ratio >= NEAR ? 'bg-caution' : 'bg-accent'}`}
          />
        </span>
      </span>
      {percent(of.ratio)}
    </span>
  )
}
