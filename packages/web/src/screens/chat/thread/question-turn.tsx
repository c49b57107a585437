import { Pencil } from 'lucide-react'
import type { ReactNode } from 'react'
import { memo, useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { Button, IconButton } from '../../../parts/button.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { notifyRefusal } from '../../../parts/toast.tsx'
import { SentFiles } from '../attachments/sent-files.tsx'
import { CopyButton } from '../markdown/copy-button.tsx'
import type { Thread } from '../run/thread.ts'
import { SiblingSwitch } from './sibling-switch.tsx'
import { threadWords } from './thread-words.ts'
import type { ShownQuestion } from './turns.ts'

interface QuestionProps {
  readonly thread: Thread
  readonly turn: ShownQuestion
  readonly isBusy: boolean
  /** Which of how many wordings it is; drawn anew when another one comes. */
  readonly place: string
}

/** What somebody said. */
export const QuestionTurn = memo(function QuestionTurn({ thread, turn, isBusy }: QuestionProps): ReactNode {
  const w = useWords(threadWords)
  const [isEdited, setEdited] = useState(false)
  const { message, text } = turn
  if (isEdited && message !== null)
    return <EditedQuestion thread={thread} id={message.id} text={text} onClose={() => setEdited(false)} />
  return (
    <div className="group/turn flex flex-col items-end gap-1">
      <h2 className="unseen">{w('you')}</h2>
      {message !== null && message.attachments.length > 0 && <SentFiles message={message} />}
      <div
        dir="auto"
        data-said
        className="max-w-[85%] rounded-large rounded-ee-small bg-tint px-4 py-2.5 whitespace-pre-wrap forced-colors:border"
      >
        {text}
      </div>
      {message === null ? (
        <p className="text-tiny text-soft">{w('sending')}</p>
      ) : (
        <div className="quiet-actions flex items-center gap-0.5 text-tiny text-soft">
          <CopyButton label={w('copy')} said={w('copied')} text={() => text} />
          <IconButton size="small" label={w('edit')} disabled={isBusy} onClick={() => setEdited(true)}>
            <Pencil aria-hidden className="size-3.5" />
          </IconButton>
          <SiblingSwitch thread={thread} message={message} />
          <span className="ms-1">
            <Moment at={message.createdAt} />
          </span>
        </div>
      )}
    </div>
  )
})

interface EditedProps {
  readonly thread: Thread
  readonly id: string
  readonly text: string
  readonly onClose: () => void
}

/** Another wording, in its place; the first one stays beside it. */
function EditedQuestion({ thread, id, text, onClose }: EditedProps): ReactNode {
  const w = useWords(threadWords)
  const [next, setNext] = useState(text)
  const send = (): void => {
    if (next.trim() === '') return
    onClose()
    thread.send({ text: next, edits: id }).catch(notifyRefusal)
  }
  return (
    <form
      className="space-y-2 rounded-large border border-edge bg-sheet p-3"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <textarea
        aria-label={w('editLabel')}
        dir="auto"
        value={next}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- whoever presses "Edit" wants to write here
        autoFocus
        onFocus={({ currentTarget }) => currentTarget.setSelectionRange(next.length, next.length)}
        onChange={(event) => setNext(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose()
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          send()
        }}
        className="field-sizing-content max-h-80 min-h-12 w-full resize-none bg-transparent outline-none"
      />
      <div className="flex justify-end gap-2">
        <Button size="small" onClick={onClose}>
          {w('cancel')}
        </Button>
        <Button size="small" type="submit" look="primary" disabled={next.trim() === ''}>
          {w('saveEdit')}
        </Button>
      </div>
    </form>
  )
}
