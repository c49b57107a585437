import type { MessageMaking, MessageView, RequestView } from '@freehold/sdk'
import { useQueries } from '@tanstack/react-query'
import { Building2, Cloud, House } from 'lucide-react'
import type { ReactNode } from 'react'
import { lazy, Suspense, useRef, useState } from 'react'
import { cost, number } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button, TextLink } from '../../parts/button.tsx'
import { zoneWords } from '../../zones.ts'
import { ClassChip } from '../../parts/chip.tsx'
import { cx } from '../../parts/class-names.ts'
import { Facts } from '../../parts/page.tsx'
import { Popover } from '../../parts/popover.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { Counts } from './counts.tsx'
import { Reasons } from './reasons.tsx'
import { RuleName } from './rule-name.tsx'

const LeftTheBuilding = lazy(async () => ({ default: (await import('./left-drawer.tsx')).LeftTheBuilding }))

const words = defineWords('route-chip', {
  about: { en: 'Where this was answered, and why', zh: '回答地点及原因' },
  answered: { en: 'Where this was answered', zh: '回答地点' },
  here: { en: 'Answered on this machine', zh: '在本机回答' },
  private: { en: 'Answered at {target}, which is yours', zh: '由您自己的 {target} 回答' },
  managed: { en: 'Answered at {target}, a managed service', zh: '由托管服务 {target} 回答' },
  stayed: { en: 'Nothing left the building.', zh: '没有任何内容离开系统。' },
  left: {
    en: '{count, plural, =0 {It left as it was said: nothing in it had to be masked.} one {One value was masked before it left.} other {# values were masked before it left.}}',
    zh: '{count, plural, =0 {原文发出：其中没有需要脱敏的内容。} other {发出前有 # 个值被脱敏。}}',
  },
  onTheWay: {
    en: 'On the way to the answer something was sent to a managed service.',
    zh: '在得出答案的过程中，有内容发送给了托管服务。',
  },
  why: { en: 'Why there', zh: '为什么在那里' },
  class: { en: 'Class', zh: '级别' },
  rule: { en: 'Rule', zh: '规则' },
  noRule: { en: 'none was needed', zh: '不需要规则' },
  model: { en: 'Model', zh: '模型' },
  asked: { en: '{asked}, answered by {answered}', zh: '请求 {asked}，由 {answered} 回答' },
  tokens: { en: 'Tokens', zh: '词元' },
  inOut: { en: '{input} in, {output} out', zh: '输入 {input}，输出 {output}' },
  cost: { en: 'Cost', zh: '费用' },
  requests: { en: 'Records', zh: '记录' },
  open: { en: 'What left the building', zh: '离开系统的内容' },
  masked: { en: '{count} masked', zh: '脱敏 {count} 项' },
})

const ICONS = { local: House, private: Building2, managed: Cloud } as const
const TONES = {
  local: 'bg-local-tint text-local',
  private: 'bg-private-tint text-private',
  managed: 'bg-managed-tint text-managed',
} as const

/** Where a message was answered, in a word; pressed, it tells why and what left. Nothing for messages of people. */
export function RouteChip({ message }: { readonly message: MessageView }): ReactNode {
  const w = useWords(words)
  const z = useWords(zoneWords)
  const [isOpen, setOpen] = useState(false)
  const [isLeftOpen, setLeftOpen] = useState(false)
  const trigger = useRef<HTMLButtonElement>(null)
  const { making } = message
  if (making === null || making.zone === null) return null
  const { zone, target, masked } = making
  const Icon = ICONS[zone]
  return (
    <>
      <Popover
        label={w('about')}
        isOpen={isOpen}
        onOpenChange={setOpen}
        trigger={
          <button
            ref={trigger}
            type="button"
            className={cx(
              'inline-flex min-h-6 max-w-full items-center gap-1 rounded-full px-2 text-tiny font-medium transition-shadow duration-150 ease-calm hover:ring-1 hover:ring-current',
              TONES[zone],
            )}
          >
            <Icon aria-hidden className="size-3 shrink-0" />
            <span className="truncate">
              <span className="unseen">{w('answered')}: </span>
              {z(zone)}
              {zone !== 'local' && target !== null && <span className="font-normal"> · {target}</span>}
              {masked > 0 && <span className="font-normal"> · {w('masked', { count: masked })}</span>}
            </span>
          </button>
        }
      >
        <Story
          making={making}
          message={message}
          onLeft={() => {
            setOpen(false)
            setLeftOpen(true)
          }}
        />
      </Popover>
      {isLeftOpen && (
        <Suspense>
          <LeftTheBuilding
            requestIds={making.requests}
            onClose={() => setLeftOpen(false)}
            returnTo={trigger}
          />
        </Suspense>
      )}
    </>
  )
}

interface StoryProps {
  readonly message: MessageView
  readonly making: MessageMaking
  readonly onLeft: () => void
}

function Story({ message, making, onLeft }: StoryProps): ReactNode {
  const w = useWords(words)
  const may = useMay()('requests')
  const records = useQueries({
    queries: making.requests.map((id) => ({
      queryKey: ['trust', 'request', id],
      queryFn: () => server.requests.read(id),
      enabled: may,
      staleTime: Infinity,
    })),
  }).flatMap(({ data }) => (data ? [data] : []))
  const last = records.find(({ id }) => id === making.requests.at(-1))
  const zone = making.zone ?? 'local'
  const hasLeft = zone === 'managed' || records.some(({ bytesOut }) => bytesOut.managed > 0)
  const where = zone === 'local' ? w('here') : w(zone, { target: making.target ?? '' })
  return (
    <div className="space-y-3">
      <div>
        <p className="font-display text-body">{where}</p>
        <p className="text-soft">
          {!hasLeft ? w('stayed') : zone === 'managed' ? w('left', { count: making.masked }) : w('onTheWay')}
        </p>
        {making.masked > 0 && (
          <div className="mt-1.5">
            <Counts of={maskedIn(records)} />
          </div>
        )}
      </div>
      {making.because.length > 0 && (
        <div className="border-t border-line pt-2.5">
          <p className="mb-1 text-tiny text-soft">{w('why')}</p>
          <Reasons because={making.because} />
        </div>
      )}
      <div className="border-t border-line pt-2.5">
        <Facts
          facts={[
            ...(making.because.length === 0
              ? [[w('class'), <ClassChip key="class" of={message.class} />] as const]
              : []),
            [w('rule'), making.rule === null ? w('noRule') : <RuleName key="rule" id={making.rule} />],
            [w('model'), modelLine(making, last, w)],
            ...(making.usage === null
              ? []
              : [
                  [
                    w('tokens'),
                    w('inOut', {
                      input: number(making.usage.input),
                      output: number(making.usage.output),
                    }),
                  ] as const,
                ]),
            ...(making.cost === null ? [] : [[w('cost'), cost(making.cost)] as const]),
            ...(may && making.requests.length > 0
              ? [
                  [
                    w('requests'),
                    <span key="requests" className="grid">
                      {making.requests.map((id) => (
                        <TextLink key={id} to={`/trust/requests/${id}`} className="font-mono text-tiny">
                          {id}
                        </TextLink>
                      ))}
                    </span>,
                  ] as const,
                ]
              : []),
          ]}
        />
      </div>
      {may && making.requests.length > 0 && (
        <Button size="small" className="w-full" onClick={onLeft}>
          {w('open')}
        </Button>
      )}
    </div>
  )
}

type Say = ReturnType<typeof useWords<keyof typeof words.texts>>

function modelLine(making: MessageMaking, last: RequestView | undefined, w: Say): string {
  const asked = making.model ?? last?.modelAsked ?? '–'
  const answered = last?.model ?? null
  return answered === null || answered === asked || answered === '*' ? asked : w('asked', { asked, answered })
}

/** What was masked in all of them, by type. */
function maskedIn(records: readonly RequestView[]): Readonly<Record<string, number>> {
  const sum: Record<string, number> = {}
  for (const { masked } of records)
    for (const [type, count] of Object.entries(masked)) sum[type] = (sum[type] ?? 0) + count
  return sum
}
