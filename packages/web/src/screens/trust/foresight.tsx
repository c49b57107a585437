import type { MessageForesight } from '@freehold/sdk'
import { FreeholdError } from '@freehold/sdk'
import { useQuery } from '@tanstack/react-query'
import { Building2, ChevronUp, Cloud, House, Lock, OctagonX } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { announce } from '../../parts/announce.tsx'
import { classWords } from '../../data-classes.ts'
import { zoneWords } from '../../zones.ts'
import { ClassChip } from '../../parts/chip.tsx'
import { cx } from '../../parts/class-names.ts'
import { comingLater } from '../../parts/later.tsx'
import { Popover } from '../../parts/popover.tsx'
import { refusalLine } from '../../refusal/refusal-words.ts'
import { server } from '../../server.ts'
import type { Previewed } from './foresight-preview.tsx'
import type { KeepPrivate, Outlook } from './keeping.ts'
import { isSameOutlook, outlookOf, sumOf } from './keeping.ts'
import { useRested } from '../../rested.ts'

const ForesightMore = comingLater(async () => (await import('./foresight-more.tsx')).ForesightMore)
const ForesightPreview = comingLater(async () => (await import('./foresight-preview.tsx')).ForesightPreview)

const words = defineWords('foresight', {
  label: { en: 'Where this would go, and why', zh: '这条消息会发往哪里，以及原因' },
  local: { en: 'Stays on this machine', zh: '留在本机' },
  private: { en: 'Goes to {target}, in your private zone', zh: '发往您私有区内的 {target}' },
  managed: { en: 'Would go to {target}, a managed service', zh: '会发往托管服务 {target}' },
  refused: { en: 'Would be refused', zh: '会被拒绝' },
  masked: {
    en: '{count, plural, one {one value masked} other {# values masked}}',
    zh: '{count} 个值将脱敏',
  },
  kept: { en: 'Kept private', zh: '保持私密' },
  looking: { en: 'Looking where this would go …', zh: '正在查看会发往哪里…' },
  reading: {
    en: 'An attached file is still being read.',
    zh: '附件仍在读取中。',
  },
  said: { en: '{class}. {where}.', zh: '{class}。{where}。' },
})

const ICONS = { local: House, private: Building2, managed: Cloud } as const
const INKS = { local: 'text-local', private: 'text-private', managed: 'text-managed' } as const
const REST_MS = 400
const AGAIN_MS = 4000

export interface ForesightProps {
  /** What is written so far. */
  readonly text: string
  /** Ids of files of the conversation that go with it. */
  readonly attachments?: readonly string[]
  /** Absent: it would begin one. */
  readonly conversation?: string
  readonly model?: string
  /** Where passages would be looked for. */
  readonly collections?: readonly string[]
  readonly keepPrivate: KeepPrivate
  readonly onKeepPrivate: (keep: KeepPrivate) => void
}

/** A quiet line above the composer: what class the message has and where it would go, while it is written. */
export function Foresight(props: ForesightProps): ReactNode {
  const { keepPrivate, text } = props
  const w = useWords(words)
  const trigger = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [previewed, setPreviewed] = useState<Previewed | null>(null)
  const asked = useForesight(props)
  const { data, error } = asked
  useSaid(data)
  const zone = data?.attempts[0]?.zone
  const masked = sumOf(data?.attempts[0]?.masked)
  const isRefused = data !== undefined && zone === undefined
  const Icon = zone === undefined ? OctagonX : ICONS[zone]
  return (
    <div className="flex min-h-7 items-center gap-2 text-tiny">
      {data !== undefined ? (
        <Popover
          label={w('label')}
          isOpen={isOpen}
          onOpenChange={setOpen}
          trigger={
            <button
              ref={trigger}
              type="button"
              className="group flex min-h-7 min-w-0 items-center gap-2 rounded-medium px-1.5 text-soft hover:bg-tint"
            >
              <span className="unseen">{w('label')}: </span>
              <ClassChip of={data.class} />
              <span
                className={cx(
                  'flex min-w-0 items-center gap-1 transition-colors duration-150 ease-calm',
                  zone === undefined ? 'text-alarm' : INKS[zone],
                )}
              >
                <Icon aria-hidden className="size-3.5 shrink-0" />
                <span className="truncate">{lineOf(data, w)}</span>
              </span>
              {zone === 'managed' && masked > 0 && (
                <span className="shrink-0 rounded-full bg-mark px-1.5 text-ink">
                  {w('masked', { count: masked })}
                </span>
              )}
              <ChevronUp aria-hidden className="size-3 shrink-0 opacity-60 group-hover:opacity-100" />
            </button>
          }
        >
          <ForesightMore
            foresight={data}
            {...props}
            onPreview={() => {
              setOpen(false)
              setPreviewed({ text, model: data.model, target: data.attempts[0]?.target ?? '' })
            }}
          />
        </Popover>
      ) : (
        <span className="px-1.5 text-soft">
          {error
            ? error instanceof FreeholdError && error.code === 'conflict'
              ? w('reading')
              : refusalLine(error)
            : w('looking')}
        </span>
      )}
      {keepPrivate !== 'no' && !isRefused && (
        <span className="flex items-center gap-1 text-accent">
          <Lock aria-hidden className="size-3" />
          {w('kept')}
        </span>
      )}
      {previewed !== null && (
        <ForesightPreview previewed={previewed} onClose={() => setPreviewed(null)} returnTo={trigger} />
      )}
    </div>
  )
}

type Say = ReturnType<typeof useWords<keyof typeof words.texts>>

function lineOf({ attempts }: MessageForesight, w: Say): string {
  const [first] = attempts
  return first === undefined ? w('refused') : w(first.zone, { target: first.target })
}

const isPassing = (error: unknown): boolean =>
  error instanceof FreeholdError &&
  (error.status === null || error.status >= 500 || error.code === 'conflict')

/** Asks again when the writing rests; an older question that is still under way is given up. */
function useForesight({ text, attachments, conversation, model, keepPrivate }: ForesightProps) {
  const rested = useRested(text, REST_MS)
  const body = {
    text: rested,
    ...(conversation !== undefined && { conversation }),
    ...(attachments !== undefined && attachments.length > 0 && { attachments }),
    ...(model !== undefined && { model }),
    ...(keepPrivate !== 'no' && { keepPrivate: true }),
  }
  return useQuery({
    queryKey: ['trust', 'foresight', JSON.stringify({ ...body, text: '' }), rested],
    queryFn: ({ signal }) => server.messages.foresee(body, { signal }),
    // While the words change, what was said of the last ones stands; another model or place is another question.
    placeholderData: (before, asked) =>
      asked?.queryKey[2] === JSON.stringify({ ...body, text: '' }) ? before : undefined,
    gcTime: 30_000,
    // Whoever goes on writing sees it again as soon as the server is back.
    refetchInterval: ({ state: { error } }) => (isPassing(error) ? AGAIN_MS : false),
  })
}

/** Said aloud only when the class changes or the place; never while one types. */
function useSaid(data: MessageForesight | undefined): void {
  const w = useWords(words)
  const c = useWords(classWords)
  const z = useWords(zoneWords)
  const last = useRef<Outlook | null>(null)
  useEffect(() => {
    if (data === undefined) return
    const outlook = outlookOf(data)
    const before = last.current
    last.current = outlook
    if (before === null || isSameOutlook(before, outlook)) return
    const zone = data.attempts[0]?.zone
    const where = zone === undefined ? w('refused') : `${z(zone)}, ${lineOf(data, w)}`
    announce(w('said', { class: c(data.class), where }))
  }, [data, w, c, z])
}
