import type { AttachmentView } from '@freehold/sdk'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { cx } from '../../../parts/class-names.ts'
import { openPassage } from '../pane/passage.ts'
import { StateIcon } from './attachment-list.tsx'
import { attachmentWords } from './attachment-words.ts'

interface AttachmentChipProps {
  readonly file: Pick<AttachmentView, 'id' | 'conversation' | 'name' | 'state' | 'error'>
  /** Takes it away again; without it, it is only shown. */
  readonly onRemove?: () => void
}

/** A file in a few letters: how far it is read, and a press to see what was read of it. */
export function AttachmentChip({ file, onRemove }: AttachmentChipProps): ReactNode {
  const w = useWords(attachmentWords)
  const { id, conversation, name, state, error } = file
  const open = (): void =>
    openPassage({
      type: 'freehold_citation',
      n: 1,
      documentId: id,
      collectionId: conversation,
      title: name,
      span: { start: 0, end: 0 },
      attachment: true,
    })
  return (
    <span
      className={cx(
        'inline-flex max-w-full items-center gap-1.5 rounded-medium border bg-sheet py-0.5 ps-2 text-small',
        state === 'failed' ? 'border-alarm/50' : 'border-line',
        onRemove ? 'pe-0.5' : 'pe-2',
      )}
    >
      <StateIcon state={state} />
      {state === 'ready' ? (
        <button
          type="button"
          aria-label={w('open', { name })}
          onClick={open}
          className="max-w-48 truncate hover:text-accent hover:underline"
        >
          {name}
        </button>
      ) : (
        <span className="max-w-72 truncate" title={error?.message}>
          {name} <span className="text-soft">{w(state)}</span>
        </span>
      )}
      {onRemove && (
        <IconButton size="small" label={w('remove', { name })} onClick={onRemove}>
          <X aria-hidden className="size-3.5" />
        </IconButton>
      )}
    </span>
  )
}
