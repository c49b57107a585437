import { FileWarning, LoaderCircle, Paperclip, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { percent, size } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { cx } from '../../../parts/class-names.ts'
import { refusalLine } from '../../../refusal/refusal-words.ts'
import type { AttachedFile } from './attaching.ts'
import { composerWords } from './composer-words.ts'

interface FilesProps {
  readonly files: readonly AttachedFile[]
  readonly onRemove: (key: string) => void
}

/** The files of the next message, and how far each is. */
export function AttachedFiles({ files, onRemove }: FilesProps): ReactNode {
  const w = useWords(composerWords)
  if (files.length === 0) return null
  const stateOf = ({ state, share }: AttachedFile): string => {
    if (state === 'sending') return w('fileSending', { share: percent(share) })
    return w(({ reading: 'fileReading', ready: 'fileReady', failed: 'fileFailed' } as const)[state])
  }
  return (
    <ul className="flex flex-wrap gap-1.5 px-3 pt-3">
      {files.map((file) => (
        <li
          key={file.key}
          className={cx(
            'flex max-w-full items-center gap-2 rounded-medium border py-1 ps-2.5 pe-1 text-small',
            file.state === 'failed' ? 'border-alarm' : 'border-line',
          )}
        >
          {file.state === 'failed' && <FileWarning aria-hidden className="size-4 shrink-0 text-alarm" />}
          {file.state === 'ready' && <Paperclip aria-hidden className="size-4 shrink-0 text-accent" />}
          {(file.state === 'sending' || file.state === 'reading') && (
            <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-soft" />
          )}
          <span className="min-w-0">
            <bdi className="block max-w-56 truncate">{file.name}</bdi>
            <span role="status" className="block text-tiny text-soft">
              {file.error ? errorOf(file.error) : `${stateOf(file)} · ${size(file.sizeBytes)}`}
            </span>
          </span>
          <IconButton
            size="small"
            label={w('remove', { name: file.name })}
            onClick={() => onRemove(file.key)}
          >
            <X aria-hidden className="size-3.5" />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}

const errorOf = (error: unknown): string => (error instanceof Error ? error.message : refusalLine(error))
