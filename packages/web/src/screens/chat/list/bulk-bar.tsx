import type { ConversationView } from '@freehold/sdk'
import { Archive, ArchiveRestore, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button, IconButton } from '../../../parts/button.tsx'
import { useChanges } from './changes.ts'
import { listWords } from './list-words.ts'

interface BulkBarProps {
  readonly chosen: readonly ConversationView[]
  readonly isArchive: boolean
  readonly onAll: () => void
  readonly onDone: () => void
}

/** What is done with all that is ticked. */
export function BulkBar({ chosen, isArchive, onAll, onDone }: BulkBarProps): ReactNode {
  const w = useWords(listWords)
  const { archive, remove } = useChanges()
  const isOff = chosen.length === 0
  const Icon = isArchive ? ArchiveRestore : Archive
  return (
    <div className="flex items-center gap-1 border-t border-line bg-sheet px-2 py-1.5">
      <p role="status" className="min-w-0 grow truncate ps-1 text-small">
        {w('selected', { count: chosen.length })}
      </p>
      <Button size="small" look="quiet" onClick={onAll}>
        {w('selectAll')}
      </Button>
      <IconButton
        size="small"
        label={w(isArchive ? 'unarchive' : 'archive')}
        disabled={isOff}
        onClick={() => {
          void archive(chosen, !isArchive)
          onDone()
        }}
      >
        <Icon aria-hidden className="size-4" />
      </IconButton>
      <IconButton
        size="small"
        label={w('delete')}
        disabled={isOff}
        onClick={() => {
          remove(chosen)
          onDone()
        }}
      >
        <Trash2 aria-hidden className="size-4" />
      </IconButton>
      <Button size="small" onClick={onDone}>
        {w('done')}
      </Button>
    </div>
  )
}
