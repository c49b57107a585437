import type { ConversationView } from '@freehold/sdk'
import { Ellipsis, Files, Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../language/words.ts'
import { Button, IconButton } from '../../parts/button.tsx'
import { ClassChip } from '../../parts/chip.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/field.tsx'
import { Menu } from '../../parts/menu.tsx'
import { Popover } from '../../parts/popover.tsx'
import { notifyRefusal } from '../../parts/toast.tsx'
import { LockState } from '../trust/lock.tsx'
import { chatWords } from './chat-words.ts'
import type { Asked } from './list/row-menu.tsx'
import { ConversationDialog, ConversationItems } from './list/row-menu.tsx'
import { openFiles } from './pane/passage.ts'

interface HeaderProps {
  readonly conversation: ConversationView | null
  readonly title: string
  readonly onRename: (title: string) => Promise<void>
}

/** What a conversation is called, how confidential it is, what locks it, and what can be done with it. */
export function ConversationHeader({ conversation, title, onRename }: HeaderProps): ReactNode {
  const w = useWords(chatWords)
  const [asked, setAsked] = useState<Asked>(null)
  const [isRenamed, setRenamed] = useState(false)
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
          <IconButton size="small" label={w('files')} onClick={() => openFiles(conversation.id)}>
            <Files aria-hidden className="size-4" />
          </IconButton>
          <Menu
            trigger={
              <IconButton size="small" label={w('more')}>
                <Ellipsis aria-hidden className="size-4" />
              </IconButton>
            }
          >
            <ConversationItems row={conversation} onRename={() => setRenamed(true)} onAsk={setAsked} />
          </Menu>
          {asked !== null && (
            <ConversationDialog
              row={conversation}
              title={title}
              asked={asked}
              onClose={() => setAsked(null)}
            />
          )}
          {isRenamed && <RenameDialog title={title} onClose={() => setRenamed(false)} onRename={onRename} />}
        </>
      )}
    </header>
  )
}

interface RenameProps {
  readonly title: string
  readonly onClose: () => void
  readonly onRename: (title: string) => Promise<void>
}

function RenameDialog({ title, onClose, onRename }: RenameProps): ReactNode {
  const w = useWords(chatWords)
  const [next, setNext] = useState(title)
  return (
    <Dialog isOpen onClose={onClose} title={w('rename')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (next.trim() === '') return
          onClose()
          onRename(next.trim()).catch(notifyRefusal)
        }}
      >
        <TextField
          label={w('name')}
          value={next}
          maxLength={200}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={next.trim() === ''}>
            {w('renameAction')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
