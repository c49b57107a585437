import type { ConversationView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { TextField } from '../../../parts/field.tsx'
import { useChanges } from './changes.ts'
import { listWords } from './list-words.ts'

interface TitleDialogProps {
  readonly row: ConversationView
  readonly onClose: () => void
}

export function TitleDialog({ row, onClose }: TitleDialogProps): ReactNode {
  const w = useWords(listWords)
  const { change } = useChanges()
  const [title, setTitle] = useState(row.title ?? '')
  const isReady = title.trim() !== ''
  return (
    <Dialog isOpen onClose={onClose} title={w('rename')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isReady) return
          void change(row, { title: title.trim() })
          onClose()
        }}
      >
        <TextField
          label={w('newTitle')}
          value={title}
          maxLength={200}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={!isReady}>
            {w('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
