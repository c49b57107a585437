import type { AttachmentView } from '@freehold/sdk'
import { Download, FileText, FileX2, LoaderCircle, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { size } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { RefusalLine } from '../../../refusal/refusal-line.tsx'
import { cx } from '../../../parts/class-names.ts'
import { Empty, Shown } from '../../../parts/state.tsx'
import { attachmentWords } from './attachment-words.ts'
import { useAttachmentActions, useAttachments } from './use-attachments.ts'

const ICONS = { reading: LoaderCircle, ready: FileText, failed: FileX2 } as const

interface AttachmentListProps {
  readonly conversation: string
  /** Shows what was read of a file. */
  readonly onOpen: (file: AttachmentView) => void
}

/** The files of a conversation: how far each is read, what was read of it, and the file itself. */
export function AttachmentList({ conversation, onOpen }: AttachmentListProps): ReactNode {
  const w = useWords(attachmentWords)
  const query = useAttachments(conversation)
  return (
    <Shown query={query}>
      {(files) =>
        files.length === 0 ? (
          <Empty title={w('none')}>{w('noneLead')}</Empty>
        ) : (
          <ul className="grid gap-1.5">
            {files.map((file) => (
              <AttachmentRow key={file.id} file={file} onOpen={() => onOpen(file)} />
            ))}
          </ul>
        )
      }
    </Shown>
  )
}

function AttachmentRow({ file, onOpen }: { readonly file: AttachmentView; readonly onOpen: () => void }) {
  const w = useWords(attachmentWords)
  const { download, remove } = useAttachmentActions()
  const { name, state, error, warning, sizeBytes, textLength } = file
  const facts = [
    size(sizeBytes),
    ...(state === 'ready' ? [] : [w(state)]),
    ...(warning === null ? [] : [w('partly')]),
    ...(textLength === null ? [] : [w('letters', { count: textLength })]),
  ]
  return (
    <li className="flex items-start gap-2 rounded-medium border border-line bg-sheet p-2">
      <StateIcon state={state} />
      <div className="min-w-0 grow">
        {state === 'ready' ? (
          <button
            type="button"
            onClick={onOpen}
            aria-label={w('open', { name })}
            className="max-w-full truncate text-start font-medium hover:text-accent hover:underline"
          >
            {name}
          </button>
        ) : (
          <p className="truncate font-medium">{name}</p>
        )}
        <p className="text-small text-soft">{facts.join(' · ')}</p>
        {error !== null && (
          <p className="text-small text-alarm">
            <RefusalLine refusal={error} />
          </p>
        )}
        {warning !== null && (
          <p lang="en" className="text-small text-caution">
            {warning}
          </p>
        )}
      </div>
      <IconButton size="small" label={w('download', { name })} onClick={() => void download(file)}>
        <Download aria-hidden className="size-4" />
      </IconButton>
      <IconButton size="small" label={w('delete', { name })} onClick={() => remove(file)}>
        <Trash2 aria-hidden className="size-4" />
      </IconButton>
    </li>
  )
}

export function StateIcon({ state }: { readonly state: AttachmentView['state'] }): ReactNode {
  const Icon = ICONS[state]
  return (
    <Icon
      aria-hidden
      className={cx(
        'mt-0.5 size-5 shrink-0',
        state === 'reading' && 'animate-spin text-soft',
        state === 'ready' && 'text-soft',
        state === 'failed' && 'text-alarm',
      )}
    />
  )
}
