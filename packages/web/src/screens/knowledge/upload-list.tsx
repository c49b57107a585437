import { CircleCheck, CircleX, LoaderCircle, TriangleAlert, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { percent, size } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button, IconButton } from '../../parts/button.tsx'
import { RefusalLine } from '../../refusal/refusal-line.tsx'
import { refusalLine } from '../../refusal/refusal-words.ts'
import { FreeholdError } from '@freehold/sdk'
import type { Upload, Uploads, UploadState } from './uploads.ts'

const words = defineWords('uploads', {
  list: { en: 'Files on their way', zh: '正在添加的文件' },
  inPart: { en: '{title} was read in part.', zh: '“{title}”只读取了一部分。' },
  waiting: { en: 'Waiting', zh: '等待中' },
  sending: { en: 'Sending, {share}', zh: '正在发送，{share}' },
  reading: { en: 'Reading …', zh: '正在读取…' },
  done: {
    en: '{count, plural, one {Added} other {# documents added}}',
    zh: '{count, plural, =1 {已添加} other {已添加 # 份文档}}',
  },
  partly: {
    en: '{count, plural, one {One file in it} other {# files in it}} could not be read',
    zh: '其中 {count} 个文件无法读取',
  },
  refused: { en: 'Not added: {reason}', zh: '未添加：{reason}' },
  again: { en: 'Try again', zh: '重试' },
  dismiss: { en: 'Take {name} off the list', zh: '从列表中移除 {name}' },
})

/** What became of each file. */
export function UploadList({ uploads, again, dismiss }: Omit<Uploads, 'add'>): ReactNode {
  const w = useWords(words)
  if (uploads.length === 0) return null
  return (
    <ul aria-label={w('list')} className="grid gap-1.5" aria-live="polite">
      {uploads.map((upload) => (
        <li key={upload.key} className="rounded-medium border border-line bg-sheet px-3 py-2 text-small">
          <div className="flex items-center gap-2">
            <StateIcon state={upload.state} />
            <span className="min-w-0 grow truncate" title={upload.file.name}>
              {upload.file.name}
            </span>
            <span className="text-tiny text-soft">{size(upload.file.size)}</span>
            {upload.state.at === 'refused' && (
              <Button size="small" onClick={() => again(upload)}>
                {w('again')}
              </Button>
            )}
            {(upload.state.at === 'refused' || upload.state.at === 'done') && (
              <IconButton
                size="small"
                label={w('dismiss', { name: upload.file.name })}
                onClick={() => dismiss(upload.key)}
              >
                <X aria-hidden className="size-4" />
              </IconButton>
            )}
          </div>
          <UploadSays upload={upload} />
        </li>
      ))}
    </ul>
  )
}

function StateIcon({ state }: { readonly state: UploadState }): ReactNode {
  if (state.at === 'refused') return <CircleX aria-hidden className="size-4 shrink-0 text-alarm" />
  if (state.at === 'done') {
    const isPartly = state.added.failed.length > 0 || state.added.documents.some(({ warning }) => warning)
    return isPartly ? (
      <TriangleAlert aria-hidden className="size-4 shrink-0 text-caution" />
    ) : (
      <CircleCheck aria-hidden className="size-4 shrink-0 text-accent" />
    )
  }
  return <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-soft" />
}

function UploadSays({ upload: { file, state } }: { readonly upload: Upload }): ReactNode {
  const w = useWords(words)
  if (state.at === 'waiting' || state.at === 'reading')
    return <p className="ps-6 text-tiny text-soft">{w(state.at)}</p>
  if (state.at === 'sending')
    return (
      <div className="ps-6">
        <p className="text-tiny text-soft">{w('sending', { share: percent(state.share) })}</p>
        <progress aria-label={file.name} max={1} value={state.share} className="h-1 w-full accent-accent" />
      </div>
    )
  if (state.at === 'refused')
    return (
      <p className="ps-6 text-tiny text-alarm">
        {w('refused', { reason: refusalLine(state.error) })}{' '}
        {state.error instanceof FreeholdError && <span lang="en">{state.error.message}</span>}
      </p>
    )
  const { documents, failed } = state.added
  return (
    <div className="space-y-0.5 ps-6 text-tiny text-soft">
      <p>{w('done', { count: documents.length })}</p>
      {documents.map(({ id, title, warning }) =>
        warning === undefined ? null : (
          <p key={id} className="text-caution">
            {w('inPart', { title })} <span lang="en">{warning}</span>
          </p>
        ),
      )}
      {failed.length > 0 && <p className="text-caution">{w('partly', { count: failed.length })}</p>}
      {failed.map(({ name, error }) => (
        <p key={name} className="text-caution">
          {name}: <RefusalLine refusal={error} />
        </p>
      ))}
    </div>
  )
}
