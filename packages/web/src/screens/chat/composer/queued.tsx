import { Clock, Pencil, Send, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import type { Queued } from '../run/queue.ts'
import { composerWords } from './composer-words.ts'

interface QueuedProps {
  readonly queue: readonly Queued[]
  /** Nothing is being answered, so that a message can go at once. */
  readonly mayGo: boolean
  readonly onSend: (key: string) => void
  readonly onEdit: (key: string) => void
  readonly onWithdraw: (key: string) => void
}

/** Messages that are sent one after the other, each when the answer before it is complete. */
export function QueuedMessages({ queue, mayGo, onSend, onEdit, onWithdraw }: QueuedProps): ReactNode {
  const w = useWords(composerWords)
  if (queue.length === 0) return null
  return (
    <ul aria-label={w('waitingTitle')} className="mb-2 space-y-1">
      {queue.map(({ key, text }) => (
        <li
          key={key}
          className="flex items-center gap-1 rounded-medium border border-dashed border-edge/70 bg-sheet py-0.5 ps-3 pe-1 text-small"
        >
          <Clock aria-hidden className="size-3.5 shrink-0 text-soft" />
          <span className="unseen">{w('waiting')}</span>
          <span dir="auto" className="mx-1 min-w-0 grow truncate">
            {text}
          </span>
          {mayGo && (
            <IconButton size="small" label={w('sendNow')} onClick={() => onSend(key)}>
              <Send aria-hidden className="size-3.5" />
            </IconButton>
          )}
          <IconButton size="small" label={w('editWaiting')} onClick={() => onEdit(key)}>
            <Pencil aria-hidden className="size-3.5" />
          </IconButton>
          <IconButton size="small" label={w('withdraw')} onClick={() => onWithdraw(key)}>
            <X aria-hidden className="size-3.5" />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
