import { ChevronLeft, ChevronRight } from 'lucide-react'
import type { MessageView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { siblingsOf } from '../run/branch.ts'
import type { Thread } from '../run/thread.ts'
import { threadWords } from './thread-words.ts'

interface SwitchProps {
  readonly thread: Thread
  readonly message: MessageView
}

/** ‹2/3›: goes from one wording to the other. Nothing where there is only one. */
export function SiblingSwitch({ thread, message }: SwitchProps): ReactNode {
  const w = useWords(threadWords)
  const { ids, at } = siblingsOf(thread.state().tree, message)
  if (ids.length < 2) return null
  return (
    <span className="inline-flex items-center text-tiny text-soft">
      <IconButton
        size="small"
        label={w('previous')}
        disabled={at === 0}
        onClick={() => void thread.choose(message, -1)}
      >
        <ChevronLeft aria-hidden className="size-4" />
      </IconButton>
      <span aria-label={w('version', { at: at + 1, of: ids.length })} role="img" className="tabular-nums">
        {at + 1}/{ids.length}
      </span>
      <IconButton
        size="small"
        label={w('next')}
        disabled={at === ids.length - 1}
        onClick={() => void thread.choose(message, 1)}
      >
        <ChevronRight aria-hidden className="size-4" />
      </IconButton>
    </span>
  )
}
