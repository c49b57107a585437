import type { ConversationView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button } from '../../../parts/button.tsx'
import { Dialog } from '../../../parts/dialog.tsx'
import { TextField } from '../../../parts/field.tsx'
import { useChanges } from './changes.ts'
import { listWords } from './list-words.ts'

const MOST_TAGS = 20
const LONGEST_TAG = 40

interface TagsDialogProps {
  readonly row: ConversationView
  readonly title: string
  readonly onClose: () => void
}

export function TagsDialog({ row, title, onClose }: TagsDialogProps): ReactNode {
  const w = useWords(listWords)
  const { change } = useChanges()
  const [text, setText] = useState(row.tags.join(', '))
  const tags = [...new Set(text.split(/[,，、]/).map((tag) => tag.trim()))].filter((tag) => tag !== '')
  const isWrong = tags.length > MOST_TAGS || tags.some((tag) => tag.length > LONGEST_TAG)
  return (
    <Dialog isOpen onClose={onClose} title={w('tagsTitle', { title })}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isWrong) return
          void change(row, { tags })
          onClose()
        }}
      >
        <TextField
          label={w('tagsLabel')}
          help={w('tagsHelp')}
          error={isWrong ? w('tagsWrong') : ''}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={isWrong}>
            {w('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
