import { useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useKeyset } from '../../../keyset.ts'
import { cost } from '../../../language/format.ts'
import { defineWords, useWords } from '../../../language/words.ts'
import { Button, TextLink } from '../../../parts/button.tsx'
import { zoneWords } from '../../../zones.ts'
import { ZoneChip } from '../../../parts/chip.tsx'
import { Page } from '../../../parts/page.tsx'
import { Empty } from '../../../parts/state.tsx'
import type { Column } from '../../../parts/table.tsx'
import { Table } from '../../../parts/table.tsx'
import { server } from '../../../server.ts'
import { TargetProblems, TargetState, useTargetState } from './target-state.tsx'
import { targetWords } from './target-words.ts'
import type { Listed } from './targets.ts'
import { askedNames, ROUTING } from './targets.ts'

const words = defineWords('targets', {
  title: { en: 'Targets', zh: '目标' },
  lead: {
    en: 'The models and services that requests can go to. Which request goes where is said by the rules.',
    zh: '请求可以发往的模型和服务。哪个请求发往哪里由路由规则决定。',
  },
  add: { en: 'Add a target', zh: '添加目标' },
  none: { en: 'No targets yet', zh: '还没有目标' },
  noneHelp: {
    en: 'Until there is one, everything is answered by the program itself.',
    zh: '在添加之前，一切都由本程序自己回答。',
  },
  find: { en: 'Look on this machine', zh: '在本机查找' },
})

/** Every model server and service, with how it does. */
export function TargetsScreen(): ReactNode {
  const w = useWords(words)
  const t = useWords(targetWords)
  const z = useWords(zoneWords)
  const stateOf = useTargetState()
  const navigate = useNavigate()
  const list = useKeyset([...ROUTING, 'target-table'], async () => ({
    data: (await server.targets.list()).data,
    next: null,
  }))
  const price = ({ price: of }: Listed): string =>
    of === null ? '–' : t('priceOf', { in: cost(of.in), out: cost(of.out) })
  const columns: readonly Column<Listed>[] = [
    {
      id: 'name',
      title: t('name'),
      cell: ({ name, kind, dialect }) => (
        <>
          <TextLink to="/admin/targets/$name" params={{ name }} className="font-medium">
            {name}
          </TextLink>
          <span className="block text-tiny text-soft">{dialect === null ? t(kind) : t(dialect)}</span>
        </>
      ),
      text: ({ name }) => name,
    },
    {
      id: 'zone',
      title: t('zone'),
      cell: ({ zone }) => <ZoneChip zone={zone} />,
      text: ({ zone }) => z(zone),
    },
    {
      id: 'state',
      title: t('state'),
      cell: (target) => (
        <div className="max-w-xs space-y-0.5">
          <TargetState of={target} />
          <TargetProblems of={target} />
        </div>
      ),
      text: stateOf,
    },
    {
      id: 'models',
      title: t('models'),
      cell: (target) => <span className="block max-w-xs break-words">{askedNames(target).join(', ')}</span>,
      text: (target) => askedNames(target).join(' '),
      isMinor: true,
    },
    { id: 'price', title: t('price'), cell: price, text: price, isMinor: true },
    {
      id: 'origin',
      title: t('origin'),
      cell: ({ origin }) => t(origin),
      text: ({ origin }) => t(origin),
      isMinor: true,
    },
  ]
  const add = (
    <Button
      look="primary"
      icon={<Plus aria-hidden className="size-4" />}
      onClick={() => void navigate({ to: '/admin/new-target' })}
    >
      {w('add')}
    </Button>
  )
  return (
    <Page isWide title={w('title')} lead={w('lead')} actions={add}>
      <Table
        label={w('title')}
        columns={columns}
        list={list}
        keyOf={({ name, origin }) => `${origin} ${name}`}
        empty={
          <Empty title={w('none')} action={<TextLink to="/start">{w('find')}</TextLink>}>
            {w('noneHelp')}
          </Empty>
        }
        onOpen={({ name }) => void navigate({ to: '/admin/targets/$name', params: { name } })}
      />
    </Page>
  )
}
