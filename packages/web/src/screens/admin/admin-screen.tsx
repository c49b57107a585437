import { useQuery } from '@tanstack/react-query'
import type { HealthView } from '@freehold/sdk'
import { CircleCheck, CircleDashed, CircleHelp, CircleX, RefreshCw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { ago, size } from '../../language/format.ts'
import { defineWords, useLanguage, useWords } from '../../language/words.ts'
import { Button, TextLink } from '../../parts/button.tsx'
import { Facts, Page, Section, Sheet } from '../../parts/page.tsx'
import { Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { healthLine } from './health-lines.ts'
import { linePlaces, lineWords, setupHelp, setupPlaces, setupWords } from './health-words.ts'

const words = defineWords('admin', {
  title: { en: 'Administration', zh: '管理' },
  lead: {
    en: 'How this installation is doing, and what is left to set up.',
    zh: '本系统的运行状况，以及尚待完成的设置。',
  },
  guest: { en: 'Choose what you look after at the left.', zh: '请在左侧选择您负责的内容。' },
  setup: { en: 'Setup', zh: '设置' },
  setupDone: { en: '{done} of {all} done', zh: '{all} 项中已完成 {done} 项' },
  health: { en: 'Health', zh: '运行状况' },
  again: { en: 'Look again', zh: '重新检查' },
  version: { en: 'Version', zh: '版本' },
  running: { en: 'Running since', zh: '启动于' },
  memory: { en: 'Memory', zh: '内存' },
  ok: { en: 'Well', zh: '正常' },
  warning: { en: 'Needs a look', zh: '需要留意' },
  failed: { en: 'Failed', zh: '故障' },
  done: { en: 'Done', zh: '已完成' },
  open: { en: 'Open', zh: '待完成' },
  unknown: { en: 'Only a person can tell', zh: '需要人工确认' },
  go: { en: 'Go there', zh: '前往' },
})

/** Health and setup, for whoever runs the installation. */
export function AdminScreen(): ReactNode {
  const w = useWords(words)
  const may = useMay()
  if (!may('settings'))
    return (
      <Page title={w('title')}>
        <p className="text-soft">{w('guest')}</p>
      </Page>
    )
  return <Overview />
}

function Overview(): ReactNode {
  const w = useWords(words)
  const health = useQuery({
    queryKey: ['admin', 'health'],
    queryFn: () => server.health.read(),
    refetchInterval: 30_000,
  })
  return (
    <Page
      isWide
      title={w('title')}
      lead={w('lead')}
      actions={
        <Button
          icon={<RefreshCw aria-hidden className="size-4" />}
          isBusy={health.isFetching}
          onClick={() => void health.refetch()}
        >
          {w('again')}
        </Button>
      }
    >
      <Shown query={health}>{(data) => <HealthSections health={data} />}</Shown>
    </Page>
  )
}

const ICONS = {
  ok: <CircleCheck aria-hidden className="mt-1 size-4 shrink-0 text-accent" />,
  done: <CircleCheck aria-hidden className="mt-1 size-4 shrink-0 text-accent" />,
  warning: <TriangleAlert aria-hidden className="mt-1 size-4 shrink-0 text-caution" />,
  failed: <CircleX aria-hidden className="mt-1 size-4 shrink-0 text-alarm" />,
  open: <CircleDashed aria-hidden className="mt-1 size-4 shrink-0 text-caution" />,
  unknown: <CircleHelp aria-hidden className="mt-1 size-4 shrink-0 text-soft" />,
} as const

function HealthSections({ health }: { readonly health: HealthView }): ReactNode {
  const w = useWords(words)
  const l = useWords(lineWords)
  const s = useWords(setupWords)
  const help = useWords(setupHelp)
  useLanguage()
  const done = health.setup.filter(({ state }) => state === 'done').length
  return (
    <div className="grid items-start gap-6 vast:grid-cols-2">
      <Section title={w('setup')} lead={w('setupDone', { done, all: health.setup.length })}>
        <Sheet className="p-0!">
          <ul>
            {health.setup.map(({ id, state }) => {
              const place = setupPlaces[id]
              return (
                <li key={id} className="flex gap-3 border-b border-line px-4 py-3 last:border-0">
                  {ICONS[state]}
                  <div className="min-w-0 grow">
                    <p>
                      {s(id)} <span className="unseen">{w(state)}</span>
                    </p>
                    {state !== 'done' && <p className="text-small text-soft">{help(id)}</p>}
                  </div>
                  {state !== 'done' && place !== undefined && (
                    <TextLink to={place} className="text-small whitespace-nowrap">
                      {w('go')}
                      <span className="unseen">: {s(id)}</span>
                    </TextLink>
                  )}
                </li>
              )
            })}
          </ul>
        </Sheet>
      </Section>
      <Section title={w('health')}>
        <Sheet className="p-0!">
          <ul>
            {health.lines.map((line) => {
              const { id, state } = line
              const place = linePlaces[id]
              return (
                <li key={id} className="flex gap-3 border-b border-line px-4 py-3 last:border-0">
                  {ICONS[state]}
                  <div className="min-w-0 grow">
                    <p>
                      {l(id)} <span className="text-small text-soft">{w(state)}</span>
                    </p>
                    <p className="text-small text-soft">{healthLine(line)}</p>
                  </div>
                  {state !== 'ok' && place !== undefined && (
                    <TextLink to={place} className="text-small whitespace-nowrap">
                      {w('go')}
                      <span className="unseen">: {l(id)}</span>
                    </TextLink>
                  )}
                </li>
              )
            })}
          </ul>
        </Sheet>
        <Facts
          facts={[
            [w('version'), `${health.version} · Node ${health.node}`],
            [w('running'), ago(health.startedAt)],
            [w('memory'), size(health.memoryBytes)],
          ]}
        />
      </Section>
    </div>
  )
}
