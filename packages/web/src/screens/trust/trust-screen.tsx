import type { RequestView } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { size } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button, TextLink } from '../../parts/button.tsx'
import { ClassChip, ZoneChip } from '../../parts/chip.tsx'
import { SelectField } from '../../parts/field.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page, Section, Sheet } from '../../parts/page.tsx'
import { Empty, Shown } from '../../parts/state.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { inOrder } from './counts.tsx'
import { HomeShare } from './home-share.tsx'
import { sumOf } from './keeping.ts'
import { LeftTheBuilding } from './left-drawer.tsx'
import { LockState } from './lock.tsx'
import { useTypeName } from './type-names.ts'

const words = defineWords('trust', {
  title: { en: 'Trust', zh: '信任' },
  lead: {
    en: 'Where your questions were answered, what left the building, and who could read what stays.',
    zh: '您的提问在哪里得到回答、哪些内容离开了系统，以及谁能读到留下的内容。',
  },
  left: { en: 'What left lately', zh: '最近离开的内容' },
  nothingLeft: { en: 'Nothing left the building', zh: '没有任何内容离开系统' },
  nothingLeftHelp: {
    en: 'What is sent to a managed service stands here, with its exact text.',
    zh: '发往托管服务的内容会显示在这里，包括确切文本。',
  },
  see: { en: 'See what left', zh: '查看离开的内容' },
  seeOf: { en: 'See what left for {target}', zh: '查看发往 {target} 的内容' },
  masked: { en: '{count} masked', zh: '脱敏 {count} 项' },
  all: { en: 'The whole ledger', zh: '完整台账' },
  stayed: { en: 'Not allowed to leave', zh: '不允许离开' },
  why: { en: 'Why?', zh: '为什么？' },
  types: { en: 'Masked before it left', zh: '离开前脱敏的内容' },
  typesHelp: {
    en: '{count, plural, one {In the last request.} other {In the last # requests.}}',
    zh: '最近 {count} 个请求。',
  },
  noTypes: { en: 'Nothing had to be masked yet.', zh: '还没有需要脱敏的内容。' },
  lock: { en: 'How a conversation is locked', zh: '对话如何加锁' },
  which: { en: 'Conversation', zh: '对话' },
  untitled: { en: 'Without a title', zh: '无标题' },
  noConversation: { en: 'There is no conversation yet', zh: '还没有对话' },
})

export function TrustScreen(): ReactNode {
  const w = useWords(words)
  const may = useMay()
  return (
    <Page isWide title={w('title')} lead={w('lead')}>
      {may('requests') && <HomeShare />}
      <div className="grid gap-6 vast:grid-cols-[3fr_2fr]">
        {may('requests') && <Lately />}
        {may('conversations') && <Locks />}
      </div>
    </Page>
  )
}

const LATELY = 200
const MOST_LEFT = 6

function Lately(): ReactNode {
  const w = useWords(words)
  const typeName = useTypeName()
  const left = useQuery({
    queryKey: ['trust', 'lately', 'managed'],
    // A target that was not reached got nothing.
    queryFn: async () => {
      const { data } = await server.requests.list({ zone: 'managed', limit: 30 })
      return data.filter(({ bytesOut }) => bytesOut.managed > 0).slice(0, MOST_LEFT)
    },
  })
  const stayed = useQuery({
    queryKey: ['trust', 'lately', 'stayed'],
    queryFn: () => server.requests.list({ code: 'stays_home', limit: 3 }),
  })
  const recent = useQuery({
    queryKey: ['trust', 'lately', 'all'],
    queryFn: () => server.requests.list({ limit: LATELY }),
  })
  const [opened, setOpened] = useState<RequestView | null>(null)
  return (
    <div className="space-y-6">
      <Section title={w('left')} actions={<TextLink to="/trust/ledger">{w('all')}</TextLink>}>
        <Shown query={left}>
          {(data) =>
            data.length === 0 ? (
              <Empty title={w('nothingLeft')}>{w('nothingLeftHelp')}</Empty>
            ) : (
              <ul className="divide-y divide-line rounded-large border border-line bg-sheet">
                {data.map((request) => (
                  <li key={request.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
                    <ZoneChip zone="managed">{request.target}</ZoneChip>
                    <ClassChip of={request.class} />
                    <span className="grow text-small text-soft">
                      {sumOf(request.masked) > 0 && `${w('masked', { count: sumOf(request.masked) })} · `}
                      {size(request.bytesOut.managed)} · <Moment at={request.at} />
                    </span>
                    <Button
                      size="small"
                      aria-label={w('seeOf', { target: request.target ?? '' })}
                      onClick={() => setOpened(request)}
                    >
                      {w('see')}
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        </Shown>
      </Section>
      {(stayed.data?.data.length ?? 0) > 0 && (
        <Section title={w('stayed')}>
          <ul className="divide-y divide-line rounded-large border border-line bg-sheet">
            {stayed.data?.data.map((request) => (
              <li key={request.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
                <ClassChip of={request.class} />
                <span className="min-w-0 grow basis-60 text-small text-soft">
                  {[request.modelAsked, ...Object.keys(request.findings).map(typeName)]
                    .filter((part) => part !== null)
                    .map((part) => `${part} · `)}
                  <Moment at={request.at} />
                </span>
                <TextLink to={`/trust/requests/${request.id}`}>{w('why')}</TextLink>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={w('types')}>
        <Shown query={recent}>{({ data }) => <Types requests={data} />}</Shown>
      </Section>
      {opened && <LeftTheBuilding requestIds={[opened.id]} onClose={() => setOpened(null)} />}
    </div>
  )
}

function Types({ requests }: { readonly requests: readonly RequestView[] }): ReactNode {
  const w = useWords(words)
  const typeName = useTypeName()
  const counts: Record<string, number> = {}
  for (const { masked } of requests)
    for (const [type, count] of Object.entries(masked)) counts[type] = (counts[type] ?? 0) + count
  const rows = inOrder(counts)
  const most = rows[0]?.[1] ?? 1
  if (rows.length === 0) return <p className="text-small text-soft">{w('noTypes')}</p>
  return (
    <>
      <p className="text-small text-soft">{w('typesHelp', { count: requests.length })}</p>
      <ul className="grid gap-1.5">
        {rows.map(([type, count]) => (
          <li
            key={type}
            className="grid grid-cols-[minmax(8rem,14rem)_1fr_auto] items-center gap-3 text-small"
          >
            <span className="truncate">{typeName(type)}</span>
            <span aria-hidden className="h-2 rounded-full bg-sunk">
              <span
                style={{ width: `${(count / most) * 100}%` }}
                className="block h-full rounded-full bg-mark forced-colors:bg-[CanvasText]"
              />
            </span>
            <span className="tabular-nums">{count}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

function Locks(): ReactNode {
  const w = useWords(words)
  const conversations = useQuery({
    queryKey: ['trust', 'conversations'],
    queryFn: () => server.conversations.list({ limit: 20 }),
  })
  const [chosen, setChosen] = useState<string | null>(null)
  return (
    <Section title={w('lock')}>
      <Shown query={conversations}>
        {({ data }) => {
          const id = chosen ?? data[0]?.id
          if (id === undefined) return <Empty title={w('noConversation')} />
          return (
            <Sheet className="space-y-4">
              <SelectField
                label={w('which')}
                value={id}
                onChange={(event) => setChosen(event.currentTarget.value)}
              >
                {data.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.title ?? w('untitled')}
                  </option>
                ))}
              </SelectField>
              <LockState conversation={id} />
            </Sheet>
          )
        }}
      </Shown>
    </Section>
  )
}
