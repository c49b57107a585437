import type { ConversationView } from '@freehold/sdk'
import { Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../language/words.ts'
import { IconButton } from '../../parts/button.tsx'
import { ClassChip } from '../../parts/chip.tsx'
import { Popover } from '../../parts/popover.tsx'
import { LockState } from '../trust/lock.tsx'
import { chatWords } from './chat-words.ts'
import { ConversationMenu } from './list/conversation-menu.tsx'

interface HeaderProps {
  readonly conversation: ConversationView | null
  readonly title: string
  readonly onFind: () => void
}

/** What a conversation is called, how confidential it is, what locks it, and what can be done with it. */
export function ConversationHeader({ conversation, title, onFind }: HeaderProps): ReactNode {
  const w = useWords(chatWords)
  return (
    <header className="flex min-h-11 items-center gap-1.5 border-b border-line ps-4 pe-2 wide:ps-8 wide:pe-4">
      <h1 className="min-w-0 grow truncate font-sans text-body font-medium" dir="auto">
        {title}
      </h1>
      {conversation !== null && (
        <>
          {conversation.temporary && <span className="text-tiny text-soft">{w('temporary')}</span>}
          <ClassChip of={conversation.class} />
          <Popover
            label={w('lock')}
            trigger={
              <IconButton size="small" label={w('lock')}>
                <Lock aria-hidden className="size-4" />
              </IconButton>
            }
          >
            <LockState conversation={conversation.id} />
          </Popover>
          <ConversationMenu conversation={conversation} onFind={onFind} />
        </>
      )}
    </header>
  )
}
