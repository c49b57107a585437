import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SourceView } from '@freehold/sdk'
import { Pause, Play, Plus, RefreshCw, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useKeyset } from '../../keyset.ts'
import { ShowMore } from '../../parts/show-more.tsx'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import type { Tone } from '../../parts/chip.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Confirm, Dialog } from '../../parts/dialog.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Facts, Sheet } from '../../parts/page.tsx'
import { Empty, Loading } from '../../parts/state.tsx'
import { notify, notifyRefusal } from '../../parts/toast.tsx'
import { RefusalLine } from '../../refusal/refusal-line.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { SourceForm } from './source-form.tsx'
import { isTrouble, kindWords, sourceTroubles } from './source-words.ts'

const words = defineWords('sources', {
  none: { en: 'No source', zh: '没有来源' },
  noneHelp: {
    en: 'A source fills the collection by itself and keeps it as things are where they come from: a folder, a website, a repository, a mailbox.',
    zh: '来源会自动填充知识集，并与其出处保持一致：文件夹、网站、代码仓库或邮箱。',
  },
  add: { en: 'Add a source', zh: '添加来源' },
  waiting: { en: 'Up to date', zh: '已同步' },
  first: { en: 'Begins in a moment', zh: '即将开始' },
  running: { en: 'Syncing', zh: '正在同步' },
  paused: { en: 'Paused', zh: '已暂停' },
  removing: { en: 'Being removed', zh: '正在移除' },
  troubled: { en: 'In trouble', zh: '有问题' },
  documents: { en: 'Documents', zh: '文档' },
  failed: { en: 'Could not be read', zh: '无法读取' },
  progress: { en: 'Last run', zh: '最近一次' },
  progressSays: {
    en: '{seen} seen, {added} new, {changed} changed, {removed} gone',
    zh: '查看 {seen}，新增 {added}，变更 {changed}，移除 {removed}',
  },
  last: { en: 'Last success', zh: '上次成功' },
  next: { en: 'Next', zh: '下次' },
  sync: { en: 'Sync now', zh: '立即同步' },
  pause: { en: 'Pause', zh: '暂停' },
  resume: { en: 'Resume', zh: '继续' },
  remove: { en: 'Remove', zh: '移除' },
  asked: { en: '{name} is being synced.', zh: '正在同步“{name}”。' },
  removeTitle: { en: 'Remove {name}?', zh: '移除“{name}”？' },
  removeHelp: {
    en: 'Its documents go with it. This cannot be undone; adding the source again reads them anew.',
    zh: '它带来的文档会一并删除。此操作无法撤销；重新添加该来源会再次读取。',
  },
  trouble: { en: 'What could not be read', zh: '无法读取的内容' },
  unnamed: { en: 'Something you may not read', zh: '您无权阅读的内容' },
})

const TONES: Readonly<Record<SourceView['state'], Tone>> = {
  waiting: 'good',
  running: 'private',
  paused: 'plain',
  removing: 'plain',
}
const BUSY_MS = 2000

const isNew = ({ state, startedAt }: SourceView): boolean => state === 'waiting' && startedAt === null
const isMoving = (source: SourceView): boolean =>
  source.state === 'running' || source.state === 'removing' || isNew(source)

/** The sources that fill a collection, and how they do. */
export function SourcesTab({ collection }: { readonly collection: string }): ReactNode {
  const w = useWords(words)
  const mayManage = useMay()('settings')
  const [isAdding, setAdding] = useState(false)
  const sources = useQuery({
    queryKey: ['knowledge', 'sources'],
    queryFn: () => server.sources.list({ limit: 200 }),
    // Whoever watches a run sees it move.
    refetchInterval: ({ state }) => (state.data?.data.some(isMoving) ? BUSY_MS : false),
  })
  if (sources.error) return <Refused error={sources.error} onRetry={() => void sources.refetch()} />
  if (sources.data === undefined) return <Loading />
  const own = sources.data.data.filter((source) => source.collectionId === collection)
  const add = mayManage && (
    <Button icon={<Plus aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
      {w('add')}
    </Button>
  )
  return (
    <div className="space-y-4">
      {own.length === 0 ? (
        <Empty title={w('none')} action={add}>
          {w('noneHelp')}
        </Empty>
      ) : (
        <>
          <ul className="grid gap-3">
            {own.map((source) => (
              <li key={source.id}>
                <SourceCard source={source} />
              </li>
            ))}
          </ul>
          {add}
        </>
      )}
      <Dialog isOpen={isAdding} onClose={() => setAdding(false)} title={w('add')}>
        <SourceForm collection={collection} onDone={() => setAdding(false)} />
      </Dialog>
    </div>
  )
}

function StateChip({ source }: { readonly source: SourceView }): ReactNode {
  const w = useWords(words)
  if (source.error !== null) return <Chip tone="alarm">{w('troubled')}</Chip>
  if (isNew(source)) return <Chip>{w('first')}</Chip>
  return <Chip tone={TONES[source.state]}>{w(source.state)}</Chip>
}

function SourceCard({ source }: { readonly source: SourceView }): ReactNode {
  const w = useWords(words)
  const k = useWords(kindWords)
  const mayManage = useMay()('settings')
  const queries = useQueryClient()
  const [isRemoving, setRemoving] = useState(false)
  const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: ['knowledge', 'sources'] })
  const sync = useMutation({
    mutationFn: () => server.sources.sync(source.id),
    async onSuccess() {
      notify(w('asked', { name: source.name }))
      await refresh()
    },
    onError: notifyRefusal,
  })
  const pause = useMutation({
    mutationFn: () => server.sources.update(source.id, { paused: source.state !== 'paused' }),
    onSuccess: refresh,
    onError: notifyRefusal,
  })
  const isPaused = source.state === 'paused'
  return (
    <Sheet className="space-y-3">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 font-sans font-medium">{source.name}</h2>
        <span className="text-small text-soft">{k(source.kind)}</span>
        <StateChip source={source} />
        <span className="grow" />
        {mayManage && (
          <>
            <Button
              size="small"
              icon={<RefreshCw aria-hidden className="size-4" />}
              isBusy={sync.isPending || source.state === 'running'}
              onClick={() => sync.mutate()}
            >
              {w('sync')}
            </Button>
            <Button
              size="small"
              icon={
                isPaused ? <Play aria-hidden className="size-4" /> : <Pause aria-hidden className="size-4" />
              }
              isBusy={pause.isPending}
              onClick={() => pause.mutate()}
            >
              {w(isPaused ? 'resume' : 'pause')}
            </Button>
            <Button
              size="small"
              look="danger"
              icon={<Trash2 aria-hidden className="size-4" />}
              onClick={() => setRemoving(true)}
            >
              {w('remove')}
            </Button>
          </>
        )}
      </div>
      {source.error !== null && (
        <p className="rounded-medium bg-alarm-tint p-2 text-small text-alarm">
          <Trouble of={source.error} />
        </p>
      )}
      <Facts
        facts={[
          [w('documents'), source.items],
          ...(source.failed > 0 ? [[w('failed'), source.failed] as const] : []),
          [w('progress'), w('progressSays', source.progress)],
          ...(source.succeededAt === null
            ? []
            : [[w('last'), <Moment key="last" at={source.succeededAt} />] as const]),
          ...(source.nextAt === null ? [] : [[w('next'), <Moment key="next" at={source.nextAt} />] as const]),
        ]}
      />
      {source.failed > 0 && <Troubles source={source.id} />}
      <Confirm
        isOpen={isRemoving}
        onClose={() => setRemoving(false)}
        title={w('removeTitle', { name: source.name })}
        action={w('remove')}
        {...(source.items > 0 && { typed: source.name })}
        onConfirm={async () => {
          await server.sources.delete(source.id, { documents: 'delete' })
          await refresh()
        }}
      >
        <p>{w('removeHelp')}</p>
      </Confirm>
    </Sheet>
  )
}

/** Why something of a source could not be read: what the general words would call a model is the source here. */
function Trouble({ of }: { readonly of: NonNullable<SourceView['error']> }): ReactNode {
  const w = useWords(sourceTroubles)
  return <RefusalLine refusal={of}>{isTrouble(of.code) ? w(of.code) : null}</RefusalLine>
}

function Troubles({ source }: { readonly source: string }): ReactNode {
  const w = useWords(words)
  const [isOpen, setOpen] = useState(false)
  const { items, query } = useKeyset(
    ['knowledge', 'troubles', source],
    (after) =>
      server.sources.items(source, { outcome: 'failed', limit: 50, ...(after !== undefined && { after }) }),
    isOpen,
  )
  return (
    <details className="text-small" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="text-soft">{w('trouble')}</summary>
      {query.isPending ? (
        <Loading />
      ) : (
        <div className="mt-2 space-y-2">
          <ul className="grid gap-1">
            {items.map((item) => (
              <li key={item.id}>
                {item.title ?? item.item ?? w('unnamed')}
                {item.error !== null && (
                  <span className="text-alarm">
                    <Trouble of={item.error} />
                  </span>
                )}
              </li>
            ))}
          </ul>
          <ShowMore query={query} />
        </div>
      )}
    </details>
  )
}
