import type { ConversationView } from '@freehold/sdk'
import { Ellipsis, Files } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRef, useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { Menu } from '../../../parts/menu.tsx'
import { openFiles } from '../pane/passage.ts'
import { listWords } from './list-words.ts'
import type { Asked } from './row-menu.tsx'
import { ConversationDialog, ConversationItems } from './row-menu.tsx'

interface MenuProps {
  readonly conversation: ConversationView
  readonly onFind: () => void
}

/** What one can do with the conversation that is open. */
export function ConversationMenu({ conversation, onFind }: MenuProps): ReactNode {
  const w = useWords(listWords)
  const [asked, setAsked] = useState<Asked | null>(null)
  const chosen = useRef<(() => void) | null>(null)
  return (
    <div className="flex shrink-0 items-center">
      <IconButton size="small" label={w('files')} onClick={() => openFiles(conversation.id)}>
        <Files aria-hidden className="size-4" />
      </IconButton>
      <Menu
        trigger={
          <IconButton size="small" label={w('thisMenu')}>
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
        onClosed={() => {
          chosen.current?.()
          chosen.current = null
        }}
      >
        <ConversationItems
          row={conversation}
          onFind={() => {
            chosen.current = onFind
          }}
          onAsk={(what) => {
            chosen.current = () => setAsked(what)
          }}
        />
      </Menu>
      {asked !== null && (
        <ConversationDialog row={conversation} asked={asked} onClose={() => setAsked(null)} />
      )}
    </div>
  )
}
